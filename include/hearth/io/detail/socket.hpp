#ifndef HEARTH_IO_DETAIL_SOCKET_HPP
#define HEARTH_IO_DETAIL_SOCKET_HPP

#include <hearth/core/result.hpp>
#include <hearth/net/net.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#if defined(__linux__) && __has_include(<linux/vm_sockets.h>)
#    include <linux/vm_sockets.h>
#    define HEARTH_DETAIL_HAS_VSOCK
#endif

namespace hearth::io::detail {

inline std::error_code last_error() noexcept { return {errno, std::system_category()}; }

/// A descriptor that closes itself.
class owned_descriptor {
public:
    owned_descriptor() noexcept = default;
    explicit owned_descriptor(int fd) noexcept : fd_(fd) {}
    owned_descriptor(owned_descriptor&& other) noexcept : fd_(other.release()) {}
    owned_descriptor& operator=(owned_descriptor&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~owned_descriptor() { reset(); }

    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }
    void reset(int fd = -1) noexcept {
        if (const int old = std::exchange(fd_, fd); old >= 0)
            ::close(old);
    }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_{-1};
};

/// Close-on-exec from the first moment where the system can do that: a child spawned by another thread must not inherit
/// a connection. Asio's own sockets are not.
/// \req A-LISTEN-04
inline owned_descriptor open_stream_socket(int family) noexcept {
#if defined(SOCK_CLOEXEC)
    return owned_descriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
#else
    owned_descriptor fd{::socket(family, SOCK_STREAM, 0)};
    if (fd && (::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0))
        fd.reset();
    return fd;
#endif
}
inline owned_descriptor accept_socket(int listener) noexcept {
#if defined(SOCK_CLOEXEC)
    return owned_descriptor{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
#else
    owned_descriptor fd{::accept(listener, nullptr, nullptr)};
    if (fd && (::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0))
        fd.reset();
    return fd;
#endif
}

inline namespace HEARTH_NET_ABI {

using endpoint = net::generic::stream_protocol::endpoint;

/// \returns `errc::invalid_argument` for a path that is empty, too long, or holds a NUL.
inline result<endpoint> unix_endpoint(std::string_view path) {
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path || path.find('\0') != std::string_view::npos)
        return errc::invalid_argument;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return endpoint(&address, offsetof(sockaddr_un, sun_path) + path.size() + 1);
}

/// \returns `errc::not_supported` where the system knows no vsock.
inline result<endpoint> vsock_endpoint([[maybe_unused]] std::uint32_t cid, [[maybe_unused]] std::uint32_t port) {
#if defined(HEARTH_DETAIL_HAS_VSOCK)
    sockaddr_vm address{};
    address.svm_family = AF_VSOCK;
    address.svm_cid = cid;
    address.svm_port = port;
    return endpoint(&address, sizeof address);
#else
    return errc::not_supported;
#endif
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#undef HEARTH_DETAIL_HAS_VSOCK
#endif

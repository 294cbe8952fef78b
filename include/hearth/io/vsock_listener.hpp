#ifndef HEARTH_IO_VSOCK_LISTENER_HPP
#define HEARTH_IO_VSOCK_LISTENER_HPP

#include <hearth/core/limits.hpp>
#include <hearth/io/socket_acceptor.hpp>

#include <cstdint>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Listens on a vsock port, inside a virtual machine.
/// \req P-TRANS-02, A-LISTEN-01
struct vsock_listener {
    static constexpr std::uint32_t any_cid = 0xffff'ffff;

    std::uint32_t port{control_port};
    std::uint32_t cid{any_cid};

    /// \returns The acceptor, `errc::not_supported` where the system has no vsock, or the system's code.
    result<socket_acceptor> listen(const net::any_io_executor& on) const {
        const auto at = detail::vsock_endpoint(cid, port);
        if (!at)
            return at.error();
        const int family = at->protocol().family();
        auto fd = detail::open_stream_socket(family);
        if (!fd)
            return errno == EAFNOSUPPORT ? make_error_code(errc::not_supported) : detail::last_error();
        if (::bind(fd.get(), at->data(), static_cast<socklen_t>(at->size())) != 0 ||
            ::listen(fd.get(), socket_acceptor::backlog) != 0)
            return detail::last_error();
        return socket_acceptor::adopt(on, fd.release(), family);
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

#ifndef HEARTH_IO_UNIX_LISTENER_HPP
#define HEARTH_IO_UNIX_LISTENER_HPP

#include <hearth/io/socket_acceptor.hpp>

#include <cstdio>
#include <string>

#include <sys/stat.h>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Listens on a Unix socket. The socket is bound under a temporary name beside `path` and renamed once it listens, so a
/// path that exists can be connected to; whatever was there before is replaced in the same instant. An agent opens its
/// forward socket first: who sees the control socket may use either.
///
/// The file stays behind when the acceptor closes; removing it by name could remove a successor's.
/// \req A-LISTEN-04, A-LISTEN-06
struct unix_listener {
    std::string path;     ///< at most 107 bytes, its temporary name too, else `errc::invalid_argument`
    unsigned mode{0600};  ///< permissions of the socket file, in force before the path exists

    /// \returns The acceptor, `errc::invalid_argument`, or the system's code. On failure nothing is left behind.
    result<socket_acceptor> listen(const net::any_io_executor& on) const {
        const auto wanted = detail::unix_endpoint(path);
        const std::string temporary = temporary_name();
        const auto at = detail::unix_endpoint(temporary);
        if (!wanted || !at)
            return errc::invalid_argument;
        auto fd = detail::open_stream_socket(AF_UNIX);
        if (!fd)
            return detail::last_error();
        ::unlink(temporary.c_str());  // left by a predecessor of the same process id
        if (::bind(fd.get(), at->data(), static_cast<socklen_t>(at->size())) != 0)
            return detail::last_error();
        if (::chmod(temporary.c_str(), mode) != 0 || ::listen(fd.get(), socket_acceptor::backlog) != 0 ||
            std::rename(temporary.c_str(), path.c_str()) != 0) {
            const auto why = detail::last_error();
            ::unlink(temporary.c_str());
            return why;
        }
        return socket_acceptor::adopt(on, fd.release(), AF_UNIX);
    }

private:
    /// Hidden, short, and different for every process and every final name.
    std::string temporary_name() const {
        const auto name = path.rfind('/') + 1;  // npos + 1 is 0
        char suffix[40];
        std::snprintf(suffix, sizeof suffix, ".%lx.%zx", static_cast<unsigned long>(::getpid()),
                      std::hash<std::string>{}(path) & 0xffff);
        return path.substr(0, name) + suffix;
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

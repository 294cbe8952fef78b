#ifndef HEARTH_IO_TCP_LISTENER_HPP
#define HEARTH_IO_TCP_LISTENER_HPP

#include <hearth/io/socket_acceptor.hpp>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Listens on TCP. Port 0 takes a free one; see `socket_acceptor::local_port`.
/// \req A-LISTEN-02, A-LISTEN-04
struct tcp_listener {
    net::ip::tcp::endpoint at;

    /// \returns The acceptor, or the system's code.
    result<socket_acceptor> listen(const net::any_io_executor& on) const {
        const int family = at.protocol().family();
        auto fd = detail::open_stream_socket(family);
        const int yes = 1;
        if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
            ::bind(fd.get(), at.data(), static_cast<socklen_t>(at.size())) != 0 ||
            ::listen(fd.get(), socket_acceptor::backlog) != 0)
            return detail::last_error();
        return socket_acceptor::adopt(on, fd.release(), family);
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

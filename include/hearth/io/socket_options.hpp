#ifndef HEARTH_IO_SOCKET_OPTIONS_HPP
#define HEARTH_IO_SOCKET_OPTIONS_HPP

#include <hearth/core/errc.hpp>

#include <cerrno>
#include <chrono>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hearth::io {

/// How soon a TCP connection without traffic notices that its peer is gone.
/// \req P-CONN-11
struct keepalive_probes {
    std::chrono::seconds idle{30};      ///< silence before the first probe
    std::chrono::seconds interval{10};  ///< between probes
    int probes{3};                      ///< unanswered ones until the connection is reset
};

/// What both ends set on every TCP connection: small frames leave at once, and a dead peer is noticed.
/// \req P-TRANS-05, P-CONN-11
inline std::error_code set_tcp_options(int socket, const keepalive_probes& probes = {}) noexcept {
    const auto set = [socket](int level, int name, int value) {
        return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
    };
    bool ok = set(IPPROTO_TCP, TCP_NODELAY, 1) && set(SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(TCP_KEEPIDLE)
    ok = ok && set(IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(probes.idle.count()));
#elif defined(TCP_KEEPALIVE)
    ok = ok && set(IPPROTO_TCP, TCP_KEEPALIVE, static_cast<int>(probes.idle.count()));
#endif
    ok = ok && set(IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(probes.interval.count())) &&
         set(IPPROTO_TCP, TCP_KEEPCNT, probes.probes);
    return ok ? std::error_code{} : std::error_code{errno, std::system_category()};
}

}  // namespace hearth::io

#endif

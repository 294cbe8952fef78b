#ifndef HEARTH_IO_FIRECRACKER_CONNECTOR_HPP
#define HEARTH_IO_FIRECRACKER_CONNECTOR_HPP

#include <hearth/core/limits.hpp>
#include <hearth/io/detail/connect_operation.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Connects to a guest's vsock port through Firecracker's socket on the host. The monitor's text handshake is part of
/// connecting and covered by its deadline.
/// Errors: `errc::handshake_refused` (another answer, or none), `errc::handshake_too_long` (a line above 64 bytes).
/// \req P-TRANS-02, P-TRANS-03, P-TRANS-04
struct firecracker_connector {
    std::string path;  ///< at most 107 bytes, else `errc::invalid_argument`
    std::uint32_t port{control_port};

    /// As `any_connector::async_connect`.
    template <net::completion_token_for<connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return detail::async_connect_socket(on, deadline, plan(), std::forward<Token>(token));
    }

private:
    result<detail::connect_plan> plan() const {
        const auto to = detail::unix_endpoint(path);
        if (!to)
            return to.error();
        return detail::connect_plan{*to, firecracker_handshake(port)};
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

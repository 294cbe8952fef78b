#ifndef HEARTH_IO_VSOCK_CONNECTOR_HPP
#define HEARTH_IO_VSOCK_CONNECTOR_HPP

#include <hearth/core/limits.hpp>
#include <hearth/io/detail/connect_operation.hpp>

#include <cstdint>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Connects to a port of a virtual machine, where the host has vsock; else `errc::not_supported`.
/// \req P-TRANS-02
struct vsock_connector {
    std::uint32_t cid{0};
    std::uint32_t port{control_port};

    /// As `any_connector::async_connect`.
    template <net::completion_token_for<connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return detail::async_connect_socket(on, deadline, plan(), std::forward<Token>(token));
    }

private:
    result<detail::connect_plan> plan() const {
        const auto to = detail::vsock_endpoint(cid, port);
        if (!to)
            return to.error();
        return detail::connect_plan{*to};
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

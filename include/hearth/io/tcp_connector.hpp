#ifndef HEARTH_IO_TCP_CONNECTOR_HPP
#define HEARTH_IO_TCP_CONNECTOR_HPP

#include <hearth/io/detail/connect_operation.hpp>

#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Connects over TCP. Takes an address, not a name: guests have no other, and resolving one is the caller's choice.
/// \req P-TRANS-02, P-TRANS-05
struct tcp_connector {
    net::ip::tcp::endpoint to;

    /// As `any_connector::async_connect`.
    template <net::completion_token_for<connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return detail::async_connect_socket(on, deadline, plan(), std::forward<Token>(token));
    }

private:
    result<detail::connect_plan> plan() const { return detail::connect_plan{to}; }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

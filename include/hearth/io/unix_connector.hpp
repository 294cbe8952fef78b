#ifndef HEARTH_IO_UNIX_CONNECTOR_HPP
#define HEARTH_IO_UNIX_CONNECTOR_HPP

#include <hearth/io/detail/connect_operation.hpp>

#include <string>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Connects to a Unix socket.
/// \req P-TRANS-02
struct unix_connector {
    std::string path;  ///< at most 107 bytes, else `errc::invalid_argument`

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
        return detail::connect_plan{*to};
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

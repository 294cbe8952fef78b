#ifndef HEARTH_IO_ANY_CONNECTOR_HPP
#define HEARTH_IO_ANY_CONNECTOR_HPP

#include <hearth/core/clock.hpp>
#include <hearth/io/any_stream.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

using connect_signature = void(net_error_code, any_stream);
using connect_handler = any_handler<connect_signature>;

/// What every connector promises: `async_connect(executor, deadline, token)` opens one more connection to the same place
/// and runs the transport's own handshake, all under one deadline. Connectors are values: they say where, and hold no
/// connection.
template <class C>
concept connector = requires(const C c, net::any_io_executor on, connect_handler h) {
    c.async_connect(on, time_point{}, std::move(h));
} && std::copyable<C>;

/// A connector of any transport. Copies share the immutable connector inside. Empty ones may only be assigned to.
class any_connector {
public:
    any_connector() noexcept = default;
    template <class C>
        requires(!std::same_as<C, any_connector> && connector<C>)
    any_connector(C inner)  // NOLINT(google-explicit-constructor): a connector is a connector
        : inner_(std::make_shared<model<C>>(std::move(inner))) {}

    explicit operator bool() const noexcept { return inner_ != nullptr; }

    /// Opens a connection.
    ///
    /// \param on        The new stream's executor: a strand, or that of a context which one thread runs.
    /// \param deadline  For everything: connecting and the transport's handshake. `no_deadline`: as long as it takes.
    /// \param token     Completes with `void(net_error_code, any_stream)`.
    /// Errors: `errc::deadline_exceeded`, `errc::operation_cancelled`, `errc::connect_failed` (nobody there),
    /// `errc::handshake_refused`, `errc::handshake_too_long`, `errc::invalid_argument` (an address that cannot exist),
    /// `errc::not_supported` (no such transport here), or the system's code for what the caller can repair.
    /// Cancellation: terminal, partial and total; the connection is closed.
    /// \req P-CLI-02, P-TRANS-04
    template <net::completion_token_for<connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return net::async_initiate<Token, connect_signature>(
            [](auto handler, std::shared_ptr<const interface> inner, const net::any_io_executor& executor,
               time_point until) { inner->connect(executor, until, {std::move(handler), executor}); },
            token, inner_, on, deadline);
    }

private:
    struct interface {
        virtual ~interface() = default;
        virtual void connect(const net::any_io_executor&, time_point, connect_handler) const = 0;
    };
    template <class C>
    struct model final : interface {
        explicit model(C c) : inner(std::move(c)) {}
        void connect(const net::any_io_executor& on, time_point deadline, connect_handler handler) const override {
            inner.async_connect(on, deadline, std::move(handler));
        }
        C inner;
    };

    std::shared_ptr<const interface> inner_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

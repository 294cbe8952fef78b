#ifndef HEARTH_IO_ANY_ACCEPTOR_HPP
#define HEARTH_IO_ANY_ACCEPTOR_HPP

#include <hearth/io/any_stream.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

using accept_signature = void(net_error_code, any_stream);
using accept_handler = any_handler<accept_signature>;

/// What can become an `any_acceptor`: `async_accept(executor, handler)` completes with the next connection, made on that
/// executor, or with an error after which no further call makes sense; passing trouble is waited out inside.
template <class A>
concept acceptor = requires(A a, net::any_io_executor peer, accept_handler h) {
    { a.get_executor() } -> std::convertible_to<net::any_io_executor>;
    a.async_accept(peer, std::move(h));
    a.close();
} && std::move_constructible<A>;

/// The listening end of any transport: all kinds of listeners behave alike.
/// \req A-LISTEN-02
class any_acceptor {
public:
    any_acceptor() noexcept = default;
    template <class A>
        requires(!std::same_as<A, any_acceptor> && acceptor<A>)
    any_acceptor(A inner)  // NOLINT(google-explicit-constructor): an acceptor is an acceptor
        : inner_(std::make_unique<model<A>>(std::move(inner))) {}

    explicit operator bool() const noexcept { return inner_ != nullptr; }
    net::any_io_executor get_executor() const { return inner_->executor(); }

    /// Waits for the next connection.
    /// \param peer   The executor of the new stream, usually a strand of its own: a stream made on the bare executor
    ///               would run its timers outside the strand.
    /// \param token  Completes with `void(net_error_code, any_stream)`; an error is final (`errc::operation_cancelled`
    ///               after `close` or cancellation).
    template <net::completion_token_for<accept_signature> Token>
    auto async_accept(const net::any_io_executor& peer, Token&& token) {
        return net::async_initiate<Token, accept_signature>(
            [](auto handler, interface* inner, const net::any_io_executor& for_peer) {
                inner->accept(for_peer, {std::move(handler), inner->executor()});
            },
            token, inner_.get(), peer);
    }

    /// Stops listening; an outstanding accept ends with `errc::operation_cancelled`.
    void close() noexcept {
        if (inner_)
            inner_->close();
    }

private:
    struct interface {
        virtual ~interface() = default;
        virtual net::any_io_executor executor() = 0;
        virtual void accept(const net::any_io_executor&, accept_handler) = 0;
        virtual void close() = 0;
    };
    template <class A>
    struct model final : interface {
        explicit model(A a) : inner(std::move(a)) {}
        net::any_io_executor executor() override { return inner.get_executor(); }
        void accept(const net::any_io_executor& peer, accept_handler handler) override {
            inner.async_accept(peer, std::move(handler));
        }
        void close() override { inner.close(); }
        A inner;
    };

    std::unique_ptr<interface> inner_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

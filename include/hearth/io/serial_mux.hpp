#ifndef HEARTH_IO_SERIAL_MUX_HPP
#define HEARTH_IO_SERIAL_MUX_HPP

#include <hearth/core/result.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/detail/mux_core.hpp>
#include <hearth/io/mux_stream.hpp>
#include <hearth/session/serial_mux.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Opens streams to one port of the peer; a `connector`.
class mux_connector {
public:
    /// For the multiplexer only.
    mux_connector(std::weak_ptr<detail::mux_core> core, std::uint32_t port) : core_(std::move(core)), port_(port) {}

    /// As `any_connector::async_connect`. Waits for a session if there is none at the moment, and for the next one if it
    /// breaks. Errors: `errc::connect_failed` (refused, or the multiplexer is gone), `errc::mux_stream_limit`,
    /// `errc::deadline_exceeded`, `errc::operation_cancelled`.
    template <net::completion_token_for<connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return net::async_initiate<Token, connect_signature>(
            [](auto handler, std::shared_ptr<detail::mux_core> core, std::uint32_t port,
               const net::any_io_executor& user, time_point until) {
                pending_handler<connect_signature> pending(connect_handler(std::move(handler), user));
                if (!core)
                    return pending.post(make_error_code(errc::connect_failed), any_stream{});
                auto channel = std::make_shared<detail::mux_channel>(core->executor());
                channel->port = port;
                channel->user = user;
                if (auto slot = pending.slot(); slot.is_connected())
                    slot.assign([mux = std::weak_ptr(core), channel](net::cancellation_type) {
                        if (const auto there = mux.lock())
                            there->run(
                                [channel](detail::mux_core& c) { c.fail_connect(channel, errc::operation_cancelled); });
                    });
                channel->connecting = std::move(pending);
                core->run([channel, until](detail::mux_core& c) { c.connect(channel, until); });
            },
            token, core_.lock(), port_, on, deadline);
    }

private:
    std::weak_ptr<detail::mux_core> core_;
    std::uint32_t port_;
};

/// Accepts the streams that the peer opens to one port; an `acceptor`. Streams wait for `async_accept`; those for ports
/// that have no acceptor are refused.
class mux_acceptor {
public:
    /// For the multiplexer only.
    mux_acceptor(const std::shared_ptr<detail::mux_core>& core, detail::mux_listener_ptr listener)
        : core_(core), executor_(core->executor()), listener_(std::move(listener)) {}
    mux_acceptor(mux_acceptor&&) noexcept = default;
    mux_acceptor& operator=(mux_acceptor&& other) noexcept {
        std::swap(core_, other.core_);
        std::swap(executor_, other.executor_);
        std::swap(listener_, other.listener_);
        return *this;
    }
    ~mux_acceptor() { close(); }

    net::any_io_executor get_executor() const { return executor_; }

    /// As `any_acceptor::async_accept`; outlives sessions. `errc::operation_cancelled` once the multiplexer is gone.
    template <net::completion_token_for<accept_signature> Token>
    auto async_accept(const net::any_io_executor& peer, Token&& token) {
        return net::async_initiate<Token, accept_signature>(
            [](auto handler, const std::weak_ptr<detail::mux_core>& mux, const net::any_io_executor& on,
               detail::mux_listener_ptr listener, const net::any_io_executor& user) {
                pending_handler<accept_signature> pending(accept_handler(std::move(handler), on));
                const auto core = mux.lock();
                if (!core)
                    return pending.post(to_net(errc::operation_cancelled), any_stream{});
                if (auto slot = pending.slot(); slot.is_connected())
                    slot.assign([mux, listener](net::cancellation_type) {
                        if (const auto there = mux.lock())
                            there->run([listener](detail::mux_core& c) { c.cancel_accept(*listener); });
                    });
                core->run([listener, user, pending = std::move(pending)](detail::mux_core& c) mutable {
                    c.accept(listener, user, std::move(pending));
                });
            },
            token, core_, executor_, listener_, peer);
    }

    void close() {
        if (const auto core = core_.lock())
            core->run([listener = listener_](detail::mux_core& c) { c.stop_listening(*listener); });
    }

private:
    std::weak_ptr<detail::mux_core> core_;  // not shared: the core owns handlers, and handlers own acceptors
    net::any_io_executor executor_;
    detail::mux_listener_ptr listener_;
};

/// One byte stream, such as a virtio-serial port, that carries many connections: `session::serial_mux` driven over it.
/// docs/serial-mux.md describes what travels.
///
///     serial_mux mux(std::move(port), {.end = session::mux_end::host, .nonce = random});
///     mux.async_run(token);
///     any_connector agent = mux.connector(control_port);
///
/// The peer may restart at any time: streams then fail with `errc::mux_reset`, connectors and acceptors work on. When
/// the port itself ends, `async_run` completes, and a new port needs a new multiplexer with a new nonce.
/// Lifetimes: destroying the multiplexer closes the port; streams, connectors and acceptors may outlive it, and fail.
/// Thread safety: the port's executor is a strand, or belongs to a context that one thread runs; all members are called
/// there. Streams, connectors and acceptors may be used from other strands.
class serial_mux {
public:
    serial_mux(any_stream port, const session::serial_mux_options& options)
        : core_(std::make_shared<detail::mux_core>(std::move(port), options,
                                                   [](std::weak_ptr<detail::mux_core> core, detail::mux_channel_ptr c) {
                                                       return any_stream(mux_stream(std::move(core), std::move(c)));
                                                   })) {}
    serial_mux(serial_mux&&) noexcept = default;
    serial_mux& operator=(serial_mux&& other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    ~serial_mux() {
        if (core_)
            close();
    }

    /// Moves the bytes until the port ends. Call once.
    /// \param token  Completes with `void(net_error_code)`, why it ended: never success. `errc::end_of_stream` if the
    ///               other side closed it, `errc::operation_cancelled` after `close`.
    /// Cancellation: terminal, partial and total; as `close`.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_run(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, std::shared_ptr<detail::mux_core> core) {
                using signature = void(net_error_code);
                pending_handler<signature> pending(any_handler<signature>(std::move(handler), core->executor()));
                if (auto slot = pending.slot(); slot.is_connected())
                    slot.assign([mux = std::weak_ptr(core)](net::cancellation_type) {
                        if (const auto there = mux.lock())
                            there->run([](detail::mux_core& c) { c.lose(errc::operation_cancelled); });
                    });
                core->start(std::move(pending));
            },
            token, core_);
    }

    /// \returns What opens streams to `port` of the peer. Keeps nothing alive.
    mux_connector connector(std::uint32_t port) const { return {core_, port}; }

    /// \returns What accepts the peer's streams to `port`, or `errc::invalid_argument` if something does already.
    result<mux_acceptor> listen(std::uint32_t port) {
        auto listener = std::make_shared<detail::mux_listener>();
        listener->port = port;
        if (!core_->listen(listener))
            return errc::invalid_argument;
        return mux_acceptor(core_, std::move(listener));
    }

    /// Closes the port and breaks all streams.
    void close() {
        core_->run([](detail::mux_core& c) { c.lose(errc::operation_cancelled); });
    }

private:
    std::shared_ptr<detail::mux_core> core_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

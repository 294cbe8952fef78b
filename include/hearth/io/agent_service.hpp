#ifndef HEARTH_IO_AGENT_SERVICE_HPP
#define HEARTH_IO_AGENT_SERVICE_HPP

#include <hearth/io/agent_handler.hpp>
#include <hearth/io/agent_service_options.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/detail/agent_core.hpp>
#include <hearth/session/guest/request.hpp>

#include <memory>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// An agent: answers the guest's half of the protocol on any number of listeners. What the requests do is up to an
/// `agent_handler`; everything else is done here: tokens, limits, sessions, deadlines, back-pressure, activity.
///
///     const auto on = context.get_executor();
///     agent_service agent(on, std::make_shared<my_handler>(), {.token = "…"});
///     agent.serve(unix_listener{"forward.sock"}.listen(on).value(), agent_service::channel::forward);
///     agent.serve(unix_listener{"control.sock"}.listen(on).value(), agent_service::channel::control);
///     context.run();
///
/// Over its limit of connections it says so, but still answers those that keep it under control; connections that have
/// not shown the token yet have a limit of their own.
///
/// Lifetimes: letting the object go stops the service as `async_stop` does, without waiting for the end. It has to end
/// before the context goes; the handler lives until then.
/// Thread safety: everything happens on the executor, which is a strand or belongs to a context that one thread runs;
/// `serve`, `refuse_requests` and `async_stop` may be called from anywhere. Services are independent of each other.
/// \req P-CONN-01, P-CONN-11, P-CONN-12, P-CONN-13, P-CONN-16, P-AUTH-06, P-FWD-13, P-LIM-01
class agent_service {
public:
    using channel = session::guest::channel_kind;

    agent_service(const net::any_io_executor& on, std::shared_ptr<agent_handler> handler,
                  agent_service_options options = {})
        : core_(std::make_shared<detail::agent_core>(on, std::move(handler), std::move(options))) {}
    agent_service(agent_service&&) noexcept = default;
    agent_service& operator=(agent_service&&) = delete;
    ~agent_service() {
        if (core_)
            core_->stop();
    }

    net::any_io_executor get_executor() const { return core_->get_executor(); }

    /// Accepts connections until the service stops.
    /// \param acceptor  On the service's executor.
    void serve(any_acceptor acceptor, channel kind) { core_->serve(std::move(acceptor), kind); }

    /// The first step of going down: stops listening; connections that have not asked yet are answered `shutting down`.
    /// What runs goes on.
    /// \req A-SIG-02
    void refuse_requests() { core_->refuse_requests(); }

    /// Goes down: as `refuse_requests`, then ends what runs. Commands are told to `kill`, everything else is cancelled.
    /// \param token  Completes with `void(net_error_code)`, always success, once every connection and every coroutine
    ///               of the handler has ended; within `agent_limits::linger` and `kill_grace` if the handler obeys.
    /// Cancellation: none.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_stop(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, std::shared_ptr<detail::agent_core> core) {
                core->stop({std::move(handler), core->get_executor()});
            },
            token, core_);
    }

private:
    std::shared_ptr<detail::agent_core> core_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

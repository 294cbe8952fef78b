#ifndef HEARTH_IO_DETAIL_READY_WAIT_HPP
#define HEARTH_IO_DETAIL_READY_WAIT_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/call_options.hpp>
#include <hearth/io/detail/agent_call.hpp>
#include <hearth/io/detail/gather.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/session/host/readiness.hpp>
#include <hearth/session/host/requests.hpp>

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// Asks an agent for its activity until it answers; `session::host::readiness` says when.
class ready_wait : public std::enable_shared_from_this<ready_wait> {
public:
    using signature = void(net_error_code);

    ready_wait(any_connector to, const net::any_io_executor& on, std::string token, const call_options& opt)
        : to_(std::move(to)), timer_(on), token_(std::move(token)), opt_(opt), pace_(opt.deadline) {}

    void start(any_handler<signature> handler) {
        done_ = pending_handler<signature>(std::move(handler));
        if (auto slot = done_.slot(); slot.is_connected())
            slot.assign([weak = weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->cancel();
            });
        net::post(timer_.get_executor(), [self = shared_from_this()] { self->step(); });
    }

private:
    void step() {
        if (cancelled_)
            return done_.dispatch(make_error_code(errc::operation_cancelled));
        const auto todo = pace_.poll(clock::now());
        if (const auto* now = std::get_if<session::host::readiness::attempt>(&todo))
            try_once(now->until);
        else if (const auto* pause = std::get_if<session::wait>(&todo))
            sleep(pause->until);
        else if (const auto* no = std::get_if<session::failed>(&todo))
            done_.dispatch(no->why);
        else
            done_.dispatch({});
    }

    void try_once(time_point until) {
        auto on_answer = [self = shared_from_this()](net_error_code ec, const wire::activity_info&) {
            self->pace_.on_answer(translate(ec), clock::now());
            self->step();
        };
        async_agent_call(to_, timer_.get_executor(), call_options{until, opt_.diag},
                         session::host::query_activity({token_, until}),
                         gather_reply<session::host::request<wire::activity_info>::reply>{},
                         net::bind_cancellation_slot(attempt_.slot(), std::move(on_answer)));
    }

    void sleep(time_point until) {
        timer_.expires_at(until);
        timer_.async_wait([self = shared_from_this()](net_error_code) { self->step(); });
    }

    void cancel() {
        cancelled_ = true;
        timer_.cancel();
        attempt_.emit(net::cancellation_type::terminal);
    }

    any_connector to_;
    net::steady_timer timer_;
    std::string token_;
    call_options opt_;
    session::host::readiness pace_;
    net::cancellation_signal attempt_;
    pending_handler<signature> done_;
    bool cancelled_{false};
};

template <class Token>
auto async_wait_ready(const any_connector& to, const net::any_io_executor& on, const std::string& agent_token,
                      const call_options& opt, Token&& token) {
    return net::async_initiate<Token, ready_wait::signature>(
        [](auto handler, any_connector where, const net::any_io_executor& executor, std::string secret,
           const call_options& options) {
            std::make_shared<ready_wait>(std::move(where), executor, std::move(secret), options)
                ->start({std::move(handler), executor});
        },
        token, to, on, agent_token, opt);
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

#ifndef HEARTH_IO_DETAIL_AGENT_CALL_HPP
#define HEARTH_IO_DETAIL_AGENT_CALL_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/call_options.hpp>
#include <hearth/io/detail/refilled.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/session/action.hpp>

#include <concepts>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

template <class Result>
struct completion {
    using signature = void(net_error_code, Result);
};
template <>
struct completion<void> {
    using signature = void(net_error_code);
};

/// One call of an agent from connecting to the result: the machine decides, the driver waits, `Gather` collects.
///
/// `Gather` has `result_type`, is called with each event of the machine and the machine itself, and hands over the
/// result with `take()` (called also after a failure: what there is so far), unless `result_type` is void. It may have
/// `refill(machine)`, called before each write, and `why(code)`, which may replace the reason of a failure.
///
/// Owned by its driver, which is owned by its outstanding operations: nothing is left when the context goes.
template <class Machine, class Gather>
class agent_call : public std::enable_shared_from_this<agent_call<Machine, Gather>> {
public:
    using result_type = typename Gather::result_type;
    using signature = typename completion<result_type>::signature;

    agent_call(Machine machine, Gather gather, diagnostics* diag)
        : machine_(std::move(machine)), gather_(std::move(gather)), diag_(diag) {}

    void start(const any_connector& to, const net::any_io_executor& on, time_point deadline,
               any_handler<signature> handler) {
        done_ = pending_handler<signature>(std::move(handler));
        if (auto slot = done_.slot(); slot.is_connected())
            slot.assign([weak = this->weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->cancel();
            });
        to.async_connect(on, deadline,
                         net::bind_cancellation_slot(connecting_.slot(), [self = this->shared_from_this()](
                                                                             net_error_code ec, any_stream stream) {
                             self->on_connected(translate(ec), std::move(stream));
                         }));
    }

private:
    using machine_type = refilled<Machine>;
    using driver_type = driver<machine_type>;

    void on_connected(std::error_code ec, any_stream stream) {
        if (ec || cancelled_)
            return complete(ec ? ec : make_error_code(errc::operation_cancelled));
        auto run =
            std::make_shared<driver_type>(std::move(stream), driver_options{}, std::move(machine_),
                                          [weak = this->weak_from_this()]([[maybe_unused]] Machine& machine) {
                                              if constexpr (requires(Gather g) { g.refill(machine); })
                                                  if (auto self = weak.lock(); self && self->gather_.refill(machine))
                                                      self->wake();
                                          });
        run_ = run;
        run->async_run([self = this->shared_from_this()](auto& event) { return self->on_event(event); },
                       [self = this->shared_from_this()](net_error_code end) { self->on_done(translate(end)); });
    }

    template <class Event>
    flow on_event(Event& event) {
        if constexpr (std::same_as<Event, session::failed>) {
            error_ = event.why;
            if (diag_ != nullptr)
                diag_->peer_text = std::move(event.peer_text);
        } else if (auto run = run_.lock()) {
            Machine& machine = run->machine();
            if constexpr (std::same_as<decltype(gather_(event, machine)), flow>)
                return gather_(event, machine);
            else
                gather_(event, machine);
        }
        return flow::more;
    }

    void on_done(std::error_code ec) {
        if (auto run = run_.lock())
            if constexpr (requires(Gather g) { g.on_released(*run); })
                if (!error_ && !ec)
                    gather_.on_released(*run);
        complete(error_ ? error_ : ec);
    }

    void complete(std::error_code ec) {
        if constexpr (requires(Gather g) { g.why(ec); })
            ec = gather_.why(ec);
        if constexpr (std::is_void_v<result_type>)
            done_.dispatch(ec);
        else
            done_.dispatch(ec, gather_.take());
    }

    void wake() {
        if (auto run = run_.lock())
            run->wake();
    }

    void cancel() {
        cancelled_ = true;
        auto run = run_.lock();
        if (!run)
            return connecting_.emit(net::cancellation_type::terminal);
        if constexpr (requires(Machine m) { m.cancel(clock::now()); }) {
            run->machine().cancel(clock::now());
            run->wake();
        } else {
            run->cancel();
        }
    }

    Machine machine_;
    Gather gather_;
    diagnostics* diag_;
    net::cancellation_signal connecting_;
    std::weak_ptr<driver_type> run_;
    pending_handler<signature> done_;
    std::error_code error_;
    bool cancelled_{false};
};

/// Starts a call. Everything it needs is moved or copied into it.
template <class Machine, class Gather, class Token>
auto async_agent_call(const any_connector& to, const net::any_io_executor& on, const call_options& opt, Machine machine,
                      Gather gather, Token&& token) {
    using call = agent_call<Machine, Gather>;
    return net::async_initiate<Token, typename call::signature>(
        [](auto handler, const any_connector& where, const net::any_io_executor& executor, const call_options& options,
           Machine m, Gather g) {
            std::make_shared<call>(std::move(m), std::move(g), options.diag)
                ->start(where, executor, options.deadline, {std::move(handler), executor});
        },
        token, to, on, opt, std::move(machine), std::move(gather));
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

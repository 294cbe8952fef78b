#ifndef HEARTH_IO_DETAIL_LIVE_HPP
#define HEARTH_IO_DETAIL_LIVE_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/call_options.hpp>
#include <hearth/io/detail/refilled.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/session/action.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// What a machine says once its operation has begun; nothing if sending the request is the beginning.
template <class Machine>
struct opened_by {
    using type = std::monostate;
};
template <class Machine>
    requires requires { typename Machine::opened; }
struct opened_by<Machine> {
    using type = typename Machine::opened;
};

/// An operation that its user takes part in while it runs: events are pulled one at a time, input is pushed.
///
/// An event with bytes is held in the driver until the next one is asked for, so a slow user slows the agent and
/// nothing is copied. Owned by its driver, which the handle owns once the operation is open.
///
/// \tparam Event  A variant of the machine's events for the user.
template <class Machine, class Event>
class live : public std::enable_shared_from_this<live<Machine, Event>> {
public:
    using machine_type = refilled<Machine>;
    using driver_type = driver<machine_type>;
    using opened_type = typename opened_by<Machine>::type;
    using next_signature = void(net_error_code, Event);
    using write_signature = void(net_error_code);

    /// What the user's object holds.
    struct handle {
        std::shared_ptr<driver_type> run;
        std::shared_ptr<live> state;

        explicit operator bool() const noexcept { return run != nullptr; }
        Machine* operator->() const noexcept { return &run->machine(); }
    };
    using open_signature = void(net_error_code, handle);

    explicit live(diagnostics* diag) : diag_(diag) {}

    // --- opening ----------------------------------------------------------------------------------------------------

    /// \param hold_deadline  When to close although the user still holds an event; the machine has its own deadline.
    void open(const any_connector& to, const net::any_io_executor& on, time_point deadline, time_point hold_deadline,
              Machine machine, any_handler<open_signature> handler) {
        opening_ = pending_handler<open_signature>(std::move(handler));
        if (auto slot = opening_.slot(); slot.is_connected())
            slot.assign([weak = this->weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->cancel_opening();
            });
        to.async_connect(
            on, deadline,
            net::bind_cancellation_slot(
                connecting_.slot(), [self = this->shared_from_this(), hold_deadline,
                                     m = std::move(machine)](net_error_code ec, any_stream stream) mutable {
                    self->on_connected(translate(ec), std::move(stream), std::move(m), hold_deadline);
                }));
    }

    /// What the machine said when it opened.
    opened_type& opened() noexcept { return opened_; }
    /// What the peer said about the failure.
    const std::string& peer_text() const noexcept { return peer_text_; }

    // --- events -----------------------------------------------------------------------------------------------------

    void next(any_handler<next_signature> h) {
        pending_handler<next_signature> handler(std::move(h));
        if (reader_)
            return handler.post(make_error_code(errc::operation_in_progress), {});
        if (ready_) {
            lent_ = true;
            return handler.post({}, *std::exchange(ready_, std::nullopt));
        }
        if (ended_)
            return handler.post(end_reason(), {});
        reader_ = std::move(handler);
        if (auto slot = reader_.slot(); slot.is_connected())
            slot.assign([weak = this->weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock(); self && self->reader_)
                    self->reader_.post(make_error_code(errc::operation_cancelled), {});
            });
        release_event();
    }

    // --- input ------------------------------------------------------------------------------------------------------

    /// \param bytes  Stay where they are until the handler runs.
    void write(bytes_view bytes, any_handler<write_signature> h) {
        pending_handler<write_signature> handler(std::move(h));
        if (writer_)
            return handler.post(make_error_code(errc::operation_in_progress));
        if (ended_ || finish_input_ != nullptr)
            return handler.post(end_reason());
        unsent_ = bytes;
        writer_ = std::move(handler);
        if (auto slot = writer_.slot(); slot.is_connected())
            slot.assign([weak = this->weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock(); self && self->writer_)
                    self->writer_.post(make_error_code(errc::operation_cancelled));
            });
        wake();
    }

    /// Ends the input with `how`, behind what is being written.
    void finish_input(void (*how)(Machine&)) {
        if (finish_input_ == nullptr)
            finish_input_ = how;
        wake();
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /// Gives up. A machine that says goodbye gets the time for it; bytes of events are gone.
    void cancel() {
        auto run = run_.lock();
        if (!run || ended_ || leaving_)
            return;
        if constexpr (requires(Machine m) { m.cancel(clock::now()); }) {
            run->machine().cancel(clock::now());
            drop_event(*run);
        } else {
            run->cancel();
        }
    }

    /// The machine was told to come to an end of its own: it does so although nobody asks for events any more.
    void leave() {
        leaving_ = true;
        if (auto run = run_.lock())
            drop_event(*run);
    }

    void wake() {
        if (auto run = run_.lock())
            run->wake();
    }

private:
    static constexpr bool opens_at_once = std::is_same_v<opened_type, std::monostate>;

    void on_connected(std::error_code ec, any_stream stream, Machine machine, time_point hold_deadline) {
        if (ec || cancelled_)
            return opening_.dispatch(ec ? ec : make_error_code(errc::operation_cancelled), {});
        auto run = std::make_shared<driver_type>(std::move(stream), driver_options{.deadline = hold_deadline},
                                                 std::move(machine), [weak = this->weak_from_this()](Machine& m) {
                                                     if (auto self = weak.lock())
                                                         self->refill(m);
                                                 });
        run_ = run;
        run->async_run([self = this->shared_from_this()](auto& event) { return self->on_event(event); },
                       [self = this->shared_from_this()](net_error_code end) { self->on_done(translate(end)); });
        if constexpr (opens_at_once)
            opening_.dispatch({}, {run, this->shared_from_this()});
    }

    void cancel_opening() {
        cancelled_ = true;
        if (auto run = run_.lock())
            run->cancel();
        else
            connecting_.emit(net::cancellation_type::terminal);
    }

    template <class E>
    flow on_event(E& event) {
        if constexpr (std::same_as<E, session::failed>) {
            error_ = event.why;
            peer_text_ = std::move(event.peer_text);
            if (diag_ != nullptr && opening_)
                diag_->peer_text = peer_text_;
        } else if constexpr (std::same_as<E, opened_type>) {
            opened_ = std::move(event);
            const auto run = run_.lock();
            if constexpr (requires { run->machine().set_deadline(no_deadline); })  // it was meant for the opening
                run->machine().set_deadline(no_deadline);
            opening_.post({}, {run, this->shared_from_this()});
        } else {
            deliver(Event(event));
            if constexpr (requires { event.bytes; })
                return flow::hold;
        }
        return flow::more;
    }

    /// Posted, never called from here: the user asks for the next event at once, and the driver has to hold this one
    /// before it can be told to let go of it.
    void deliver(Event event) {
        if (!reader_) {
            ready_ = std::move(event);
            return;
        }
        lent_ = true;
        reader_.post({}, std::move(event));
    }

    void drop_event(driver_type& run) {
        ready_.reset();
        lent_ = false;
        run.resume();
    }

    void release_event() {
        if (!std::exchange(lent_, false))
            return;
        if (auto run = run_.lock())
            run->resume();
    }

    void refill(Machine& machine) {
        if (writer_) {
            unsent_ = unsent_.subspan(push(machine, unsent_));
            if (unsent_.empty())
                writer_.post({});
        }
        if (finish_input_ != nullptr && !writer_ && !input_finished_) {
            input_finished_ = true;
            finish_input_(machine);
            wake();
        }
    }
    static std::size_t push(Machine& machine, bytes_view bytes) {
        if constexpr (requires { machine.write_stdin(bytes); })
            return machine.write_stdin(bytes);
        else if constexpr (requires { machine.write(bytes); })
            return machine.write(bytes);
        else
            return 0;
    }

    void on_done(std::error_code ec) {
        ended_ = true;
        if (!error_)
            error_ = ec;
        if (opening_)
            opening_.dispatch(end_reason(), {});
        if (reader_)
            reader_.post(end_reason(), {});
        if (writer_)
            writer_.post(end_reason());
    }

    net_error_code end_reason() const { return error_ ? error_ : make_error_code(errc::end_of_stream); }

    diagnostics* diag_;
    net::cancellation_signal connecting_;
    std::weak_ptr<driver_type> run_;
    pending_handler<open_signature> opening_;
    pending_handler<next_signature> reader_;
    pending_handler<write_signature> writer_;
    opened_type opened_{};
    std::optional<Event> ready_;
    bytes_view unsent_;
    void (*finish_input_)(Machine&){nullptr};
    std::error_code error_;
    std::string peer_text_;
    bool cancelled_{false};
    bool lent_{false};  ///< the user has an event whose bytes the driver holds
    bool input_finished_{false};
    bool leaving_{false};
    bool ended_{false};
};

/// Opens a stream object: `Stream` is constructed from a `live<…>::handle`.
template <class Stream, class Token>
auto async_open_live(const any_connector& to, const net::any_io_executor& on, const call_options& opt,
                     time_point hold_deadline, typename Stream::machine_type machine, Token&& token) {
    using state = typename Stream::live_type;
    return net::async_initiate<Token, void(net_error_code, Stream)>(
        [](auto handler, const any_connector& where, const net::any_io_executor& executor, const call_options& options,
           time_point until, typename Stream::machine_type m) {
            pending_handler<void(net_error_code, Stream)> done(
                any_handler<void(net_error_code, Stream)>(std::move(handler), executor));
            const auto slot = done.slot();
            auto opened = [done = std::move(done)](net_error_code ec, typename state::handle h) mutable {
                done.dispatch(ec, Stream(std::move(h)));
            };
            std::make_shared<state>(options.diag)
                ->open(where, executor, options.deadline, until, std::move(m),
                       {net::bind_cancellation_slot(slot, std::move(opened)), executor});
        },
        token, to, on, opt, hold_deadline, std::move(machine));
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

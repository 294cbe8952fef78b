#ifndef HEARTH_IO_DRIVER_HPP
#define HEARTH_IO_DRIVER_HPP

#include <hearth/core/clock.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/session/machine.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Whose half of the conversation a driver drives.
enum class role {
    host,   ///< after a failed write it reads on: the peer's ERROR may be waiting (P-CLI-06)
    guest,  ///< a failed write or a hang-up is the loss of the peer (P-CONN-10); watched for even while it does not read
};

/// What an event handler answers; one that returns nothing means `more`.
enum class flow {
    more,     ///< the event is dealt with: its borrowed bytes may go
    hold,     ///< not now: no further event, no read, until `driver::resume`; borrowed bytes stay valid until then
    release,  ///< stop driving and keep the stream open, for `driver::take_stream`
};

struct driver_options {
    role side{role::host};
    /// When to give up whatever the machine is doing, also while its events are held: the stream is closed and the
    /// machine told `errc::deadline_exceeded`.
    time_point deadline{no_deadline};
    /// How long the last bytes may take to leave once the machine has answered `close`; then they are dropped.
    std::chrono::milliseconds flush_patience{2'000};
};

/// Runs a session machine over a stream: the one place where the half that decides meets the half that waits.
///
/// One read, one write and one timer are outstanding at most. After each of them the machine is polled; events go to the
/// handler of `async_run`, one at a time; everything else (waiting, half-close, flushing, closing) is done here.
///
///     auto d = std::make_shared<driver<my_machine>>(std::move(stream), driver_options{}, my_machine{...});
///     d->async_run(overloaded{[](output& e) { … }, [](session::failed& f) { … }}, token);
///     d->machine().write_stdin(bytes), d->wake();   // later, on the same strand
///
/// A machine with a member `refill()` is asked for more to send before each write, also while its events are held.
///
/// Handlers may call every member. Lifetimes: owned by a shared_ptr; operations keep it alive until they have ended.
/// Thread safety: everything happens, and has to be called, on the stream's executor, which is a strand or belongs to a
/// context that one thread runs.
template <session::machine Machine>
class driver : public std::enable_shared_from_this<driver<Machine>> {
public:
    using run_signature = void(net_error_code);

    /// \param args  What the machine is constructed from.
    template <class... MachineArgs>
    driver(any_stream stream, const driver_options& options, MachineArgs&&... args)
        : options_(options),
          stream_(std::move(stream)),
          timer_(stream_.get_executor()),
          machine_(std::forward<MachineArgs>(args)...) {}

    net::any_io_executor get_executor() { return stream_.get_executor(); }
    Machine& machine() noexcept { return machine_; }

    /// Drives the machine until it is done. Call once.
    ///
    /// \param on_event  Called with an lvalue of each event of the machine (every alternative of its action but `wait`,
    ///                  `shutdown_send` and `close`), on the stream's executor, never from inside a member function.
    ///                  Returns nothing or a `flow`. Must not throw.
    /// \param token     Completes with `void(net_error_code)`: success once the machine has answered `close`, its bytes
    ///                  are out and the stream is closed, also if its last event was `failed`; or once an event was
    ///                  answered `flow::release`. `errc::operation_cancelled` after `cancel`.
    /// Cancellation: terminal, partial and total; the stream is closed and the machine hears nothing more.
    template <class OnEvent, net::completion_token_for<run_signature> Token>
    auto async_run(OnEvent on_event, Token&& token) {
        return net::async_initiate<Token, run_signature>(
            [](auto handler, std::shared_ptr<driver> self, OnEvent on_each) {
                self->start(std::move(on_each), {std::move(handler), self->get_executor()});
            },
            token, this->shared_from_this(), std::move(on_event));
    }

    /// Polls the machine soon: after it was given something to do from outside. Cheap, and calls nobody at once.
    void wake() {
        if (waking_ || state_ != state::running)
            return;
        waking_ = true;
        net::defer(stream_.get_executor(), [self = this->shared_from_this()] {
            self->waking_ = false;
            self->step();
        });
    }

    /// Ends a hold: the bytes of the last event may go, further events may come.
    void resume() {
        held_ = false;
        wake();
    }

    /// Gives up the connection for a reason of the caller's: closes it and lets the machine report `why` its own way.
    void abandon(std::error_code why) {
        lose(why);
        wake();
    }

    /// Stops at once: closes the stream and completes `async_run` with `errc::operation_cancelled`.
    void cancel() {
        if (state_ == state::running || state_ == state::releasing)
            finish([this] { done_.post(make_error_code(errc::operation_cancelled)); });
    }

    /// The stream of a driver that was released. Bytes behind the last frame wait in `machine().channel().parser()`.
    /// \req P-FWD-06
    any_stream take_stream() noexcept { return std::move(stream_); }

private:
    enum class state { idle, running, releasing, finished };

    /// The handler of `async_run`, whatever its type. Shared, so that it outlives a `cancel` from inside itself.
    struct any_visitor {
        virtual ~any_visitor() = default;
        virtual flow visit(typename Machine::action& todo) = 0;
    };
    template <class OnEvent>
    struct visitor final : any_visitor {
        explicit visitor(OnEvent f) : on_event(std::move(f)) {}
        flow visit(typename Machine::action& todo) override {
            return std::visit([this](auto& event) { return this->call(event); }, todo);
        }
        template <class Event>
        flow call(Event& event) {
            if constexpr (std::same_as<Event, session::wait> || std::same_as<Event, session::shutdown_send> ||
                          std::same_as<Event, session::close>)
                return flow::more;
            else if constexpr (std::same_as<std::invoke_result_t<OnEvent&, Event&>, flow>)
                return on_event(event);
            else
                return on_event(event), flow::more;
        }
        OnEvent on_event;
    };

    session::frame_channel& channel() noexcept { return machine_.channel(); }

    template <class OnEvent>
    void start(OnEvent on_event, any_handler<run_signature> handler) {
        visitor_ = std::make_shared<visitor<OnEvent>>(std::move(on_event));
        done_ = pending_handler<run_signature>(std::move(handler));
        if (auto slot = done_.slot(); slot.is_connected())
            slot.assign([weak = this->weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->cancel();
            });
        state_ = state::running;
        wake();
    }

    /// Everything there is to do now. Every intermediate handler ends here.
    void step() {
        if (state_ == state::running)
            poll_machine();
        if (state_ == state::running || state_ == state::releasing)
            write();
        if (state_ == state::releasing)
            release();
        if (state_ != state::running)
            return;
        read();
        watch();
        arm_timer();
    }

    void poll_machine() {
        const auto handler = visitor_;
        while (state_ == state::running && !held_ && !closing_) {
            auto todo = machine_.poll(clock::now());
            if (const auto* pause = std::get_if<session::wait>(&todo)) {
                until_ = pause->until;
                return;
            }
            if (std::holds_alternative<session::close>(todo)) {
                closing_ = true;
                flush_until_ = clock::now() + options_.flush_patience;
                return;
            }
            std::visit(
                [this]<class Event>(const Event&) {
                    half_closing_ = half_closing_ || std::same_as<Event, session::shutdown_send>;
                },
                todo);
            held_ = true;  // beforehand: a `resume` from inside the handler counts
            const flow answer = handler->visit(todo);
            held_ = held_ && answer == flow::hold;
            if (answer == flow::release && state_ == state::running)
                state_ = state::releasing;
        }
    }

    void write() {
        if (closing_ && channel().send_buffer().empty())  // also with a write under way that the machine has given up
            return finish([this] { done_.dispatch({}); });
        if (writing_)
            return;
        if constexpr (requires { machine_.refill(); })
            machine_.refill();
        const bytes_view bytes = channel().send_buffer();
        if (bytes.empty()) {
            if (std::exchange(half_closing_, false)) {
                sent_end_ = true;
                stream_.shutdown_send();  // where the transport has no half-close, the machine's own deadlines end it
            }
            return;
        }
        writing_ = true;
        stream_.async_write_some(net::const_buffer(bytes.data(), bytes.size()),
                                 [self = this->shared_from_this()](net_error_code ec, std::size_t n) {
                                     self->writing_ = false;
                                     self->on_written(translate(ec), n);
                                 });
    }

    void on_written(std::error_code ec, std::size_t n) {
        if (state_ == state::finished)
            return;
        channel().on_sent(n);
        if (ec && options_.side == role::host)
            channel().on_send_failed(ec);
        else if (ec)
            lose(ec);
        step();
    }

    void read() {
        if (reading_ || held_ || closing_ || !channel().wants_read())
            return;
        const mutable_bytes room = channel().receive_buffer(read_size_);
        reading_ = true;
        stream_.async_read_some(
            net::mutable_buffer(room.data(), room.size()),
            [self = this->shared_from_this(), offered = room.size()](net_error_code ec, std::size_t n) {
                self->reading_ = false;
                if (n == offered)  // a bulk transfer earns larger reads; an idle connection holds 4 KiB
                    self->read_size_ = std::min(2 * self->read_size_, session::frame_channel::default_read_size);
                self->on_read(translate(ec), n);
            });
    }

    void on_read(std::error_code ec, std::size_t n) {
        if (state_ == state::finished)
            return;
        channel().on_received(n);
        if (ec == errc::end_of_stream)
            channel().on_end_of_stream();
        else if (ec && !(state_ == state::releasing && ec == errc::operation_cancelled))
            lose(ec);
        step();
    }

    /// An agent that does not read still has to notice that its peer is gone (P-CONN-11). Nothing is left to be lost
    /// once both directions have ended, which the system reports as a hang-up too.
    void watch() {
        const bool wanted = options_.side == role::guest && !reading_ && !closing_ && !sent_end_ && !channel().lost();
        if (!wanted && watching_)
            stop_watching_.emit(net::cancellation_type::terminal);
        if (!wanted || watching_ || cannot_watch_)
            return;
        watching_ = true;
        stream_.async_wait_hangup(
            net::bind_cancellation_slot(stop_watching_.slot(), [self = this->shared_from_this()](net_error_code ec) {
                self->watching_ = false;
                self->on_hangup(translate(ec));
            }));
    }

    void on_hangup(std::error_code ec) {
        if (state_ == state::finished)
            return;
        cannot_watch_ = ec && ec != errc::operation_cancelled;
        if (!ec)
            lose(errc::connection_lost);
        step();
    }

    void arm_timer() {
        const time_point next = std::min(options_.deadline, closing_ ? flush_until_ : held_ ? no_deadline : until_);
        // A timer that goes off too early costs one poll; moving it whenever a deadline moves costs more.
        if (next >= armed_for_)
            return;
        armed_for_ = next;
        timer_.expires_at(next);
        timer_.async_wait([self = this->shared_from_this()](net_error_code ec) {
            if (!ec)
                self->on_timer();
        });
    }

    void on_timer() {
        if (state_ == state::finished)
            return;
        armed_for_ = no_deadline;
        const time_point now = clock::now();
        if (now >= options_.deadline) {
            options_.deadline = no_deadline;
            lose(errc::deadline_exceeded);
        }
        if (closing_ && now >= flush_until_)
            return finish([this] { done_.dispatch({}); });
        step();
    }

    void lose(std::error_code why) {
        channel().on_lost(why);
        stream_.close();
    }

    /// Hands the stream over once nothing is outstanding on it.
    void release() {
        if (writing_)
            return;
        if (reading_ || watching_)
            return stream_.cancel();
        state_ = state::finished;
        timer_.cancel();
        visitor_.reset();
        done_.dispatch(channel().lost());
    }

    template <class Complete>
    void finish(Complete complete) {
        state_ = state::finished;
        stream_.close();
        timer_.cancel();
        visitor_.reset();
        complete();
    }

    driver_options options_;
    any_stream stream_;
    net::steady_timer timer_;
    Machine machine_;
    std::shared_ptr<any_visitor> visitor_;
    pending_handler<run_signature> done_;
    net::cancellation_signal stop_watching_;
    time_point until_{no_deadline};
    time_point armed_for_{no_deadline};
    time_point flush_until_{no_deadline};
    std::size_t read_size_{4096};
    state state_{state::idle};
    bool reading_{false};
    bool writing_{false};
    bool watching_{false};
    bool cannot_watch_{false};
    bool waking_{false};
    bool held_{false};
    bool half_closing_{false};
    bool sent_end_{false};
    bool closing_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

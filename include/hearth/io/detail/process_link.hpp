#ifndef HEARTH_IO_DETAIL_PROCESS_LINK_HPP
#define HEARTH_IO_DETAIL_PROCESS_LINK_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/net/any_handler.hpp>
#include <hearth/session/guest/process_port.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// Between a handler's coroutine and the port of its command: turns orders into events and room into completions.
class process_link : public std::enable_shared_from_this<process_link> {
public:
    using port_type = session::guest::process_port;
    using stream = port_type::stream;

    struct input {
        bytes_view bytes;
    };
    struct input_end {};
    using resize = port_type::resize;
    using terminate = port_type::terminate;
    using kill = port_type::kill;
    using drain = port_type::drain;
    using event = std::variant<input, input_end, resize, terminate, kill, drain>;
    using write_signature = void(net_error_code);
    using next_signature = void(net_error_code, event);

    /// \param grace  How long the handler may go on after it was told to kill.
    process_link(const net::any_io_executor& on, std::shared_ptr<port_type> port, std::chrono::milliseconds grace)
        : timer_(on), port_(std::move(port)), grace_(grace) {}

    net::any_io_executor get_executor() { return timer_.get_executor(); }

    // --- for the service ---------------------------------------------------------------------------------------------

    const port_type* port() const noexcept { return port_.get(); }

    /// \param overdue  Cancels the handler's coroutine: it was told to kill, and goes on.
    void on_overdue(std::function<void()> overdue) { overdue_ = std::move(overdue); }
    /// \param ended  Called once, when the command has exited or has failed to start.
    void on_ended(std::function<void()> ended) { ended_ = std::move(ended); }

    /// Something may have changed: there may be an order, input, or room for output.
    void wake() {
        if (!std::exchange(scheduled_, true))
            net::post(get_executor(), [self = shared_from_this()] {
                self->scheduled_ = false;
                self->pump();
            });
    }

    /// The service stops: nobody listens any more.
    void shut_down() {
        released_ = true;
        be_killed();
        wake();
    }

    /// The coroutine has ended.
    /// \param thrown  What it threw, if it did.
    void on_handler_ended(const std::optional<std::string>& thrown) {
        if (thrown && step_ == step::idle)
            start_failed(wire::error_text::start(*thrown));
        else if (step_ != step::ended)
            exit(killed_ ? wire::exit_status_of_signal(9) : thrown ? 1 : 0);
        else
            end_outputs();
        timer_.cancel();
        overdue_ = nullptr;
        closed_ = true;
        wake();  // an operation that the handler left to somebody else
    }

    // --- for the handler ---------------------------------------------------------------------------------------------

    void started() {
        if (step_ != step::idle)
            return;
        step_ = step::running;
        port_->on_started(clock::now());
        wake();
    }

    void start_failed(std::string_view text) {
        if (step_ != step::idle)
            return;
        end();
        port_->on_start_failed(text, clock::now());
    }

    void write(stream to, bytes_view bytes, any_handler<write_signature> handler) {
        pending_handler<write_signature> waiting(std::move(handler));
        output& mine = outputs_[to == stream::out ? 0 : 1];
        if (mine.writer)
            return waiting.post(make_error_code(errc::operation_in_progress));
        started();
        mine.left = bytes;
        mine.writer = std::move(waiting);
        cancel_with(mine.writer, [&mine](process_link&) {
            mine.left = {};
            mine.writer.post(make_error_code(errc::operation_cancelled));
        });
        wake();
    }

    void next(any_handler<next_signature> handler) {
        pending_handler<next_signature> waiting(std::move(handler));
        if (reader_)
            return waiting.post(make_error_code(errc::operation_in_progress), {});
        started();
        if (const std::size_t taken = std::exchange(lent_, 0); taken != 0)
            port_->on_input_written(taken, clock::now());
        reader_ = std::move(waiting);
        cancel_with(reader_,
                    [](process_link& self) { self.reader_.post(make_error_code(errc::operation_cancelled), {}); });
        wake();
    }

    void close_input() {
        if (step_ != step::running)
            return;
        lent_ = 0;
        port_->on_input_closed(clock::now());
    }

    void exit(std::int32_t status) {
        started();
        end_outputs();
        exited(status);
    }
    void exited(std::int32_t status) {
        started();
        if (step_ != step::running)
            return;
        end();
        lent_ = 0;
        port_->on_exited(status, clock::now());
    }
    void end_output(stream which) {
        started();
        if (!start_failed_)
            port_->on_output_end(which, clock::now());
    }
    void drained() {
        if (step_ == step::ended)
            port_->on_drained(clock::now());
    }

private:
    enum class step { idle, running, ended };

    /// A write under way to one of the two streams.
    struct output {
        stream to;
        pending_handler<write_signature> writer{};
        bytes_view left{};
    };

    void end() {
        start_failed_ = step_ == step::idle;
        step_ = step::ended;
        if (auto ended = std::exchange(ended_, nullptr))
            ended();
    }
    void end_outputs() {
        end_output(stream::out);
        end_output(stream::err);
    }

    template <class Signature, class Cancel>
    void cancel_with(pending_handler<Signature>& waiting, Cancel cancel) {
        if (auto slot = waiting.slot(); slot.is_connected())
            slot.assign([weak = weak_from_this(), &waiting, cancel](net::cancellation_type) {
                if (auto self = weak.lock(); self && waiting)
                    cancel(*self);
            });
    }

    /// Takes all orders, then completes what can be completed.
    void pump() {
        while (!released_ && take_order()) {
        }
        for (output& each : outputs_)
            feed(each);
        feed_reader();
    }

    /// \returns False if there was none.
    bool take_order() {
        return std::visit(
            [this]<class Order>(const Order& order) {
                if constexpr (std::is_same_v<Order, kill>)
                    be_killed();
                else if constexpr (std::is_same_v<Order, terminate>)
                    terminate_ = true;
                else if constexpr (std::is_same_v<Order, resize>)
                    resize_ = order;
                else if constexpr (std::is_same_v<Order, drain>)
                    drain_ = true;
                else if constexpr (std::is_same_v<Order, port_type::close_input>)
                    input_end_ = true;
                else if constexpr (std::is_same_v<Order, port_type::release>)
                    be_released();
                return !std::is_same_v<Order, port_type::none>;
            },
            port_->next_order());
    }

    /// Nobody listens any more. A command that still runs has lost its peer; one that has ended may still have
    /// descendants, whose output the handler reads and drops for as long as it likes (P-EXEC-19).
    void be_released() {
        released_ = true;
        if (step_ != step::ended)
            be_killed();
    }
    void be_killed() {
        if (std::exchange(killed_, true))
            return;
        kill_ = step_ != step::ended;
        if (closed_)
            return;
        timer_.expires_after(grace_);
        timer_.async_wait([weak = weak_from_this()](net_error_code ec) {
            if (auto self = weak.lock(); self && !ec && self->overdue_)
                self->overdue_();
        });
    }

    void feed(output& from) {
        while (from.writer && !from.left.empty() && !released_ && !closed_) {
            const std::size_t room = port_->output_room();
            if (room == 0)
                return;
            const std::size_t n = std::min(room, from.left.size());
            port_->on_output(from.to, from.left.first(n), clock::now());
            from.left = from.left.subspan(n);
        }
        if (!from.writer)
            return;
        const bool all = std::exchange(from.left, {}).empty() && !released_;
        from.writer.dispatch(all ? net_error_code{} : net_error_code(make_error_code(errc::operation_cancelled)));
    }

    void feed_reader() {
        if (!reader_)
            return;
        if (std::optional<event> due = next_event())
            reader_.dispatch({}, *due);
        else if (released_ || closed_)
            reader_.dispatch(make_error_code(errc::operation_cancelled), {});
    }

    std::optional<event> next_event() {
        if (std::exchange(kill_, false))
            return kill{};
        if (released_ || closed_)
            return std::nullopt;
        if (std::exchange(terminate_, false))
            return terminate{};
        if (auto size = std::exchange(resize_, std::nullopt))
            return *size;
        if (const bytes_view bytes = port_->input(); !bytes.empty()) {
            lent_ = bytes.size();
            return input{bytes};
        }
        if (std::exchange(input_end_, false))
            return input_end{};
        if (std::exchange(drain_, false))
            return drain{};
        return std::nullopt;
    }

    net::steady_timer timer_;
    std::shared_ptr<port_type> port_;
    std::chrono::milliseconds grace_;
    std::function<void()> overdue_;
    std::function<void()> ended_;
    std::array<output, 2> outputs_{output{stream::out}, output{stream::err}};
    pending_handler<next_signature> reader_;
    std::size_t lent_{0};  ///< input that the handler has in hand
    std::optional<resize> resize_;
    step step_{step::idle};
    bool start_failed_{false};
    bool kill_{false};
    bool killed_{false};
    bool terminate_{false};
    bool drain_{false};
    bool input_end_{false};
    bool released_{false};
    bool closed_{false};  ///< the handler has returned
    bool scheduled_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

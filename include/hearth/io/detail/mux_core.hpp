#ifndef HEARTH_IO_DETAIL_MUX_CORE_HPP
#define HEARTH_IO_DETAIL_MUX_CORE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/session/serial_mux.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

using transfer_handler = pending_handler<void(net_error_code, std::size_t)>;

/// Up to eight buffers of one write; the rest of a longer sequence waits for the next.
class mux_gather {
public:
    mux_gather() noexcept = default;
    template <class Buffers>
    explicit mux_gather(const Buffers& from) {
        auto it = net::buffer_sequence_begin(from);
        const auto end = net::buffer_sequence_end(from);
        for (; it != end && size_ < pieces_.size(); ++it)
            if (const net::const_buffer piece(*it); piece.size() != 0)
                pieces_[size_++] = {static_cast<const std::byte*>(piece.data()), piece.size()};
    }
    const bytes_view* begin() const noexcept { return pieces_.data(); }
    const bytes_view* end() const noexcept { return pieces_.data() + size_; }
    bool empty() const noexcept { return size_ == 0; }

private:
    std::array<bytes_view, 8> pieces_;
    std::size_t size_{0};
};

/// One stream of the multiplexer: what has arrived and was not read, and the operations that wait. Touched on the
/// multiplexer's executor only.
struct mux_channel {
    explicit mux_channel(const net::any_io_executor& mux) : timer(mux) {}

    static constexpr session::serial_mux::stream_id none = 0;
    session::serial_mux::stream_id id{none};  ///< none: not opened yet, or closed
    std::uint32_t port{0};

    // connecting
    net::any_io_executor user;
    net::steady_timer timer;
    pending_handler<connect_signature> connecting;

    // receiving; the window bounds it
    std::string received;
    std::size_t taken{0};
    bool ended{false};
    mutable_bytes into;
    transfer_handler reading;

    // sending
    bool shut{false};
    mux_gather from;
    transfer_handler writing;

    std::error_code broken;
    pending_handler<void(net_error_code)> hanging_up;
};

using mux_channel_ptr = std::shared_ptr<mux_channel>;

/// Who accepts the streams for one port.
struct mux_listener {
    std::uint32_t port{0};
    std::deque<mux_channel_ptr> backlog;  ///< at most `max_incoming`: the machine refuses more
    net::any_io_executor user;
    pending_handler<accept_signature> accepting;
    bool closed{false};
};

using mux_listener_ptr = std::shared_ptr<mux_listener>;

/// Runs the machine over the port for all its streams. Whoever uses it may be on any executor: `run` brings the work to
/// the port's, where alone everything is touched; handlers are posted to their own.
class mux_core : public std::enable_shared_from_this<mux_core> {
public:
    /// Makes the connected or accepted stream for the user; `mux_stream` is made of a core, hence not known here.
    using make_stream = any_stream (*)(std::weak_ptr<mux_core>, mux_channel_ptr);

    mux_core(any_stream port, const session::serial_mux_options& options, make_stream make)
        : executor_(port.get_executor()), port_(std::move(port)), machine_(options), timer_(executor_), make_(make) {}

    /// Only a context that goes while operations wait comes here with any: their handlers may own their streams, and so
    /// themselves.
    ~mux_core() {
        for (const auto& [id, c] : channels_)
            abandon(*c);
        for (const auto& c : waiting_)
            abandon(*c);
        for (const auto& [port, l] : listeners_)
            std::exchange(l->accepting, {});
    }

    const net::any_io_executor& executor() const noexcept { return executor_; }

    template <class Work>
    void run(Work work) {
        net::dispatch(executor_, [self = shared_from_this(), work = std::move(work)]() mutable { work(*self); });
    }

    // --- the multiplexer --------------------------------------------------------------------------------------------

    void start(pending_handler<void(net_error_code)> done) {
        done_ = std::move(done);
        if (closed_)
            return done_.post(to_net(lost_));
        wake();
    }

    void lose(std::error_code why) {
        if (!lost_)
            lost_ = why;
        machine_.on_lost(lost_);
        port_.close();
        wake();
    }

    // --- connecting and accepting -----------------------------------------------------------------------------------

    void connect(const mux_channel_ptr& c, time_point deadline) {
        if (closed_)
            return fail_connect(c, errc::connect_failed);
        if (clock::now() >= deadline)
            return fail_connect(c, errc::deadline_exceeded);
        if (deadline != no_deadline) {
            c->timer.expires_at(deadline);
            c->timer.async_wait([self = shared_from_this(), c](net_error_code ec) {
                if (!ec)
                    self->fail_connect(c, errc::deadline_exceeded);
            });
        }
        open(c);
        wake();
    }
    void fail_connect(const mux_channel_ptr& c, std::error_code why) {
        if (!c->connecting)
            return;
        std::erase(waiting_, c);
        c->timer.cancel();
        close(c);
        c->connecting.post(to_net(why), any_stream{});
    }

    bool listen(const mux_listener_ptr& l) { return listeners_.emplace(l->port, l).second; }
    void accept(const mux_listener_ptr& l, const net::any_io_executor& user,
                pending_handler<accept_signature> handler) {
        if (l->closed || closed_ || l->accepting)
            return handler.post(to_net(l->accepting ? errc::operation_in_progress : errc::operation_cancelled),
                                any_stream{});
        l->user = user;
        l->accepting = std::move(handler);
        match(*l);
    }
    void cancel_accept(mux_listener& l) {
        if (l.accepting)
            l.accepting.post(to_net(errc::operation_cancelled), any_stream{});
    }
    void stop_listening(mux_listener& l) {
        if (std::exchange(l.closed, true))
            return;
        listeners_.erase(l.port);
        cancel_accept(l);
        for (const auto& c : std::exchange(l.backlog, {}))
            close(c);
    }

    // --- streams ----------------------------------------------------------------------------------------------------

    void read(const mux_channel_ptr& c, mutable_bytes into, transfer_handler handler) {
        if (c->reading)
            return handler.post(to_net(errc::operation_in_progress), 0);
        c->into = into;
        c->reading = std::move(handler);
        serve_reader(*c);
    }
    void write(const mux_channel_ptr& c, const mux_gather& from, transfer_handler handler) {
        if (c->writing)
            return handler.post(to_net(errc::operation_in_progress), 0);
        c->from = from;
        c->writing = std::move(handler);
        serve_writer(*c);
    }
    void wait_hangup(const mux_channel_ptr& c, pending_handler<void(net_error_code)> handler) {
        if (c->hanging_up)
            return handler.post(to_net(errc::operation_in_progress));
        c->hanging_up = std::move(handler);
        if (c->broken)
            c->hanging_up.post({});
    }
    void shutdown(mux_channel& c) {
        c.shut = true;
        machine_.shutdown(c.id);
        wake();
    }
    void cancel_read(mux_channel& c) {
        if (c.reading)
            c.reading.post(net::error::operation_aborted, 0);
    }
    void cancel_write(mux_channel& c) {
        if (c.writing)
            c.writing.post(net::error::operation_aborted, 0);
    }
    void cancel_hangup(mux_channel& c) {
        if (c.hanging_up)
            c.hanging_up.post(net::error::operation_aborted);
    }
    void cancel(mux_channel& c) {
        cancel_read(c);
        cancel_write(c);
        cancel_hangup(c);
    }
    void close(const mux_channel_ptr& c) {
        cancel(*c);
        if (c->id == mux_channel::none)
            return;
        machine_.release(c->id);
        channels_.erase(std::exchange(c->id, mux_channel::none));
        c->broken = errc::operation_cancelled;
        c->received = {};
        wake();
    }

private:
    using machine = session::serial_mux;

    static void abandon(mux_channel& c) {
        std::exchange(c.connecting, {});
        std::exchange(c.reading, {});
        std::exchange(c.writing, {});
        std::exchange(c.hanging_up, {});
    }

    void wake() {
        if (std::exchange(waking_, true))
            return;
        net::defer(executor_, [self = shared_from_this()] {
            self->waking_ = false;
            self->step();
        });
    }

    /// Everything there is to do now. Calls no user: handlers are posted.
    void step() {
        if (closed_ || (!done_ && !lost_))  // over, or `start` has yet to come
            return;
        do {
            poll_machine();
        } while (!closed_ && write_port());  // handing bytes to the port makes room for more
        if (closed_)
            return;
        read_port();
        arm_timer();
    }

    void poll_machine() {
        for (;;) {
            auto todo = machine_.poll(clock::now());
            if (const auto* pause = std::get_if<session::wait>(&todo)) {
                until_ = pause->until;
                return;
            }
            if (std::holds_alternative<session::close>(todo))
                return finish();
            std::visit([this](auto& event) { on(event); }, todo);
        }
    }

    bool write_port() {
        if (writing_)
            return false;
        const bytes_view bytes = machine_.send_buffer();
        if (bytes.empty())
            return false;
        writing_ = true;
        port_.async_write_some(net::const_buffer(bytes.data(), bytes.size()),
                               [self = shared_from_this()](net_error_code ec, std::size_t n) {
                                   self->writing_ = false;
                                   self->machine_.on_sent(n);
                                   self->on_transferred(ec);
                               });
        return true;
    }

    void read_port() {
        if (reading_ || !machine_.wants_read())
            return;
        const mutable_bytes room = machine_.receive_buffer();
        reading_ = true;
        port_.async_read_some(net::mutable_buffer(room.data(), room.size()),
                              [self = shared_from_this()](net_error_code ec, std::size_t n) {
                                  self->reading_ = false;
                                  self->machine_.on_received(n);
                                  self->on_transferred(ec);
                              });
    }

    void on_transferred(net_error_code ec) {
        if (ec)
            lose(translate(ec));
        step();
    }

    void arm_timer() {
        // A timer that goes off too early costs one poll; moving it whenever a deadline moves costs more.
        if (until_ >= armed_for_)
            return;
        armed_for_ = until_;
        timer_.expires_at(until_);
        timer_.async_wait([self = shared_from_this()](net_error_code ec) {
            if (ec)
                return;
            self->armed_for_ = no_deadline;
            self->step();
        });
    }

    void finish() {
        closed_ = true;
        port_.close();
        timer_.cancel();
        while (!waiting_.empty())
            fail_connect(mux_channel_ptr(waiting_.front()), errc::connect_failed);
        while (!listeners_.empty())
            stop_listening(*mux_listener_ptr(listeners_.begin()->second));
        if (done_)
            done_.post(to_net(lost_));
    }

    // --- events of the machine --------------------------------------------------------------------------------------

    void on(session::wait&) {}
    void on(session::close&) {}
    void on(machine::down&) {}  // `broken` follows for each stream
    void on(machine::established&) {
        for (const auto& c : std::exchange(waiting_, {}))
            open(c);
    }
    void on(machine::incoming& e) {
        const auto at = listeners_.find(e.port);
        if (at == listeners_.end())
            return machine_.release(e.stream);
        auto c = std::make_shared<mux_channel>(executor_);
        c->id = e.stream;
        channels_.emplace(e.stream, c);
        at->second->backlog.push_back(std::move(c));
        match(*at->second);
    }
    void on(machine::accepted& e) {
        const mux_channel_ptr& c = channels_.at(e.stream);
        if (!c->connecting)
            return;
        c->timer.cancel();
        c->connecting.post({}, make_(weak_from_this(), c));
    }
    void on(machine::data& e) {
        mux_channel& c = *channels_.at(e.stream);
        bytes_view rest = e.bytes;
        if (c.reading && c.taken == c.received.size()) {  // straight to the reader
            const std::size_t n = std::min(rest.size(), c.into.size());
            std::memcpy(c.into.data(), rest.data(), n);
            machine_.consumed(c.id, n);
            rest = rest.subspan(n);
            c.reading.post({}, n);
        }
        c.received.append(as_text(rest));
    }
    void on(machine::ended& e) {
        mux_channel& c = *channels_.at(e.stream);
        c.ended = true;
        serve_reader(c);
    }
    void on(machine::broken& e) {
        const mux_channel_ptr c = channels_.at(e.stream);
        if (c->connecting)
            return on_connect_broken(c, e.why);
        c->broken = e.why;
        serve_reader(*c);
        serve_writer(*c);
        if (c->hanging_up)
            c->hanging_up.post({});
    }
    void on(machine::writable& e) { serve_writer(*channels_.at(e.stream)); }

    /// A refusal is final. If it was the session that broke, nothing has been said yet: the next session will do.
    void on_connect_broken(const mux_channel_ptr& c, std::error_code why) {
        if (why == errc::connect_failed || why == errc::mux_stream_limit)
            return fail_connect(c, why);
        machine_.release(c->id);
        channels_.erase(std::exchange(c->id, mux_channel::none));
        waiting_.push_back(c);
    }

    // --- helpers ----------------------------------------------------------------------------------------------------

    void open(const mux_channel_ptr& c) {
        const auto id = machine_.open(c->port);
        if (id.error() == errc::mux_reset)
            return waiting_.push_back(c);
        if (!id)
            return fail_connect(c, id.error());
        c->id = *id;
        channels_.emplace(*id, c);
    }

    void match(mux_listener& l) {
        while (l.accepting && !l.backlog.empty()) {
            const mux_channel_ptr c = std::move(l.backlog.front());
            l.backlog.pop_front();
            if (c->broken) {  // it did not wait to be accepted
                close(c);
                continue;
            }
            c->user = l.user;
            machine_.accept(c->id);
            wake();
            l.accepting.post({}, make_(weak_from_this(), c));
        }
    }

    void serve_reader(mux_channel& c) {
        if (!c.reading)
            return;
        const std::size_t n = std::min(c.received.size() - c.taken, c.into.size());
        if (n != 0 || c.into.empty()) {
            std::memcpy(c.into.data(), c.received.data() + c.taken, n);
            c.taken += n;
            if (c.taken >= c.received.size() - c.taken) {  // moves each byte once at most
                c.received.erase(0, c.taken);
                c.taken = 0;
            }
            machine_.consumed(c.id, n);
            wake();
            return c.reading.post({}, n);
        }
        if (c.ended)
            c.reading.post(net::error::eof, 0);
        else if (c.broken)
            c.reading.post(to_net(c.broken), 0);
    }

    void serve_writer(mux_channel& c) {
        if (!c.writing)
            return;
        if (c.broken || c.shut)
            return c.writing.post(c.broken ? to_net(c.broken) : net_error_code(net::error::broken_pipe), 0);
        std::size_t sent = 0;
        for (bytes_view piece : c.from) {
            while (!piece.empty()) {
                const std::size_t n = machine_.write(c.id, piece);
                sent += n;
                if (n == 0)
                    break;
                piece = piece.subspan(n);
            }
            if (!piece.empty())
                break;
        }
        if (sent == 0 && !c.from.empty())
            return;  // `writable` comes
        wake();
        c.writing.post({}, sent);
    }

    net::any_io_executor executor_;
    any_stream port_;
    machine machine_;
    net::steady_timer timer_;
    make_stream make_;
    std::map<machine::stream_id, mux_channel_ptr> channels_;
    std::map<std::uint32_t, mux_listener_ptr> listeners_;
    std::deque<mux_channel_ptr> waiting_;  // to connect, for the next session
    pending_handler<void(net_error_code)> done_;
    std::error_code lost_;
    time_point until_{no_deadline};
    time_point armed_for_{no_deadline};
    bool reading_{false};
    bool writing_{false};
    bool waking_{false};
    bool closed_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

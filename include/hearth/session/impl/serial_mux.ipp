#ifndef HEARTH_SESSION_IMPL_SERIAL_MUX_IPP
#define HEARTH_SESSION_IMPL_SERIAL_MUX_IPP

#include <hearth/session/serial_mux.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace hearth::session {

HEARTH_DECL serial_mux::serial_mux(const serial_mux_options& options) : options_(options), nonce_(options.nonce) {}

// --- the driver's side ----------------------------------------------------------------------------------------------

HEARTH_DECL mutable_bytes serial_mux::receive_buffer() {
    if (!received_)
        received_.reset(new std::byte[receive_capacity]);  // not value-initialised: it is about to be read into
    if (receive_capacity - end_ < receive_capacity / 2 || begin_ == end_) {
        std::memmove(received_.get(), received_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    return {received_.get() + end_, receive_capacity - end_};
}

HEARTH_DECL void serial_mux::on_received(std::size_t n) noexcept {
    end_ += std::min(n, receive_capacity - end_);
    heard_ = true;
}

HEARTH_DECL bytes_view serial_mux::send_buffer() {
    if (port_lost_)
        return {};
    if (sent_ == sending_.size()) {
        append_control();
        sending_.clear();
        sent_ = 0;
        std::swap(sending_, pending_);
    }
    return as_bytes(sending_).subspan(sent_);
}

HEARTH_DECL void serial_mux::on_sent(std::size_t n) noexcept { sent_ += std::min(n, sending_.size() - sent_); }

HEARTH_DECL serial_mux::action serial_mux::poll(time_point now) {
    now_ = now;
    turn_ = 0;
    if (std::exchange(heard_, false)) {
        heard_at_ = now;
        pinged_ = false;
        answered_ = true;
    }
    check_time(now);
    for (;;) {
        if (auto notice = next_notice())
            return *notice;
        std::optional<action> event;
        if (take_frame(event)) {
            if (event)
                return *event;
        } else if (port_lost_ && !closed_) {
            end_session(port_lost_);
            closed_ = true;
        } else if (!gives_up_frame(now)) {
            break;
        }
    }
    if (closed_)
        return close{};
    if (auto turn = next_turn())
        return *turn;
    return wait{next_deadline()};
}

// --- the user's side ------------------------------------------------------------------------------------------------

HEARTH_DECL result<serial_mux::stream_id> serial_mux::open(std::uint32_t port) {
    if (!in_session_)
        return port_lost_ ? port_lost_ : make_error_code(errc::mux_reset);
    if (ours_ >= options_.max_outgoing || ours_ >= peer_limit_)
        return errc::mux_stream_limit;
    if (next_ours_ > UINT32_MAX) {  // ids are not reused within a session
        begin_life(errc::mux_reset);
        return errc::mux_reset;
    }
    const stream_id s = local_id(next_ours_);
    next_ours_ += 2;
    ++ours_;
    entry& e = streams_.emplace(s, entry{phase::opening, port, peer_window_, options_.window}).first->second;
    make_due(s, e, due_open);
    return s;
}

HEARTH_DECL void serial_mux::accept(stream_id stream) {
    entry* e = find_live(stream);
    if (e == nullptr || e->at != phase::offered)
        return;
    e->at = phase::accepted;
    make_due(stream, *e, e->send_ended ? due_accept | due_end : due_accept);
}

HEARTH_DECL std::size_t serial_mux::write(stream_id stream, bytes_view bytes) {
    const bool my_turn = std::exchange(turn_, 0) == stream;
    entry* e = find_live(stream);
    if (e == nullptr || e->at == phase::offered || e->send_ended || bytes.empty())
        return 0;
    append_control();  // OPEN, ACCEPT and the session's own frames go first
    const bool blocked = greeting_due_ != greeting::none || (e->frames_due & (due_open | due_accept)) != 0 ||
                         room() < wire::mux_max_frame;
    if (blocked || e->may_send == 0 || (!my_turn && !turns_.empty())) {
        wait_for_turn(stream, *e);
        return 0;
    }
    const std::size_t n = std::min({bytes.size(), wire::mux_max_payload, std::size_t{e->may_send}});
    append(wire::mux_type::data, stream, 0, bytes.first(n));
    e->may_send -= static_cast<std::uint32_t>(n);
    e->wants_write = false;
    if (n < bytes.size())
        wait_for_turn(stream, *e);
    return n;
}

HEARTH_DECL void serial_mux::shutdown(stream_id stream) {
    entry* e = find_live(stream);
    if (e == nullptr || std::exchange(e->send_ended, true))
        return;
    if (e->at != phase::offered)  // else ACCEPT goes first
        make_due(stream, *e, due_end);
}

HEARTH_DECL void serial_mux::consumed(stream_id stream, std::size_t n) {
    entry* e = find_live(stream);
    if (e == nullptr)
        return;
    const auto freed = static_cast<std::uint32_t>(std::min<std::size_t>(n, e->unconsumed));
    e->unconsumed -= freed;
    e->ungranted += freed;
    // Half a window at a time: a frame per read would cost more than it brings.
    if (freed != 0 && !e->receive_ended && e->ungranted >= options_.window / 2)
        make_due(stream, *e, due_credit);
}

HEARTH_DECL void serial_mux::release(stream_id stream) {
    entry* e = find(stream);
    if (e == nullptr || e->at == phase::released)
        return;
    if (e->at == phase::broken || (e->frames_due & due_open) != 0)  // the peer knows, or knew nothing
        return erase(stream);
    e->frames_due &= due_open | due_accept | due_end;
    if (e->at == phase::offered) {
        e->reason = wire::mux_reset_reason::refused;
        e->frames_due |= due_reset;
    } else {
        if (!std::exchange(e->send_ended, true))
            e->frames_due |= due_end;
        if (!e->receive_ended)
            e->frames_due |= due_reset;
    }
    if (e->frames_due == 0)
        return erase(stream);
    e->at = phase::released;
    if (!is_ours(stream)) {
        --theirs_;
        ++theirs_released_;
    }
    make_due(stream, *e, 0);
}

// --- streams --------------------------------------------------------------------------------------------------------

HEARTH_DECL serial_mux::entry* serial_mux::find(stream_id s) noexcept {
    const auto at = streams_.find(s);
    return at == streams_.end() ? nullptr : &at->second;
}

HEARTH_DECL serial_mux::entry* serial_mux::find_live(stream_id s) noexcept {
    entry* e = find(s);
    return e == nullptr || e->at == phase::broken || e->at == phase::released ? nullptr : e;
}

HEARTH_DECL void serial_mux::erase(stream_id s) {
    const auto at = streams_.find(s);
    const entry& e = at->second;
    if (e.in_control)
        std::erase(control_, s);
    if (e.in_turns)
        std::erase(turns_, s);
    if (e.why)
        std::erase(breaking_, s);
    --(is_ours(s) ? ours_ : e.at == phase::released ? theirs_released_ : theirs_);
    streams_.erase(at);
}

// --- sending --------------------------------------------------------------------------------------------------------

HEARTH_DECL std::size_t serial_mux::room() const noexcept {
    return max_backlog / 2 - std::min(pending_.size(), max_backlog / 2);
}

HEARTH_DECL void serial_mux::append(wire::mux_type type, stream_id stream, std::uint32_t value, bytes_view payload) {
    wire::append_mux_frame({type, static_cast<std::uint32_t>(stream), value, sent_frames_++}, payload, send_key_,
                           pending_);
}

HEARTH_DECL void serial_mux::append_greeting() {
    if (greeting_due_ == greeting::none || room() < 2 * wire::mux_max_frame)
        return;
    // The peer may be in the middle of a frame of our former life: no frame is longer than this filler.
    if (greeting_due_ == greeting::unasked)
        pending_.append(wire::mux_max_frame, '\0');
    greeting_due_ = greeting::none;
    std::array<std::byte, wire::mux_hello_size> payload;
    wire::write_mux_hello({nonce_, peer_nonce_, options_.window, options_.max_incoming}, payload);
    wire::append_mux_frame({in_session_ ? wire::mux_type::ready : wire::mux_type::hello,
                            static_cast<std::uint32_t>(options_.end), wire::mux_version},
                           payload, 0, pending_);
}

HEARTH_DECL void serial_mux::append_control() {
    append_greeting();
    if (!in_session_ || greeting_due_ != greeting::none)
        return;
    constexpr std::size_t most_at_once = 5 * wire::mux_header_size;
    if (pong_due_ && room() >= most_at_once)
        append(wire::mux_type::pong, 0, *std::exchange(pong_due_, std::nullopt));
    if (ping_due_ && room() >= most_at_once) {
        append(wire::mux_type::ping, 0);
        ping_due_ = false;
    }
    while (!control_.empty() && room() >= most_at_once) {
        const stream_id s = control_.front();
        control_.pop_front();
        entry& e = *find(s);
        e.in_control = false;
        append_due(s, e);
    }
}

HEARTH_DECL void serial_mux::append_due(stream_id s, entry& e) {
    const unsigned what = std::exchange(e.frames_due, 0u);
    if (what & due_open)
        append(wire::mux_type::open, s, e.port);
    if (what & due_accept)
        append(wire::mux_type::accept, s);
    if (what & due_credit) {
        append(wire::mux_type::credit, s, e.ungranted);
        e.may_receive += std::exchange(e.ungranted, 0);
    }
    if (what & due_end)
        append(wire::mux_type::end, s);
    if (what & due_reset)
        append(wire::mux_type::reset, s, static_cast<std::uint32_t>(e.reason));
    if (e.at == phase::released)
        erase(s);
}

HEARTH_DECL void serial_mux::make_due(stream_id s, entry& e, unsigned what) {
    e.frames_due |= what;
    if (!std::exchange(e.in_control, true))
        control_.push_back(s);
}

HEARTH_DECL void serial_mux::wait_for_turn(stream_id s, entry& e) {
    e.wants_write = true;
    if (e.may_send != 0 && !std::exchange(e.in_turns, true))
        turns_.push_back(s);
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::next_turn() {
    if (turns_.empty())
        return std::nullopt;
    append_control();                     // before more data takes the room
    if (greeting_due_ != greeting::none)  // needs more room than a turn, and `write` waits for it
        return std::nullopt;
    while (!turns_.empty() && room() >= wire::mux_max_frame) {
        const stream_id s = turns_.front();
        turns_.pop_front();
        entry& e = *find(s);
        e.in_turns = false;
        if (!e.wants_write || e.send_ended || e.at == phase::broken || e.at == phase::released)
            continue;
        turn_ = s;
        return writable{s};
    }
    return std::nullopt;
}

// --- the session ----------------------------------------------------------------------------------------------------

HEARTH_DECL void serial_mux::begin_session() {
    in_session_ = true;
    ++session_;
    send_key_ = wire::mux_key(nonce_, peer_nonce_);
    receive_key_ = wire::mux_key(peer_nonce_, nonce_);
    sent_frames_ = received_frames_ = 0;
    next_ours_ = options_.end == mux_end::host ? 1 : 2;
    next_theirs_ = 3 - next_ours_;
    heard_at_ = now_;
    pinged_ = false;
    rest_ = rest::none;
    tell_established_ = true;
}

HEARTH_DECL void serial_mux::end_session(std::error_code why) {
    if (!std::exchange(in_session_, false))
        return;
    if (!std::exchange(tell_established_, false))
        down_why_ = why;
    control_.clear();
    turns_.clear();
    pending_.clear();  // whole frames that only the old session understands
    pong_due_.reset();
    ping_due_ = false;
    for (auto at = streams_.begin(); at != streams_.end();) {
        const stream_id s = at->first;
        entry& e = (at++)->second;
        e.in_control = e.in_turns = false;
        if (e.at == phase::released) {
            erase(s);
        } else if (e.at != phase::broken) {
            e.at = phase::broken;
            e.why = why;
            breaking_.push_back(s);
        }
    }
    greeting_due_ = greeting::none;
    next_greeting_ = now_ + options_.greeting_interval;
}

HEARTH_DECL void serial_mux::begin_life(std::error_code why) {
    end_session(why);
    nonce_ = nonce_ == UINT64_MAX ? 1 : nonce_ + 1;
    greeting_due_ = greeting::unasked;
}

HEARTH_DECL void serial_mux::check_time(time_point now) {
    if (!in_session_ && now >= next_greeting_) {
        greeting_due_ = greeting::unasked;
        next_greeting_ = now + options_.greeting_interval;
    }
    if (!in_session_ || options_.ping_after.count() == 0)
        return;
    if (now - heard_at_ >= options_.patience)
        begin_life(errc::peer_stalled);
    else if (now - heard_at_ >= options_.ping_after && !std::exchange(pinged_, true))
        ping_due_ = true;
}

/// A frame that lost bytes would swallow what follows. But a paused peer may be in the middle of one too: only after it
/// has answered a ping is it late.
HEARTH_DECL bool serial_mux::gives_up_frame(time_point now) {
    if (!in_session_ || unread().empty()) {
        rest_ = rest::none;
        rest_until_ = no_deadline;
    } else if (rest_ == rest::none || rest_of_ != received_frames_) {
        rest_ = rest::awaited;
        rest_of_ = received_frames_;
        rest_until_ = now + options_.greeting_interval;
    } else if (rest_ == rest::asked_for && answered_) {
        rest_ = rest::overdue;
        rest_until_ = now + options_.frame_patience;
    } else if (rest_ == rest::awaited && now >= rest_until_) {
        ping_due_ = true;
        rest_ = rest::asked_for;
        answered_ = false;
        rest_until_ = no_deadline;
    } else if (rest_ == rest::overdue && now >= rest_until_) {
        begin_life(errc::mux_bad_frame);
        return true;
    }
    return false;
}

HEARTH_DECL time_point serial_mux::next_deadline() const noexcept {
    if (!in_session_)
        return next_greeting_;
    if (options_.ping_after.count() == 0)
        return rest_until_;
    return std::min(rest_until_,
                    heard_at_ + (pinged_ ? options_.patience : std::min(options_.ping_after, options_.patience)));
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::next_notice() {
    if (down_why_)
        return down{std::exchange(down_why_, {})};
    if (!breaking_.empty()) {
        const stream_id s = breaking_.front();
        breaking_.pop_front();
        return broken{s, std::exchange(find(s)->why, {})};
    }
    if (std::exchange(tell_established_, false))
        return established{};
    return std::nullopt;
}

// --- receiving ------------------------------------------------------------------------------------------------------

/// Takes what stands at the front of the received bytes.
/// \returns Whether to go on: false if more bytes are needed.
HEARTH_DECL bool serial_mux::take_frame(std::optional<action>& event) {
    if (closed_)
        return false;
    if (!in_session_)
        return find_greeting();
    const bytes_view filled = unread();
    begin_ +=
        std::find_if(filled.begin(), filled.end(), [](std::byte b) { return b != std::byte{0}; }) - filled.begin();
    const bytes_view bytes = unread();
    const std::size_t marked = std::min(bytes.size(), wire::mux_marker.size());
    if (!std::equal(bytes.begin(), bytes.begin() + marked, wire::mux_marker.begin())) {
        begin_life(errc::mux_bad_frame);
        return true;
    }
    if (bytes.size() < wire::mux_header_size)
        return false;
    const auto head = wire::parse_mux_header(bytes.first<wire::mux_header_size>(), receive_key_);
    if (!head || (!wire::is_greeting(head->type) && head->sequence != received_frames_)) {
        begin_life(errc::mux_bad_frame);
        return true;
    }
    if (bytes.size() < head->total())
        return false;
    if (!wire::is_mux_frame_whole(bytes.first(head->total()))) {
        begin_life(errc::mux_bad_frame);
        return true;
    }
    begin_ += head->total();
    const bytes_view payload = bytes.subspan(wire::mux_header_size, head->length);
    if (wire::is_greeting(head->type)) {
        on_greeting(*head, payload);
        return true;
    }
    ++received_frames_;
    event = on_frame(*head, payload);
    return true;
}

/// Outside a session only greetings mean anything, and they may follow any bytes whatsoever.
HEARTH_DECL bool serial_mux::find_greeting() {
    for (;; ++begin_) {
        const bytes_view ahead = unread();
        const auto* marker = ahead.empty()
                                 ? nullptr
                                 : std::memchr(ahead.data(), std::to_integer<int>(wire::mux_marker[0]), ahead.size());
        begin_ = marker == nullptr ? end_ : begin_ + (static_cast<const std::byte*>(marker) - ahead.data());
        const bytes_view bytes = unread();
        const std::size_t marked = std::min(bytes.size(), wire::mux_marker.size());
        if (!std::equal(bytes.begin(), bytes.begin() + marked, wire::mux_marker.begin()))
            continue;
        if (bytes.size() < wire::mux_header_size)
            return false;
        const auto head = wire::parse_mux_header(bytes.first<wire::mux_header_size>(), receive_key_);
        if (!head || !wire::is_greeting(head->type))
            continue;
        if (bytes.size() < head->total())
            return false;
        if (!wire::is_mux_frame_whole(bytes.first(head->total())))
            continue;
        begin_ += head->total();
        on_greeting(*head, bytes.subspan(wire::mux_header_size, head->length));
        return true;
    }
}

HEARTH_DECL void serial_mux::on_greeting(const wire::mux_header& head, bytes_view payload) {
    const auto hello = wire::parse_mux_hello(payload);
    if (!hello || head.value == 0 || is_ours(head.stream))  // the last: an echo, or two ends that both play one role
        return;
    if (in_session_) {
        // The pipe keeps the order: an end that is in this session says so before its first frame, so a HELLO after
        // one, like a greeting that names another life of ours, comes from an end that has lost the session.
        const bool known = hello->nonce == peer_nonce_;
        const bool wants_answer = head.type == wire::mux_type::hello;
        if (known && hello->seen == nonce_ && !(wants_answer && received_frames_ != 0)) {
            if (wants_answer)
                greeting_due_ = std::max(greeting_due_, greeting::answer);
            return;
        }
        if (known)
            begin_life(errc::mux_reset);  // else both would make the same session key again
        else
            end_session(errc::mux_reset);
    }
    peer_nonce_ = hello->nonce;
    peer_window_ = hello->window;
    peer_limit_ = hello->max_incoming;
    greeting_due_ = std::max(greeting_due_, greeting::answer);
    if (hello->seen == nonce_)
        begin_session();
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::on_frame(const wire::mux_header& head, bytes_view payload) {
    using wire::mux_type;
    switch (head.type) {
    case mux_type::ping: pong_due_ = head.value; return std::nullopt;
    case mux_type::open: return on_open(local_id(head.stream), head.value);
    case mux_type::accept:
    case mux_type::data:
    case mux_type::end:
    case mux_type::reset:
    case mux_type::credit: break;
    default: return std::nullopt;  // PONG has done its work by arriving; the rest is for later versions
    }
    const stream_id s = local_id(head.stream);
    if (head.stream == 0 || head.stream >= (is_ours(s) ? next_ours_ : next_theirs_))
        return on_violation(errc::mux_bad_frame);
    entry* e = find_live(s);
    if (e == nullptr)  // it crossed our RESET
        return std::nullopt;
    return on_stream_frame(s, *e, head, payload);
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::on_open(stream_id s, std::uint32_t port) {
    const auto wire_id = static_cast<std::uint32_t>(s);
    if (is_ours(s) || wire_id < next_theirs_)
        return on_violation(errc::mux_bad_frame);
    // A peer that keeps to the limit has at most that many streams whose end it has not heard of, beside those whose
    // end only our user has not.
    if (theirs_ + theirs_released_ >= 2 * std::size_t{options_.max_incoming})
        return on_violation(errc::mux_stream_limit);
    next_theirs_ = std::uint64_t{wire_id} + 2;
    entry& e = streams_.emplace(s, entry{phase::offered, port, peer_window_, options_.window}).first->second;
    if (theirs_ >= options_.max_incoming) {
        ++theirs_released_;
        e.at = phase::released;
        e.reason = wire::mux_reset_reason::limit;
        make_due(s, e, due_reset);
        return std::nullopt;
    }
    ++theirs_;
    return incoming{s, port};
}

HEARTH_DECL std::optional<serial_mux::action>
serial_mux::on_stream_frame(stream_id s, entry& e, const wire::mux_header& head, bytes_view payload) {
    using wire::mux_type;
    const bool receiving = e.at != phase::opening && !e.receive_ended;
    switch (head.type) {
    case mux_type::accept:
        if (e.at != phase::opening || (e.frames_due & due_open) != 0)
            return on_violation(errc::mux_bad_frame);
        e.at = phase::accepted;
        return accepted{s};
    case mux_type::data:
        if (!receiving || payload.empty())
            return on_violation(errc::mux_bad_frame);
        if (payload.size() > e.may_receive)
            return on_violation(errc::mux_credit_exceeded);
        e.may_receive -= static_cast<std::uint32_t>(payload.size());
        e.unconsumed += static_cast<std::uint32_t>(payload.size());
        return data{s, payload};
    case mux_type::end:
        if (!receiving)
            return on_violation(errc::mux_bad_frame);
        e.receive_ended = true;
        return ended{s};
    case mux_type::credit:
        if (head.value > wire::mux_max_credit - e.may_send)
            return on_violation(errc::mux_bad_frame);
        e.may_send += head.value;
        if (e.wants_write)
            wait_for_turn(s, e);
        return std::nullopt;
    default: return on_reset(s, e, head.value);
    }
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::on_reset(stream_id s, entry& e, std::uint32_t reason) {
    errc why = errc::connection_lost;
    if (e.at == phase::opening)
        why = reason == static_cast<std::uint32_t>(wire::mux_reset_reason::limit) ? errc::mux_stream_limit
                                                                                  : errc::connect_failed;
    e.at = phase::broken;
    e.frames_due = 0;
    return broken{s, why};
}

HEARTH_DECL std::optional<serial_mux::action> serial_mux::on_violation(errc why) {
    begin_life(why);
    return std::nullopt;
}

}  // namespace hearth::session

#endif

#ifndef HEARTH_SESSION_GUEST_IMPL_PLAIN_EXEC_IPP
#define HEARTH_SESSION_GUEST_IMPL_PLAIN_EXEC_IPP

#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>

#include <utility>

namespace hearth::session::guest {

HEARTH_DECL plain_exec::plain_exec(frame_channel channel, const agent_limits& limits)
    : process_port(limits, static_cast<unsigned>(stream::out) | static_cast<unsigned>(stream::err)),
      channel_(std::move(channel)),
      limits_(limits),
      linger_(limits) {}

HEARTH_DECL plain_exec::action plain_exec::poll(time_point now) {
    if (!linger_.started()) {
        const std::error_code lost = channel_.lost() ? channel_.lost() : take_input(now);
        if (lost)
            return peer_gone(lost, now);
        if (end_.wants_drain(now) && !std::exchange(drain_, true))
            wake();
        if (!started_)
            return wait{};
        if (!end_.over(now))
            return wait{end_.deadline(now)};
        (void)channel_.send(wire::frame_type::exit, wire::write_exit_status(end_.status()));
        finish(now);
    }
    return std::visit([](auto todo) -> action { return todo; }, linger_.poll(channel_, now));
}

/// \returns Why the peer counts as gone, if it does. The end of its stream is no such reason (P-CONN-09), a framing error
///          is (P-FRAME-12).
HEARTH_DECL std::error_code plain_exec::take_input(time_point now) {
    for (;;) {
        if (!held_.empty())
            pass_on();
        if (!held_.empty())
            return {};
        const frame_channel::inbound in = channel_.next();
        switch (in.what) {
        case frame_channel::inbound::kind::nothing: return {};
        case frame_channel::inbound::kind::frame: on_frame(in.frame, now); break;
        case frame_channel::inbound::kind::ended: end_input(); return {};
        default: return in.why;
        }
    }
}

HEARTH_DECL void plain_exec::pass_on() {
    if (const std::size_t taken = input_.append(held_)) {
        held_ = held_.subspan(taken);
        wake();
    }
    channel_.pause_reading(!held_.empty());
}

HEARTH_DECL void plain_exec::end_input() {
    if (input_.ended())
        return;
    input_.end();
    wake();
}

HEARTH_DECL void plain_exec::on_frame(const wire::frame_view& frame, time_point now) {
    if (killed_)
        return;
    switch (frame.type) {
    case wire::frame_type::stdin_data: held_ = frame.payload; break;
    case wire::frame_type::stdin_eof: end_input(); break;
    case wire::frame_type::kill:
        killed_ = kill_ = true;
        end_.on_killed(now);
        wake();
        break;
    default: break;  // P-TYPE-03
    }
}

HEARTH_DECL plain_exec::action plain_exec::peer_gone(std::error_code why, time_point now) {
    channel_.on_lost(why);
    kill_ = true;
    finish(now);
    return failed{why, {}};
}

HEARTH_DECL void plain_exec::finish(time_point now) {
    held_ = {};
    release_ = true;
    linger_.start(channel_, now);
    wake();
}

HEARTH_DECL void plain_exec::on_started(time_point now) {
    started_ = true;
    changed(now);
}

HEARTH_DECL void plain_exec::on_start_failed(std::string_view text, time_point now) {
    start_failed_ = true;
    if (linger_.started())
        return;
    (void)channel_.send(wire::frame_type::error, wire::sendable_error_text(text));
    finish(now);
    changed(now);
}

HEARTH_DECL void plain_exec::on_output(stream from, bytes_view bytes, time_point now) {
    if (bytes.empty() || linger_.started())
        return;
    (void)channel_.send(from == stream::out ? wire::frame_type::stdout_data : wire::frame_type::stderr_data, bytes);
    changed(now);
}

HEARTH_DECL std::size_t plain_exec::output_room() const noexcept {
    return room_beside(linger_.started() ? 0 : channel_.backlog(), limits_);
}

HEARTH_DECL void plain_exec::changed(time_point) {
    if (wake_connection_)
        wake_connection_();
}

}  // namespace hearth::session::guest

#endif

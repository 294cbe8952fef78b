#ifndef HEARTH_SESSION_GUEST_IMPL_ATTACHMENT_IPP
#define HEARTH_SESSION_GUEST_IMPL_ATTACHMENT_IPP

#include <hearth/session/guest/attachment.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>

namespace hearth::session::guest {

HEARTH_DECL attachment::attachment(frame_channel channel, std::shared_ptr<session> to,
                                   std::optional<wire::terminal_size> size, const agent_limits& limits, time_point now)
    : channel_(std::move(channel)),
      session_(std::move(to)),
      stall_(limits.session_stall),
      patience_(limits.linger),
      linger_(limits),
      sent_(channel_.sent_total()),
      progress_(now),
      now_(now) {
    try {
        session_->attach(*this, size, now);
    } catch (...) {  // no memory: the destructor of an object that was never complete does not run
        session_->detach(*this, now);
        throw;
    }
}

HEARTH_DECL attachment::action attachment::poll(time_point now) {
    now_ = now;
    if (!linger_.started()) {
        if (now >= stalled_at(now))
            channel_.on_lost(errc::peer_stalled);
        if (channel_.lost())
            return leave(channel_.lost(), now);
        if (std::optional<failed> end = take_input(now))
            return *std::move(end);
        if (!linger_.started())
            return wait{stalled_at(now)};
    }
    return linger(now);
}

HEARTH_DECL attachment::action attachment::linger(time_point now) {
    const lingering_close::action todo = linger_.poll(channel_, now);
    if (channel_.lost())
        session_->detach(*this, now);
    else if (exit_queued_ && channel_.backlog() == 0)
        session_->exit_delivered(*this);
    return std::visit([](auto what) -> action { return what; }, todo);
}

// --- from the host ----------------------------------------------------------------------------------------------------

HEARTH_DECL std::optional<failed> attachment::take_input(time_point now) {
    for (;;) {
        if (!held_.empty()) {
            held_ = held_.subspan(session_->type(*this, held_));
            channel_.pause_reading(!held_.empty());
        }
        if (!held_.empty())
            return std::nullopt;
        const frame_channel::inbound in = channel_.next();
        switch (in.what) {
        case frame_channel::inbound::kind::nothing: return std::nullopt;
        case frame_channel::inbound::kind::frame: on_frame(in.frame, now); break;
        case frame_channel::inbound::kind::ended:
            session_->detach(*this, now);
            linger_.start(channel_, now, 0, patience_);
            return std::nullopt;
        default: return leave(in.why, now);
        }
    }
}

HEARTH_DECL void attachment::on_frame(const wire::frame_view& frame, time_point now) {
    switch (frame.type) {
    case wire::frame_type::stdin_data:
        session_->note_input(*this, now);
        held_ = frame.payload;
        break;
    case wire::frame_type::resize:
        if (const auto size = wire::parse_terminal_size(frame.payload))
            session_->resize_terminal(*this, *size);
        break;
    case wire::frame_type::kill: session_->terminate_process(*this); break;
    case wire::frame_type::stdin_eof: session_->end_input(*this); break;
    default: break;  // P-TYPE-03
    }
}

HEARTH_DECL failed attachment::leave(std::error_code why, time_point now) {
    session_->detach(*this, now);
    linger_.start(channel_, now, 0, patience_);
    return {why, {}};
}

/// \returns When a peer that accepts nothing of what is queued counts as gone.
HEARTH_DECL time_point attachment::stalled_at(time_point now) noexcept {
    if (channel_.sent_total() != sent_)
        progress_ = now;
    sent_ = channel_.sent_total();
    return channel_.backlog() == 0 || stall_.count() == 0 ? no_deadline : progress_ + stall_;
}

// --- from the session -------------------------------------------------------------------------------------------------

HEARTH_DECL void attachment::send(wire::frame_type type, bytes_view payload, time_point now) {
    if (channel_.backlog() == 0)
        progress_ = now;
    (void)channel_.send(type, payload);
    wake();
}

HEARTH_DECL void attachment::exit(std::int32_t status, time_point now) {
    send(wire::frame_type::exit, wire::write_exit_status(status), now);
    exit_queued_ = true;
    held_ = {};
    linger_.start(channel_, now, 0, stall_);
}

HEARTH_DECL void attachment::fail(std::string_view text, time_point now) {
    const std::string sendable = wire::sendable_error_text(text);
    send(wire::frame_type::error, as_bytes(sendable), now);
    linger_.start(channel_, now, 0, stall_);
}

HEARTH_DECL void attachment::taken_over(time_point now) {
    if (linger_.started())
        return;
    send(wire::frame_type::exit, wire::write_exit_status(0), now);
    held_ = {};
    linger_.start(channel_, now, 0, patience_);
}

}  // namespace hearth::session::guest

#endif

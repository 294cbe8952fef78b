#ifndef HEARTH_SESSION_GUEST_IMPL_FILE_WRITE_IPP
#define HEARTH_SESSION_GUEST_IMPL_FILE_WRITE_IPP

#include <hearth/session/guest/file_write.hpp>
#include <hearth/wire/error_text.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace hearth::session::guest {

HEARTH_DECL file_write::file_write(frame_channel channel, const wire::file_write_request& request,
                                   const agent_limits& limits, time_point now)
    : channel_(std::move(channel)),
      linger_(limits),
      size_(request.size),
      cap_(limits.write_cap),
      stall_(limits.upload_stall),
      patience_(limits.session_stall),
      progress_(now) {}

HEARTH_DECL file_write::action file_write::poll(time_point now) {
    switch (step_) {
    case step::checking:
        if (size_ < 0) {
            end_with_error(wire::error_text::negative_size, now);
        } else if (size_ > cap_) {
            end_with_error(wire::error_text::file_too_large(size_, cap_), now);
        } else {
            step_ = step::receiving;
            return begin{};
        }
        break;
    case step::receiving: return receive(now);
    case step::committing: return wait{};
    case step::ending: break;
    }
    return std::visit([](auto todo) -> action { return todo; }, linger_.poll(channel_, now));
}

HEARTH_DECL file_write::action file_write::receive(time_point now) {
    for (;;) {
        const frame_channel::inbound in = channel_.next();
        const bool content = in.what == frame_channel::inbound::kind::frame &&
                             in.frame.type == wire::frame_type::stdin_data && !in.frame.payload.empty();
        if (content)
            return take(in.frame.payload, now);
        if (in.what == frame_channel::inbound::kind::frame)
            continue;
        if (received_ == size_) {
            step_ = step::committing;
            channel_.pause_reading(true);
            return commit{};
        }
        if (in.what == frame_channel::inbound::kind::nothing) {
            const time_point until = stalled_at(now);
            if (now < until)
                return wait{until};
            return give_up(errc::upload_timeout, wire::error_text::upload_timeout, now);
        }
        const bool ended = in.what == frame_channel::inbound::kind::ended;
        return give_up(ended ? errc::upload_incomplete : in.why, wire::error_text::connection_lost(received_, size_),
                       now);
    }
}

HEARTH_DECL file_write::action file_write::take(bytes_view bytes, time_point now) {
    if (std::cmp_greater(bytes.size(), size_ - received_))
        return give_up(errc::too_many_bytes, wire::error_text::too_many_bytes(size_), now);
    received_ += static_cast<std::int64_t>(bytes.size());
    partial_ = no_partial;  // the clock of the stall starts when the bytes are written
    return data{bytes};
}

/// \returns When the upload counts as stalled, if no byte arrives until then.
HEARTH_DECL time_point file_write::stalled_at(time_point now) noexcept {
    const std::size_t partial = channel_.parser().unread().size();
    if (partial != partial_)
        progress_ = now;
    partial_ = partial;
    return progress_ + stall_;
}

HEARTH_DECL file_write::action file_write::give_up(std::error_code why, std::string_view text, time_point now) {
    end_with_error(text, now);
    return abandon{why};
}

HEARTH_DECL void file_write::end_with_error(std::string_view text, time_point now) {
    (void)channel_.send(wire::frame_type::error, wire::sendable_error_text(text));
    linger_.start(channel_, now, static_cast<std::uint64_t>(std::max<std::int64_t>(size_ - received_, 0)), patience_);
    step_ = step::ending;
}

HEARTH_DECL void file_write::on_committed(time_point now) {
    if (step_ != step::committing)
        return;
    std::string json;
    wire::write_file_write_reply({}, json);
    (void)channel_.send(wire::frame_type::file_write_response, json);
    linger_.start(channel_, now, 0, patience_);
    step_ = step::ending;
}

HEARTH_DECL void file_write::on_error(std::string_view text, time_point now) {
    if (step_ != step::ending)
        end_with_error(text, now);
}

}  // namespace hearth::session::guest

#endif

#ifndef HEARTH_SESSION_HOST_IMPL_CONVERSATION_IPP
#define HEARTH_SESSION_HOST_IMPL_CONVERSATION_IPP

#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/wire/error_text.hpp>

#include <algorithm>

namespace hearth::session::host::detail {

HEARTH_DECL conversation::conversation(const options& opt, wire::frame_type request, std::string_view payload)
    : deadline_(opt.deadline) {
    if (!opt.token.empty())
        if (auto sent = channel_.send(wire::frame_type::auth, opt.token); !sent)
            refuse(sent.error());
    if (auto sent = channel_.send(request, payload); !sent)
        refuse(sent.error());
}

HEARTH_DECL void conversation::finish() noexcept {
    over_ = true;
    // Nobody waits for what is still queued; without this the driver would flush it before it closes.
    channel_.on_send_failed(errc::operation_cancelled);
}

HEARTH_DECL failed conversation::fail(std::error_code why, std::string peer_text) {
    finish();
    if (verdict_)
        return {verdict_, {}};
    return {why, std::move(peer_text)};
}

HEARTH_DECL void conversation::refuse(std::error_code why) noexcept {
    if (!refused_)
        refused_ = why;
}

HEARTH_DECL void conversation::stop(std::error_code why, time_point until) noexcept {
    verdict_ = late_ = why;
    deadline_ = until;
}

HEARTH_DECL std::optional<failed> conversation::check(time_point now) {
    if (over_)
        return std::nullopt;
    if (refused_)
        return fail(refused_);
    if (now >= deadline_)
        return fail(late_);
    return std::nullopt;
}

HEARTH_DECL wait conversation::quiet(time_point now) noexcept {
    // A peer that takes nothing more may still say why, but it does not get for ever.
    if (const std::error_code why = channel_.send_failed(); why && late_ != why && !verdict_) {
        deadline_ = std::min(deadline_, now + send_failed_grace);
        late_ = why;
    }
    return {deadline_};
}

HEARTH_DECL failed conversation::broken(const frame_channel::inbound& in) {
    using kind = frame_channel::inbound::kind;
    if (in.what == kind::ended)
        return fail(errc::unexpected_end);
    if (in.what != kind::frame)
        return fail(in.why);
    const std::string_view text = as_text(in.frame.payload);
    return fail(wire::meaning_of_error_text(text), wire::sendable_error_text(text));
}

HEARTH_DECL std::size_t conversation::input_room() const noexcept {
    const std::size_t queued = channel_.backlog();
    return over_ || queued >= max_backlog ? 0 : max_backlog - queued;
}

HEARTH_DECL std::size_t conversation::send_input(bytes_view bytes) {
    const bytes_view taken = bytes.first(std::min(bytes.size(), input_room()));
    for (bytes_view rest = taken; !rest.empty();) {
        const bytes_view piece = rest.first(std::min(rest.size(), max_input_frame));
        (void)channel_.send(wire::frame_type::stdin_data, piece);  // cannot be too long
        rest = rest.subspan(piece.size());
    }
    return taken.size();
}

}  // namespace hearth::session::host::detail

#endif

#ifndef HEARTH_SESSION_GUEST_IMPL_REPLY_IPP
#define HEARTH_SESSION_GUEST_IMPL_REPLY_IPP

#include <hearth/session/guest/reply.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/forward.hpp>

#include <string>
#include <variant>

namespace hearth::session::guest {

HEARTH_DECL void reply::answer(wire::frame_type type, std::string_view payload) {
    if (answered_)
        return;
    if (!channel_.send(type, payload))
        return error("the reply does not fit one frame");
    answered_ = true;
}

HEARTH_DECL void reply::error(std::string_view text) {
    answer(wire::frame_type::error, wire::sendable_error_text(text));
}

HEARTH_DECL void reply::exit(std::int32_t status) {
    answer(wire::frame_type::exit, as_text(wire::write_exit_status(status)));
}

HEARTH_DECL void reply::detached(const wire::detach_reply& started) {
    if (answered_)
        return;
    std::string json;
    wire::write_detach_reply(started, json);
    if (!channel_.send(wire::frame_type::stdout_data, json))
        return error("the reply does not fit one frame");
    exit(0);
}

HEARTH_DECL void reply::forward_error(std::string_view message) {
    std::string json;
    wire::write_forward_reply({.status = "error", .message = wire::sendable_error_text(message)}, json);
    answer(wire::frame_type::forward_response, json);
}

HEARTH_DECL reply::action reply::poll(time_point now) {
    if (answered_ && !linger_.started())
        linger_.start(channel_, now, announced_, patience_);
    if (linger_.started())
        return linger_.poll(channel_, now);
    if (channel_.lost())
        return close{};
    channel_.parser().consume(channel_.parser().unread().size());
    return wait{};
}

}  // namespace hearth::session::guest

#endif

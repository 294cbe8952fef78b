#ifndef HEARTH_SESSION_GUEST_IMPL_CONNECTION_IPP
#define HEARTH_SESSION_GUEST_IMPL_CONNECTION_IPP

#include <hearth/session/guest/connection.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/forward.hpp>

#include <utility>

namespace hearth::session::guest {

HEARTH_DECL bool same_token(bytes_view given, bytes_view token) noexcept {
    unsigned differs = given.size() == token.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i)
        differs |= std::to_integer<unsigned>(given[i] ^ (token.empty() ? std::byte{} : token[i % token.size()]));
    return differs == 0;
}

HEARTH_DECL connection::connection(channel_kind kind, std::string_view token, const agent_limits& limits,
                                   time_point accepted)
    : channel_(token.empty() ? max_frame_length : static_cast<std::uint32_t>(max_auth_bytes)),
      linger_(limits),
      token_(token),
      request_deadline_(limits.request_deadline),
      patience_(limits.linger),
      deadline_(accepted + (token.empty() ? limits.request_deadline : limits.auth_deadline)),
      kind_(kind),
      authenticated_(token.empty()) {}

HEARTH_DECL connection::action connection::poll(time_point now) {
    if (passed_on_)
        return close{};
    if (!refused_)
        if (std::optional<action> todo = step(now))
            return *std::move(todo);
    if (!linger_.started()) {
        linger_.start(channel_, now, 0, patience_);
        return *refused_;
    }
    return std::visit([](auto todo) -> action { return todo; }, linger_.poll(channel_, now));
}

/// \returns An event, or nothing when the connection is to be ended.
HEARTH_DECL std::optional<connection::action> connection::step(time_point now) {
    for (;;) {
        const frame_channel::inbound in = channel_.next();
        switch (in.what) {
        case frame_channel::inbound::kind::frame:
            if (std::optional<action> event = on_frame(in.frame, now))
                return event;
            break;
        case frame_channel::inbound::kind::nothing:
            if (now < deadline_)
                return wait{deadline_};
            on_late();
            break;
        default: on_broken(in);
        }
        if (refused_)
            return std::nullopt;
    }
}

HEARTH_DECL std::optional<connection::action> connection::on_frame(const wire::frame_view& frame, time_point now) {
    if (!authenticated_) {
        if (frame.type == wire::frame_type::auth && same_token(frame.payload, as_bytes(token_))) {
            authenticated_ = true;
            deadline_ = now + request_deadline_;
            channel_.parser().set_max_length(max_frame_length);
        } else {
            refuse(errc::auth_required, wire::error_text::auth_required);
        }
        return std::nullopt;
    }
    request_type_ = frame.type;
    result<any_request> asked = parse_request(kind_, frame);
    if (asked) {
        passed_on_ = true;
        return received{*std::move(asked)};
    }
    const std::string text = refusal_text(kind_, frame.type, asked.error());
    if (frame.type == wire::frame_type::forward_request && kind_ == channel_kind::forward) {
        std::string json;
        wire::write_forward_reply({.status = "error", .message = text}, json);
        (void)channel_.send(wire::frame_type::forward_response, json);
        refused_ = failed{asked.error(), {}};
    } else {
        refuse(asked.error(), text);
    }
    return std::nullopt;
}

/// The stream is over before the request was there. Who has shown no token is told so, whatever went wrong.
HEARTH_DECL void connection::on_broken(const frame_channel::inbound& in) {
    if (!authenticated_)
        refuse(errc::auth_required, wire::error_text::auth_required);
    else
        refused_ = failed{in.what == frame_channel::inbound::kind::ended ? errc::unexpected_end : in.why, {}};
}

HEARTH_DECL void connection::on_late() {
    if (!authenticated_)
        refuse(errc::auth_required, wire::error_text::auth_required);
    else
        refuse(errc::request_timeout, wire::error_text::request_timeout);
}

HEARTH_DECL void connection::refuse(std::error_code why, std::string_view text) {
    if (refused_)
        return;
    (void)channel_.send(wire::frame_type::error, wire::sendable_error_text(text));
    refused_ = failed{why, {}};
}

}  // namespace hearth::session::guest

#endif

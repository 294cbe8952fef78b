#ifndef HEARTH_SESSION_HOST_IMPL_TUNNEL_IPP
#define HEARTH_SESSION_HOST_IMPL_TUNNEL_IPP

#include <hearth/session/host/tunnel.hpp>
#include <hearth/wire/error_text.hpp>

#include <string>
#include <string_view>

namespace hearth::session::host {

namespace detail {

HEARTH_DECL std::string forward_payload(const wire::forward_request& request) {
    std::string json;
    wire::write_forward_request(request, json);
    return json;
}

/// What the message of a FWD_RESP with status `error` means.
HEARTH_DECL errc meaning_of_forward_message(std::string_view message) noexcept {
    if (message.find("connection refused") != std::string_view::npos)
        return errc::forward_refused;
    if (message == wire::error_text::tunnel_limit)
        return errc::tunnel_limit;
    if (message.starts_with("bad forward request: "))
        return errc::bad_request;
    return errc::forward_failed;
}

}  // namespace detail

HEARTH_DECL tunnel::tunnel(const wire::forward_request& request, const options& opt)
    : talk_(opt, wire::frame_type::forward_request, detail::forward_payload(request)) {
    if (request.port == 0)
        talk_.refuse(errc::invalid_argument);
}

HEARTH_DECL tunnel::action tunnel::poll(time_point now) {
    return talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
}

HEARTH_DECL std::optional<tunnel::action> tunnel::on_frame(const wire::frame_view& frame) {
    if (frame.type == wire::frame_type::exit)
        return talk_.fail(errc::unexpected_frame);
    if (frame.type != wire::frame_type::forward_response)
        return std::nullopt;
    const auto reply = wire::parse_forward_reply(frame.payload);
    if (!reply)
        return talk_.fail(reply.error());
    if (!reply->ok())
        return talk_.fail(detail::meaning_of_forward_message(reply->message),
                          wire::sendable_error_text(reply->message));
    talk_.finish();
    return opened{channel().parser().unread()};
}

}  // namespace hearth::session::host

#endif

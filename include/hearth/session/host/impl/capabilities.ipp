#ifndef HEARTH_SESSION_HOST_IMPL_CAPABILITIES_IPP
#define HEARTH_SESSION_HOST_IMPL_CAPABILITIES_IPP

#include <hearth/session/host/capabilities.hpp>
#include <hearth/wire/error_text.hpp>

#include <string>
#include <utility>

namespace hearth::session::host {

namespace detail {

HEARTH_DECL request<wire::hello_reply> ask_hello(std::string_view client, const options& opt) {
    std::string json;
    wire::write_hello_request({std::string{client}}, json);
    return {{wire::frame_type::hello_request, json, wire::frame_type::hello_response, wire::parse_hello_reply}, opt};
}

}  // namespace detail

HEARTH_DECL hello_request::hello_request(std::string_view client, const options& opt)
    : ask_(detail::ask_hello(client, opt)) {}

HEARTH_DECL hello_request::action hello_request::poll(time_point now) {
    auto next = ask_.poll(now);
    if (auto* got = std::get_if<request<wire::hello_reply>::reply>(&next))
        return reply{{std::move(got->value)}};
    if (auto* no = std::get_if<failed>(&next)) {
        // Only this number: an AUTH that an agent without a token refuses looks alike.
        if (no->peer_text == wire::error_text::unexpected_frame(wire::frame_type::hello_request))
            return reply{};
        return std::move(*no);
    }
    if (const auto* idle = std::get_if<wait>(&next))
        return *idle;
    return close{};
}

}  // namespace hearth::session::host

#endif

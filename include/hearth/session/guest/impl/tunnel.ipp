#ifndef HEARTH_SESSION_GUEST_IMPL_TUNNEL_IPP
#define HEARTH_SESSION_GUEST_IMPL_TUNNEL_IPP

#include <hearth/session/guest/tunnel.hpp>

#include <utility>
#include <variant>

namespace hearth::session::guest {

HEARTH_DECL tunnel::tunnel(frame_channel channel, const wire::forward_request& request, const agent_limits& limits,
                           time_point now)
    : reply_(std::move(channel), limits), port_(request.port), deadline_(now + limits.forward_connect) {
    reply_.channel().pause_reading(true);  // what the host sends from here on belongs to the target
}

HEARTH_DECL tunnel::action tunnel::poll(time_point now) {
    if (reply_.answered())
        return std::visit([](auto todo) -> action { return todo; }, reply_.poll(now));
    if (reply_.channel().lost() || step_ == step::passed_on)
        return close{};
    if (step_ == step::connected) {
        step_ = step::passed_on;
        reply_.channel().pause_reading(false);
        return opened{};
    }
    if (port_ == 0 || now >= deadline_) {
        reply_.forward_error(port_ == 0         ? "port 0 cannot be forwarded"
                             : refusal_.empty() ? "connection timed out"
                                                : refusal_);
        return poll(now);
    }
    if (std::exchange(step_, step::connecting) == step::connecting)
        return wait{deadline_};
    return connect_target{family_, port_};
}

HEARTH_DECL void tunnel::on_connected() {
    if (reply_.answered())
        return;
    std::string json;
    wire::write_forward_reply({.status = "ok", .message = {}}, json);
    (void)reply_.channel().send(wire::frame_type::forward_response, json);
    step_ = step::connected;
}

HEARTH_DECL void tunnel::on_refused(std::string_view text) {
    if (family_ == family::v6)
        return reply_.forward_error(refusal_);
    refusal_ = text;
    family_ = family::v6;
    step_ = step::asking;
}

}  // namespace hearth::session::guest

#endif

#ifndef HEARTH_SESSION_HOST_IMPL_CONFIG_SERVER_IPP
#define HEARTH_SESSION_HOST_IMPL_CONFIG_SERVER_IPP

#include <hearth/core/limits.hpp>
#include <hearth/session/host/config_server.hpp>

namespace hearth::session::host {

HEARTH_DECL result<std::string> encode_config(const wire::sandbox_config& config) {
    std::string json;
    wire::write_sandbox_config(config, json);
    if (json.size() > max_payload)
        return errc::config_too_large;
    return json;
}

HEARTH_DECL config_server::action config_server::poll(time_point now) {
    if (phase_ == phase::over)
        return close{};
    if (now >= deadline_)
        return fail(errc::deadline_exceeded);
    if (phase_ == phase::answering) {
        if (channel_.lost())
            return fail(channel_.lost());
        if (channel_.backlog() != 0)
            return wait{deadline_};
        phase_ = phase::over;
        return served{};
    }
    const frame_channel::inbound in = channel_.next();
    if (in.what == frame_channel::inbound::kind::nothing)
        return wait{deadline_};
    return on_request(in);
}

HEARTH_DECL config_server::action config_server::fail(std::error_code why) {
    phase_ = phase::over;
    channel_.on_send_failed(errc::operation_cancelled);  // whatever is queued holds the token
    return failed{why, {}};
}

HEARTH_DECL config_server::action config_server::on_request(const frame_channel::inbound& in) {
    using kind = frame_channel::inbound::kind;
    if (in.what == kind::ended)
        return fail(errc::unexpected_end);
    if (in.what != kind::frame)
        return fail(in.why);
    if (in.frame.type != wire::frame_type::config_request)
        return fail(errc::unexpected_frame);
    if (auto sent = channel_.send(wire::frame_type::config_response, payload_); !sent)
        return fail(sent.error());
    phase_ = phase::answering;
    return wait{deadline_};
}

}  // namespace hearth::session::host

#endif

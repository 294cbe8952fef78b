#ifndef HEARTH_SESSION_GUEST_IMPL_CONFIG_FETCH_IPP
#define HEARTH_SESSION_GUEST_IMPL_CONFIG_FETCH_IPP

#include <hearth/session/guest/config_fetch.hpp>

#include <algorithm>
#include <utility>

namespace hearth::session::guest {

HEARTH_DECL config_fetch::action config_fetch::poll(time_point now) {
    if (step_ == step::over)
        return close{};
    if (step_ == step::asking)
        if (std::optional<wire::sandbox_config> config = read(now)) {
            step_ = step::over;
            return received{*std::move(config)};
        }
    if (now >= deadline_) {
        step_ = step::over;
        return failed{last_, {}};
    }
    if (step_ != step::pausing)
        return wait{deadline_};
    if (now < again_)
        return wait{std::min(again_, deadline_)};
    step_ = step::connecting;
    channel_ = frame_channel{};
    return connect{};
}

HEARTH_DECL std::optional<wire::sandbox_config> config_fetch::read(time_point now) {
    const frame_channel::inbound in = channel_.next();
    switch (in.what) {
    case frame_channel::inbound::kind::nothing: return std::nullopt;
    case frame_channel::inbound::kind::ended: on_refused(errc::unexpected_end, now); return std::nullopt;
    case frame_channel::inbound::kind::frame: break;
    default: on_refused(in.why, now); return std::nullopt;
    }
    if (in.frame.type != wire::frame_type::config_response) {
        on_refused(errc::unexpected_frame, now);
        return std::nullopt;
    }
    result<wire::sandbox_config> config = wire::parse_sandbox_config(in.frame.payload);
    if (config)
        return *std::move(config);
    on_refused(config.error(), now);
    return std::nullopt;
}

HEARTH_DECL void config_fetch::on_connected() {
    step_ = step::asking;
    (void)channel_.send(wire::frame_type::config_request);
}

HEARTH_DECL void config_fetch::on_refused(std::error_code why, time_point now) noexcept {
    last_ = why;
    again_ = now + pause;
    step_ = step::pausing;
}

}  // namespace hearth::session::guest

#endif

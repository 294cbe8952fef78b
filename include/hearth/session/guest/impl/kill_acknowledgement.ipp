#ifndef HEARTH_SESSION_GUEST_IMPL_KILL_ACKNOWLEDGEMENT_IPP
#define HEARTH_SESSION_GUEST_IMPL_KILL_ACKNOWLEDGEMENT_IPP

#include <hearth/session/guest/kill_acknowledgement.hpp>

#include <utility>
#include <variant>

namespace hearth::session::guest {

HEARTH_DECL kill_acknowledgement::kill_acknowledgement(frame_channel channel, std::shared_ptr<session> whom,
                                                       const agent_limits& limits, time_point now)
    : reply_(std::move(channel), limits), session_(std::move(whom)), deadline_(now + limits.kill_ack) {
    session_->kill_all();
    session_->await_death(wake_);
}

HEARTH_DECL kill_acknowledgement::action kill_acknowledgement::poll(time_point now) {
    if (session_->reaped() || now >= deadline_)
        reply_.exit(0);
    const action todo = reply_.poll(now);
    if (!reply_.answered() && std::holds_alternative<wait>(todo))
        return wait{deadline_};
    return todo;
}

}  // namespace hearth::session::guest

#endif

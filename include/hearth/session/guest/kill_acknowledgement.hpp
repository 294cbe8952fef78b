#ifndef HEARTH_SESSION_GUEST_KILL_ACKNOWLEDGEMENT_HPP
#define HEARTH_SESSION_GUEST_KILL_ACKNOWLEDGEMENT_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/guest/session.hpp>

#include <functional>
#include <memory>

namespace hearth::session::guest {

/// Answers EXEC_KILL of a session that exists: kills it, and says EXIT 0 once its first process was reaped, at the latest
/// after `limits::kill_ack`. A session that has already exited is not signalled.
/// \req P-SESS-24, P-SESS-25, P-KILL-03
class kill_acknowledgement {
public:
    using action = reply::action;

    kill_acknowledgement(frame_channel channel, std::shared_ptr<session> whom, const agent_limits& limits,
                         time_point now);
    ~kill_acknowledgement() { session_->forget_death(wake_); }
    kill_acknowledgement(const kill_acknowledgement&) = delete;
    kill_acknowledgement& operator=(const kill_acknowledgement&) = delete;

    frame_channel& channel() noexcept { return reply_.channel(); }
    action poll(time_point now);
    /// \param wake  Called when `poll` is due although nothing happened on the connection. Must not call back.
    void on_connection_wake(std::function<void()> wake) { wake_ = std::move(wake); }

private:
    reply reply_;
    std::shared_ptr<session> session_;
    std::function<void()> wake_;
    time_point deadline_;
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/kill_acknowledgement.ipp>
#endif

#endif

#ifndef HEARTH_SESSION_GUEST_REPLY_HPP
#define HEARTH_SESSION_GUEST_REPLY_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/wire/detach_reply.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// An operation that is answered once: stat, list, session list, activity, HELLO, CLOCK_SET, detached exec, and every
/// refusal. Waits for the answer, sends it, ends the connection. Frames behind the request are not executed.
/// \req P-CONN-04, P-CONN-06, P-CONN-07, P-ERR-01, P-ERR-02
class reply {
public:
    using action = std::variant<wait, shutdown_send, close>;

    /// \param announced  Bytes the peer announced with its request: the size of an upload that is refused.
    reply(frame_channel channel, const agent_limits& limits, std::uint64_t announced = 0) noexcept
        : channel_(std::move(channel)), linger_(limits), patience_(limits.session_stall), announced_(announced) {}

    // The first answer counts; call `poll` afterwards.

    /// Answers with one frame; ERROR if the payload does not fit.
    /// \req P-ERR-06
    void answer(wire::frame_type type, std::string_view payload);
    /// Answers ERROR with `text`, shortened and made valid.
    void error(std::string_view text);
    /// Answers EXIT: the acknowledgement of EXEC_KILL and CLOCK_SET.
    void exit(std::int32_t status);
    /// Answers that a detached command was started.
    /// \req P-DET-03, P-DET-10
    void detached(const wire::detach_reply& started);
    /// Answers a FWD_REQ with `status` `error`.
    /// \req P-FWD-03
    void forward_error(std::string_view message);

    bool answered() const noexcept { return answered_; }
    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);

private:
    frame_channel channel_;
    lingering_close linger_;
    std::chrono::milliseconds patience_;
    std::uint64_t announced_;
    bool answered_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/reply.ipp>
#endif

#endif

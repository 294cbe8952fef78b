#ifndef HEARTH_SESSION_GUEST_PLAIN_EXEC_HPP
#define HEARTH_SESSION_GUEST_PLAIN_EXEC_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/session/guest/process_port.hpp>

#include <functional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// Relays between a connection and the process that its EXEC_REQ started.
///
/// STDIN goes to the process, up to `limits::stdin_backlog` beyond what it reads; then reading pauses. KILL and the loss of
/// the peer are honoured all the same as far as reading got. Half-close and STDIN_EOF end the input, nothing else does.
/// Output is never dropped; EXIT, or ERROR if the process could not be started, comes last. When the peer is lost the
/// process group is killed: then `failed` is the last event.
/// \req P-CONN-08, P-CONN-09, P-CONN-10, P-CONN-15, P-CONN-17, P-CONN-18, P-EXEC-10, P-EXEC-11, P-EXEC-12, P-EXEC-13,
///      P-EXEC-14, P-EXEC-15, P-EXEC-16, P-EXEC-18, P-EXEC-19, P-EXEC-20, P-EXEC-21, P-EXT-06, P-FRAME-12, P-TYPE-03,
///      P-TYPE-04, P-KILL-01, P-ERR-02
class plain_exec final : public process_port {
public:
    using action = std::variant<wait, shutdown_send, close, failed>;

    plain_exec(frame_channel channel, const agent_limits& limits);

    // the connection's side
    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);
    /// \param wake  Called when `poll` is due although nothing happened on the connection. Must not call back.
    void on_connection_wake(std::function<void()> wake) { wake_connection_ = std::move(wake); }

    // the process's side
    void on_started(time_point now) override;
    void on_start_failed(std::string_view text, time_point now) override;
    void on_output(stream from, bytes_view bytes, time_point now) override;
    std::size_t output_room() const noexcept override;

private:
    void changed(time_point now) override;
    std::error_code take_input(time_point now);
    void pass_on();
    void end_input();
    void on_frame(const wire::frame_view& frame, time_point now);
    action peer_gone(std::error_code why, time_point now);
    void finish(time_point now);

    frame_channel channel_;
    agent_limits limits_;
    lingering_close linger_;
    std::function<void()> wake_connection_;
    bytes_view held_;  ///< the part of a STDIN frame that the queue has no room for; in the channel, which pauses
    bool killed_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/plain_exec.ipp>
#endif

#endif

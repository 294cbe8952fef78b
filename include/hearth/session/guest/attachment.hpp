#ifndef HEARTH_SESSION_GUEST_ATTACHMENT_HPP
#define HEARTH_SESSION_GUEST_ATTACHMENT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/session/guest/session.hpp>
#include <hearth/session/guest/session_client.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// One connection's place at a session, created by it or attached to it. Its identity is its address: a connection that
/// was taken over or has detached can no longer reach the session.
/// \req P-CONN-05, P-CONN-09, P-SESS-05, P-SESS-09, P-SESS-10, P-SESS-11, P-SESS-12, P-SESS-17, P-SESS-27, P-SESS-28,
///      P-TYPE-03, P-TYPE-04, P-TTY-03, P-TTY-08, P-PIPE-02, P-PIPE-03, P-EXT-06, P-KILL-01, A-SESS-02
class attachment final : private session_client {
public:
    using action = std::variant<wait, shutdown_send, close, failed>;

    /// Takes the session over from whoever is attached. SESSION_INFO and the scrollback are queued at once, or when the
    /// process has started.
    /// \param size  Of an attach request that names one.
    attachment(frame_channel channel, std::shared_ptr<session> to, std::optional<wire::terminal_size> size,
               const agent_limits& limits, time_point now);
    ~attachment() { session_->detach(*this, now_); }
    attachment(const attachment&) = delete;
    attachment& operator=(const attachment&) = delete;

    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);
    /// \param wake  Called when `poll` is due although nothing happened on the connection. Must not call back.
    void on_connection_wake(std::function<void()> wake) { wake_ = std::move(wake); }

private:
    void send(wire::frame_type type, bytes_view payload, time_point now) override;
    std::size_t backlog() const noexcept override { return channel_.backlog(); }
    void exit(std::int32_t status, time_point now) override;
    void fail(std::string_view text, time_point now) override;
    void taken_over(time_point now) override;
    void wake() override {
        if (wake_)
            wake_();
    }

    std::optional<failed> take_input(time_point now);
    void on_frame(const wire::frame_view& frame, time_point now);
    failed leave(std::error_code why, time_point now);
    action linger(time_point now);
    time_point stalled_at(time_point now) noexcept;

    frame_channel channel_;
    std::shared_ptr<session> session_;
    std::chrono::milliseconds stall_;
    std::chrono::milliseconds patience_;  ///< with a peer that is no longer the session's client
    lingering_close linger_;
    std::function<void()> wake_;
    bytes_view held_;  ///< the part of a STDIN frame that the session has no room for; in the channel, which pauses
    std::uint64_t sent_{0};
    time_point progress_;
    time_point now_;
    bool exit_queued_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/attachment.ipp>
#endif

#endif

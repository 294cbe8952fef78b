#ifndef HEARTH_SESSION_GUEST_CONNECTION_HPP
#define HEARTH_SESSION_GUEST_CONNECTION_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/session/guest/request.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// Compares in a time that does not depend on the content.
/// \req P-AUTH-05
bool same_token(bytes_view given, bytes_view token) noexcept;

/// The gate of a control or forward connection: checks the token, reads the one request. Nothing is sent before the
/// request was read, except the ERROR that ends the connection.
///
/// After `received` the connection goes on with the operation's own machine: `take_channel` hands everything over, with
/// frames that arrived behind the request.
/// \req P-CONN-01, P-CONN-02, P-CONN-03, P-CONN-14, P-AUTH-02, P-AUTH-03, P-AUTH-04, P-AUTH-05, P-AUTH-06, P-AUTH-07,
///      P-AUTH-09, P-TYPE-02, P-FRAME-11, P-FRAME-13, P-FWD-04, P-FWD-12
class connection {
public:
    /// The last event of a connection that goes on.
    struct received {
        any_request what;
    };
    using action = std::variant<wait, shutdown_send, close, failed, received>;

    /// \param token     Empty: no AUTH is expected.
    /// \param accepted  When the deadline of the first frame starts.
    connection(channel_kind kind, std::string_view token, const agent_limits& limits, time_point accepted);

    frame_channel& channel() noexcept { return channel_; }
    frame_channel take_channel() { return std::exchange(channel_, frame_channel{}); }
    action poll(time_point now);

    /// Answers ERROR, as if the peer had failed: the agent has no room, or is on its way down.
    /// \req P-CONN-12, P-CONN-13
    void refuse(std::error_code why, std::string_view text);

    bool authenticated() const noexcept { return authenticated_; }
    /// The type of the request once it was read, malformed or not: what the activity tracker counts (P-ACT-02).
    std::optional<wire::frame_type> request_type() const noexcept { return request_type_; }

private:
    std::optional<action> step(time_point now);
    std::optional<action> on_frame(const wire::frame_view& frame, time_point now);
    void on_broken(const frame_channel::inbound& in);
    void on_late();

    frame_channel channel_;
    lingering_close linger_;
    std::string token_;
    std::chrono::milliseconds request_deadline_;
    std::chrono::milliseconds patience_;
    time_point deadline_;
    std::optional<failed> refused_;
    std::optional<wire::frame_type> request_type_;
    channel_kind kind_;
    bool authenticated_;
    bool passed_on_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/connection.ipp>
#endif

#endif

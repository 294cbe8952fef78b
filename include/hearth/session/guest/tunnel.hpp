#ifndef HEARTH_SESSION_GUEST_TUNNEL_HPP
#define HEARTH_SESSION_GUEST_TUNNEL_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/wire/forward.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// Answers FWD_REQ: has the target connected, then says FWD_RESP. After `opened` the connection carries raw bytes: go on
/// with `relay`, which takes what the host has already sent behind its request.
/// \req P-FWD-01, P-FWD-02, P-FWD-03, P-FWD-05, P-FWD-11, P-FWD-12
class tunnel {
public:
    enum class family { v4, v6 };
    /// Connect to `port` of this family's loopback address, then report `on_connected` or `on_refused`. A later
    /// `connect_target` replaces an earlier one; the end of the connection cancels it.
    struct connect_target {
        family address;
        std::uint16_t port;
    };
    /// The last event.
    struct opened {};
    using action = std::variant<wait, shutdown_send, close, connect_target, opened>;

    tunnel(frame_channel channel, const wire::forward_request& request, const agent_limits& limits, time_point now);

    frame_channel& channel() noexcept { return reply_.channel(); }
    /// After `opened`: the connection with everything that is unread and unsent.
    frame_channel take_channel() { return std::exchange(reply_.channel(), frame_channel{}); }
    action poll(time_point now);

    void on_connected();
    /// \param text  Why, with the operating system's message in lower case.
    void on_refused(std::string_view text);

private:
    enum class step { asking, connecting, connected, passed_on };

    reply reply_;
    std::uint16_t port_;
    time_point deadline_;
    std::string refusal_;  ///< of the first attempt
    family family_{family::v4};
    step step_{step::asking};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/tunnel.ipp>
#endif

#endif

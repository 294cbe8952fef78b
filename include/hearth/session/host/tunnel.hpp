#ifndef HEARTH_SESSION_HOST_TUNNEL_HPP
#define HEARTH_SESSION_HOST_TUNNEL_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/forward.hpp>

#include <optional>
#include <variant>

namespace hearth::session::host {

/// Opens a tunnel to a TCP port inside the guest. After `opened` the connection carries raw bytes and belongs to the
/// caller: stop polling and keep the connection.
///
/// Refusals: `errc::forward_refused` when nobody listens, `errc::tunnel_limit`, `errc::bad_request`, else
/// `errc::forward_failed`; the agent's message is in `failed::peer_text`. Port 0 is `errc::invalid_argument`.
/// \req P-FWD-03, P-FWD-04, P-FWD-05, P-FWD-06, P-CLI-10, P-CLI-11
class tunnel {
public:
    /// The last event.
    struct opened {
        bytes_view leftover;  ///< the tunnel's first bytes, already received; part of `channel()`
    };
    using action = std::variant<wait, opened, failed, close>;

    tunnel(const wire::forward_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

private:
    std::optional<action> on_frame(const wire::frame_view& frame);

    detail::conversation talk_;
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/tunnel.ipp>
#endif

#endif

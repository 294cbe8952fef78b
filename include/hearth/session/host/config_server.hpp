#ifndef HEARTH_SESSION_HOST_CONFIG_SERVER_HPP
#define HEARTH_SESSION_HOST_CONFIG_SERVER_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/wire/sandbox_config.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace hearth::session::host {

/// \returns The configuration as payload of CONFIG_RESP, or `errc::config_too_large` if it does not fit one frame:
///          refuse to create the sandbox then, because its guest would boot without configuration and without token.
/// \req P-CFG-06
result<std::string> encode_config(const wire::sandbox_config& config);

/// Connections of the config channel to serve at once; the next ones wait in the listen queue.
/// \req P-CFG-07
inline constexpr std::size_t max_config_connections = 4;

/// Serves one connection of the config channel, on which the guest asks for its configuration at boot.
///
/// One CONFIG_REQ gets the configuration; to anything else nothing is sent, because the configuration holds the token.
/// Reaching the channel is the authorisation: there is no AUTH. To be listening before the machine starts is the
/// caller's part (P-CFG-03).
/// \req P-CFG-01, P-CFG-02, P-CFG-04, P-CFG-07
class config_server {
public:
    static constexpr std::chrono::seconds exchange_deadline{5};

    /// The configuration was sent. The last event.
    struct served {};
    using action = std::variant<wait, served, failed, close>;

    /// \param payload  From `encode_config`.
    /// \param now      When the connection was accepted.
    config_server(std::string_view payload, time_point now) : payload_(payload), deadline_(now + exchange_deadline) {}

    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);

private:
    enum class phase { asked_nothing, answering, over };

    action fail(std::error_code why);
    action on_request(const frame_channel::inbound& in);

    frame_channel channel_{1};  // a CONFIG_REQ is empty: anything longer is refused unread
    std::string payload_;
    time_point deadline_;
    phase phase_{phase::asked_nothing};
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/config_server.ipp>
#endif

#endif

#ifndef HEARTH_SESSION_GUEST_CONFIG_FETCH_HPP
#define HEARTH_SESSION_GUEST_CONFIG_FETCH_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/wire/sandbox_config.hpp>

#include <chrono>
#include <optional>
#include <system_error>
#include <variant>

namespace hearth::session::guest {

/// Asks the host for the boot configuration. Attempts that fail are repeated until the time is used up; the deadline is
/// the caller's clock, so it works on every transport.
/// \req P-CFG-01, P-CFG-04, P-CFG-05
class config_fetch {
public:
    static constexpr std::chrono::seconds patience{5};
    static constexpr std::chrono::milliseconds pause{50};  ///< between attempts

    /// Close the connection, if there is one, and make a new one to the config channel; then report `on_connected` or
    /// `on_refused`. `channel()` starts afresh.
    struct connect {};
    /// The last event.
    struct received {
        wire::sandbox_config config;
    };
    using action = std::variant<wait, connect, received, failed, close>;

    explicit config_fetch(time_point now) noexcept : deadline_(now + patience) {}

    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);

    void on_connected();
    void on_refused(std::error_code why, time_point now) noexcept;

private:
    enum class step { pausing, connecting, asking, over };

    std::optional<wire::sandbox_config> read(time_point now);

    frame_channel channel_;
    time_point deadline_;
    time_point again_{time_point::min()};
    std::error_code last_{errc::deadline_exceeded};
    step step_{step::pausing};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/config_fetch.ipp>
#endif

#endif

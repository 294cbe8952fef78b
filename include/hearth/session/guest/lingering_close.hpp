#ifndef HEARTH_SESSION_GUEST_LINGERING_CLOSE_HPP
#define HEARTH_SESSION_GUEST_LINGERING_CLOSE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>

#include <chrono>
#include <cstdint>
#include <variant>

namespace hearth::session::guest {

/// The end of every connection: our last frame reaches the peer even when it is still sending. Closing with unread input
/// would make the kernel send a reset that overtakes the frame.
///
/// Sends what is queued, ends our direction, then discards input until the peer ends its own, at most `limits::linger`
/// or `limits::linger_bytes` beyond what the peer has still announced.
/// \req P-CONN-07, P-FILE-57
class lingering_close {
public:
    using action = std::variant<wait, shutdown_send, close>;

    explicit lingering_close(const agent_limits& limits) noexcept
        : linger_(limits.linger), budget_(limits.linger_bytes) {}

    /// \param announced  Bytes the peer has announced and not sent yet: the rest of an upload.
    /// \param patience   How long the peer may accept no byte of what is queued before it counts as lost; zero: for ever,
    ///                   because output is never dropped to keep up (P-CONN-15).
    void start(frame_channel& channel, time_point now, std::uint64_t announced = 0,
               std::chrono::milliseconds patience = {}) noexcept;
    bool started() const noexcept { return step_ != step::idle; }

    /// One step of the owner's `poll` once started.
    action poll(frame_channel& channel, time_point now) noexcept;

private:
    enum class step { idle, sending, flushing, discarding, over };

    void discard(frame_channel& channel) noexcept;
    action flush(frame_channel& channel, time_point now) noexcept;

    std::chrono::milliseconds linger_;
    std::chrono::milliseconds patience_{};
    std::uint64_t budget_;
    std::uint64_t sent_{0};
    time_point until_{no_deadline};
    step step_{step::idle};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/lingering_close.ipp>
#endif

#endif

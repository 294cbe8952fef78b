#ifndef HEARTH_SESSION_GUEST_RELAY_HPP
#define HEARTH_SESSION_GUEST_RELAY_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <variant>

namespace hearth::session::guest {

/// Carries bytes between two connections, in both directions at once, unmodified and without delay. A half-close is passed
/// on after the bytes before it; an error on one side ends the other at once. An idle tunnel lives for ever.
///
/// The driver does for each side what a `frame_channel` would have it do: read while `receive_buffer` is not empty, write
/// `send_buffer`, report both, and poll after each.
/// \req P-FWD-05, P-FWD-07, P-FWD-08, P-FWD-09, P-FWD-10, P-FWD-14, P-FWD-16
class relay {
public:
    static constexpr std::size_t buffer_bytes = 49'152;  ///< per direction

    enum class side : std::size_t { host, target };
    /// This side gets no more bytes.
    struct shutdown_side {
        side whom;
    };
    using action = std::variant<wait, shutdown_side, close>;

    /// \param host  The connection as `tunnel` left it: bytes to send to the host and bytes the host has sent.
    explicit relay(frame_channel host);

    /// \returns Where bytes of `from` go; empty while what it sent before is still to be written, and after its end.
    mutable_bytes receive_buffer(side from);
    void on_received(side from, std::size_t n) noexcept { way(from).end += n; }
    void on_end_of_stream(side from) noexcept { way(from).ended = true; }
    void on_lost() noexcept { lost_ = true; }

    bytes_view send_buffer(side to) noexcept;
    void on_sent(side to, std::size_t n) noexcept;

    /// \returns `shutdown_side` once for each side, `close` when both directions have ended or a connection was lost.
    action poll() noexcept;

private:
    struct direction {
        std::string early;  ///< bytes from before the relay
        std::unique_ptr<std::byte[]> bytes;
        std::size_t begin{0};
        std::size_t end{0};
        bool ended{false};
        bool passed_on{false};  ///< the end
        bool empty() const noexcept { return early.empty() && begin == end; }
    };
    direction& way(side from) noexcept { return ways_[static_cast<std::size_t>(from)]; }
    direction& way_to(side to) noexcept { return ways_[1 - static_cast<std::size_t>(to)]; }

    std::array<direction, 2> ways_;  ///< by the side it comes from
    bool lost_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/relay.ipp>
#endif

#endif

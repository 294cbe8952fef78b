#ifndef HEARTH_SESSION_GUEST_FILE_WRITE_HPP
#define HEARTH_SESSION_GUEST_FILE_WRITE_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/wire/file_write.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <variant>

namespace hearth::session::guest {

/// Receives a file: exactly the announced bytes, then FILE_WRITE_RESP once they are safe; else ERROR, and the target stays
/// untouched.
///
/// Whoever writes the file does what the events say before it polls again, so a slow disk slows the host down and memory
/// stays below one frame. `on_error` reports a failure at any time.
/// \req P-FILE-40, P-FILE-41, P-FILE-42, P-FILE-48, P-FILE-49, P-FILE-56, P-FILE-57, P-FILE-60, P-FILE-61, P-CONN-07,
///      P-CONN-09, P-FRAME-12, P-TYPE-03
class file_write {
public:
    /// The request is acceptable: make the temporary file.
    struct begin {};
    /// Write these bytes; valid until the next `poll`.
    struct data {
        bytes_view bytes;
    };
    /// All bytes are there: make the file take its place, then report `on_committed`.
    struct commit {};
    /// Remove the temporary file, if it was made. The end of the connection follows by itself.
    struct abandon {
        std::error_code why;
    };
    using action = std::variant<wait, shutdown_send, close, begin, data, commit, abandon>;

    file_write(frame_channel channel, const wire::file_write_request& request, const agent_limits& limits,
               time_point now);

    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);

    void on_committed(time_point now);
    /// Making, writing or committing the file failed. No `abandon` follows: whoever reports knows.
    void on_error(std::string_view text, time_point now);

private:
    enum class step { checking, receiving, committing, ending };
    static constexpr auto no_partial = static_cast<std::size_t>(-1);

    action receive(time_point now);
    action take(bytes_view bytes, time_point now);
    action give_up(std::error_code why, std::string_view text, time_point now);
    void end_with_error(std::string_view text, time_point now);
    time_point stalled_at(time_point now) noexcept;

    frame_channel channel_;
    lingering_close linger_;
    std::int64_t size_;
    std::int64_t cap_;
    std::int64_t received_{0};
    std::chrono::milliseconds stall_;
    std::chrono::milliseconds patience_;
    time_point progress_;
    std::size_t partial_{no_partial};  ///< bytes of a frame that is not complete yet: progress too
    step step_{step::checking};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/file_write.ipp>
#endif

#endif

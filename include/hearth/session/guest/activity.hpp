#ifndef HEARTH_SESSION_GUEST_ACTIVITY_HPP
#define HEARTH_SESSION_GUEST_ACTIVITY_HPP

#include <hearth/core/clock.hpp>
#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/frame_type.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hearth::session::guest {

/// When the guest was last used, and what runs that is no session.
///
/// Remembers monotonic time and derives Unix time when asked, so that a stepped clock never puts the last activity into
/// the future (A-CLOCK-03).
/// \req P-ACT-02, P-ACT-03, P-ACT-05, P-ACT-06, P-FILE-05, P-DET-09, P-FWD-15, A-CLOCK-03
class activity {
public:
    explicit activity(time_point started) noexcept : last_(started) {}

    /// A request of this type arrived, malformed or not.
    void on_request(wire::frame_type type, time_point now) noexcept {
        using wire::frame_type;
        if (type == frame_type::exec_request || type == frame_type::file_read_request ||
            type == frame_type::file_write_request)
            last_ = now;
    }
    /// STDIN arrived in a session.
    /// \req P-SESS-27
    void on_session_input(time_point now) noexcept { last_ = now; }

    std::size_t execs{0};     ///< running plain execs
    std::size_t detached{0};  ///< running detached commands
    std::size_t tunnels{0};   ///< open forwards
    std::size_t uploads{0};   ///< file writes in progress

    /// \param unix_now  Unix seconds at `now`.
    wire::activity_info info(std::size_t running_sessions, std::size_t attached_sessions, time_point now,
                             std::int64_t unix_now) const noexcept {
        wire::activity_info out;
        out.last_activity_unix = unix_now - std::chrono::duration_cast<std::chrono::seconds>(now - last_).count();
        out.active_sessions = static_cast<std::int64_t>(running_sessions);
        out.attached_sessions = static_cast<std::int64_t>(attached_sessions);
        out.execs = static_cast<std::int64_t>(execs);
        out.detached = static_cast<std::int64_t>(detached);
        out.tunnels = static_cast<std::int64_t>(tunnels);
        out.uploads = static_cast<std::int64_t>(uploads);
        return out;
    }

private:
    time_point last_;
};

}  // namespace hearth::session::guest

#endif

#ifndef HEARTH_SESSION_GUEST_PROCESS_END_HPP
#define HEARTH_SESSION_GUEST_PROCESS_END_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/wire/exit_status.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace hearth::session::guest {

/// Decides when EXIT is due: the first process was reaped, and its output is either at its end or, because a descendant
/// holds the pipes, drained after a grace.
/// \req P-EXEC-15, P-EXEC-18, P-EXEC-19, P-EXEC-21, P-SESS-18
class process_end {
public:
    explicit process_end(const agent_limits& limits) noexcept
        : drain_grace_(limits.drain_grace), kill_grace_(limits.kill_grace) {}

    void on_exited(std::int32_t status, time_point now) noexcept {
        if (exited_)
            return;
        exited_ = now;
        status_ = status;
    }
    /// Every output stream is at its end.
    void on_output_ended() noexcept { output_ended_ = true; }
    /// What was readable has been relayed.
    void on_drained() noexcept { drained_ = true; }
    /// The peer asked for SIGKILL: EXIT follows within `kill_grace`, whoever holds the pipes.
    void on_killed(time_point now) noexcept {
        if (!killed_)
            killed_ = now;
    }

    bool exited() const noexcept { return exited_.has_value(); }
    std::int32_t status() const noexcept { return status_; }

    bool over(time_point now) const noexcept {
        return (exited() && (output_ended_ || drained_)) || (killed_ && now >= *killed_ + kill_grace_);
    }
    /// Whether the rest of the output is to be read without waiting for its end.
    bool wants_drain(time_point now) const noexcept {
        return exited() && !output_ended_ && !drained_ && now >= drain_at();
    }
    /// When `over` or `wants_drain` changes by itself.
    time_point deadline(time_point now) const noexcept {
        time_point next = no_deadline;
        if (exited() && !output_ended_ && !drained_ && now < drain_at())
            next = drain_at();
        if (killed_)
            next = std::min(next, *killed_ + kill_grace_);
        return next;
    }

private:
    /// Half of the kill grace is left for the draining, so that EXIT keeps its bound.
    time_point drain_at() const noexcept {
        const time_point after_exit = drain_grace_.count() == 0 ? no_deadline : *exited_ + drain_grace_;
        return killed_ ? std::min(after_exit, *killed_ + kill_grace_ / 2) : after_exit;
    }

    std::chrono::milliseconds drain_grace_;
    std::chrono::milliseconds kill_grace_;
    std::optional<time_point> exited_;
    std::optional<time_point> killed_;
    std::int32_t status_{wire::exit_status_of_signal(9)};  // what a process that was killed and not reaped in time gets
    bool output_ended_{false};
    bool drained_{false};
};

}  // namespace hearth::session::guest

#endif

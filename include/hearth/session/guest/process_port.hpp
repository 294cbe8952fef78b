#ifndef HEARTH_SESSION_GUEST_PROCESS_PORT_HPP
#define HEARTH_SESSION_GUEST_PROCESS_PORT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/guest/input_queue.hpp>
#include <hearth/session/guest/process_end.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::session::guest {

/// Where a process and the conversation about it meet: a plain exec, or a session with whoever is attached.
///
/// Whoever owns the process reports what happens to it, and after each report, and whenever woken, does what
/// `next_order` says until it says `none`, writes `input()` to the process, and reads at most `output_room()` bytes of its
/// output. Signals go only to a process that was not reaped yet: an order that comes later is void (P-EXEC-22). Nothing
/// here waits for the file system: durability belongs to the snapshot procedure (P-EXEC-23).
/// \req P-EXEC-12, P-EXEC-13, P-EXEC-17, P-EXEC-22, P-EXEC-23, P-KILL-03, P-PIPE-05
class process_port {
public:
    enum class stream : std::uint8_t { out = 1, err = 2 };

    struct none {};
    /// SIGKILL: to the process group of a plain exec, to every process of a session (P-KILL-02).
    struct kill {};
    /// SIGTERM: to the group of the first process and, on a terminal, to the foreground group (P-TTY-08).
    struct terminate {};
    struct resize {
        wire::terminal_size size;
    };
    /// Close the process's standard input.
    struct close_input {};
    /// Read what is readable of the output, as far as `output_room()` allows, then report `on_drained`. What the first
    /// process had written before it ended counts as readable; what others go on writing need not be waited for.
    struct drain {};
    /// The last order. Forget this port and close the process's input; go on reading the output and drop it, so that
    /// descendants do not die of SIGPIPE.
    struct release {};
    using order = std::variant<none, kill, terminate, resize, close_input, drain, release>;

    virtual ~process_port() = default;
    process_port(const process_port&) = delete;
    process_port& operator=(const process_port&) = delete;

    // --- what happens to the process; first one of these two, and no order is given before --------------------------

    virtual void on_started(time_point now) = 0;
    /// \param text  The ERROR's text, with its prefix: `start: …`, `pty: …`.
    virtual void on_start_failed(std::string_view text, time_point now) = 0;

    /// Output, at most `output_room()` bytes. A session has `out` alone.
    virtual void on_output(stream from, bytes_view bytes, time_point now) = 0;
    void on_output_end(stream from, time_point now);
    void on_drained(time_point now);
    /// The first process was reaped.
    /// \param status  The real one (P-EXEC-17): 0–255, or 128 + signal number (P-EXEC-16).
    void on_exited(std::int32_t status, time_point now);
    /// The process took `n` bytes of `input()`.
    void on_input_written(std::size_t n, time_point now);
    /// The process does not read its input any more.
    void on_input_closed(time_point now);

    // --- what to do with it ------------------------------------------------------------------------------------------

    order next_order() noexcept;
    /// \returns Bytes for the process's standard input, stable until they were all reported written.
    bytes_view input() noexcept { return started_ ? input_.front() : bytes_view{}; }
    /// \returns How many bytes of output are welcome; 0: do not read, so that the process blocks (P-CONN-15).
    virtual std::size_t output_room() const noexcept = 0;

    /// \param wake  Called when there may be an order, input or room although nothing was reported. Must not call back.
    void on_wake(std::function<void()> wake) { wake_ = std::move(wake); }

protected:
    process_port(const agent_limits& limits, unsigned streams) noexcept
        : input_(limits.stdin_backlog), end_(limits), open_streams_(streams) {}

    /// Something was reported: time to look at `input_` and `end_`.
    virtual void changed(time_point now) = 0;

    void wake() const {
        if (wake_)
            wake_();
    }

    input_queue input_;
    process_end end_;
    // Orders not given yet. A peer can repeat its request as often as it likes: one of each kind is kept.
    std::optional<wire::terminal_size> resize_;
    bool started_{false};
    bool start_failed_{false};
    bool kill_{false};
    bool terminate_{false};
    bool drain_{false};
    bool release_{false};

private:
    std::function<void()> wake_;
    unsigned open_streams_;
    bool input_closed_{false};
    bool drain_given_{false};
    bool released_{false};
};

/// \returns Room for output in front of a peer that has `backlog` bytes to read: none below a useful size, so that a slow
///          peer costs no tiny reads.
/// \req P-CONN-15, P-CONN-18
std::size_t room_beside(std::size_t backlog, const agent_limits& limits) noexcept;

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/process_port.ipp>
#endif

#endif

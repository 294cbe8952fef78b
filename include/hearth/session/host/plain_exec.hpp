#ifndef HEARTH_SESSION_HOST_PLAIN_EXEC_HPP
#define HEARTH_SESSION_HOST_PLAIN_EXEC_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/session/host/output_stream.hpp>
#include <hearth/wire/exec_request.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

namespace hearth::session::host {

/// Runs a command for as long as the connection lasts: input, both output streams, the exit code.
///
/// The deadline, like `cancel`, kills the command first and waits up to `kill_grace` for its end. An agent may send
/// EXIT before or after descendants have closed the output (P-EXEC-18): either way EXIT is the end.
/// \req P-CLI-01, P-CLI-02, P-CLI-03, P-CLI-11, P-CLI-12, P-CONN-05, P-CONN-08, P-EXEC-10, P-EXEC-11, P-EXEC-13,
///      P-EXEC-14, P-EXEC-15, P-EXEC-16, P-EXEC-18, P-TYPE-04
class plain_exec {
public:
    static constexpr std::chrono::milliseconds kill_grace{250};

    struct output {
        output_stream from{};
        bytes_view bytes;  ///< never empty
    };
    /// The command ended: 0–255, or 128 + signal number. The last event.
    struct exited {
        std::int32_t code{0};
    };
    using action = std::variant<wait, output, exited, shutdown_send, failed, close>;

    /// \param request  A plain one (`kind_of`): else the operation fails with `errc::empty_argv` or
    ///                 `errc::invalid_argument` and nothing is sent.
    plain_exec(const wire::exec_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

    /// How many bytes `write_stdin` takes now. Grows as bytes are sent; 0 once input has ended.
    std::size_t stdin_room() const noexcept { return input_ == input::open ? talk_.input_room() : 0; }
    /// \returns How many bytes were taken, at most `stdin_room()`.
    std::size_t write_stdin(bytes_view bytes) { return input_ == input::open ? talk_.send_input(bytes) : 0; }
    /// Ends the input with a half-close. Every agent understands it, but KILL cannot follow: `cancel` then only closes.
    void close_stdin() noexcept;
    /// Ends the input with a frame. For agents with feature `stdin.eof`; others ignore it.
    /// \req P-EXT-02, P-EXT-06
    void stdin_eof();
    /// SIGKILL to the process group; output and EXIT follow.
    /// \returns False after the half-close of `close_stdin`: nothing can be sent any more.
    /// \req P-EXEC-20
    bool kill();
    /// Gives up: kills the command, waits up to `kill_grace` for EXIT, fails with `errc::operation_cancelled`.
    /// \req P-CLI-03
    void cancel(time_point now) { stop(errc::operation_cancelled, now); }

private:
    enum class input { open, ended, closing, closed };

    void stop(std::error_code why, time_point now);
    std::optional<action> on_frame(const wire::frame_view& frame);
    action on_exit(bytes_view payload);

    detail::conversation talk_;
    input input_{input::open};
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/plain_exec.ipp>
#endif

#endif

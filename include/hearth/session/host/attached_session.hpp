#ifndef HEARTH_SESSION_HOST_ATTACHED_SESSION_HPP
#define HEARTH_SESSION_HOST_ATTACHED_SESSION_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/session_info.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace hearth::session::host {

/// A client attached to a session: creates one (`tty` or `session` set) or attaches to one (`session_id` set).
///
/// First `opened`, then the scrollback and what the session writes as `output`, then `exited`. Losing or closing the
/// connection leaves the session running without a client.
/// \req P-SESS-01, P-SESS-02, P-SESS-03, P-SESS-04, P-SESS-05, P-SESS-06, P-SESS-07, P-SESS-08, P-CLI-01, P-CLI-02,
///      P-CLI-08, P-CLI-11, P-CLI-12, P-CONN-05, P-TYPE-04
class attached_session {
public:
    struct opened {
        wire::session_info info;
    };
    struct output {
        bytes_view bytes;  ///< never empty
    };
    /// The session ended, or, with code 0, another client took it over: see `taken_over`. The last event.
    struct exited {
        std::int32_t code{0};
    };
    /// `detach` is done: all input was sent. The last event.
    struct detached {};
    using action = std::variant<wait, opened, output, exited, detached, failed, close>;

    /// \param request  Terminal, piped or attach (`kind_of`): else the operation fails with `errc::empty_argv` or
    ///                 `errc::invalid_argument` and nothing is sent.
    attached_session(const wire::exec_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

    /// Replaces the deadline: one that was meant for opening ends with `opened`.
    void set_deadline(time_point deadline) noexcept { talk_.set_deadline(deadline); }

    std::size_t stdin_room() const noexcept { return leaving_ ? 0 : talk_.input_room(); }
    /// \returns How many bytes were taken, at most `stdin_room()`.
    std::size_t write_stdin(bytes_view bytes) { return leaving_ ? 0 : talk_.send_input(bytes); }
    /// \req P-TTY-03
    void resize(wire::terminal_size size);
    /// Asks the process to end (SIGTERM). Hearth's agent stays attached until EXIT, lohar closes without one.
    /// \req P-TTY-07, P-PIPE-03, P-KILL-01
    void kill();
    /// End of input of a piped session. For agents with feature `stdin.eof`; others ignore it.
    /// \req P-EXT-06
    void stdin_eof();
    /// Leaves the session running: what is queued is sent, then the connection closes. Output is no longer told.
    void detach() noexcept { leaving_ = true; }

private:
    std::optional<action> on_frame(const wire::frame_view& frame);
    action on_info(bytes_view payload);
    action on_exit(bytes_view payload);

    detail::conversation talk_;
    bool open_{false};
    bool leaving_{false};
};

/// Whether EXIT 0 meant that another client took the session over: then the agent still lists it as running.
/// \param listed  The agent's sessions, asked for after EXIT.
/// \req P-SESS-09, P-CLI-09
bool taken_over(std::string_view session_id, std::span<const wire::session_info> listed) noexcept;

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/attached_session.ipp>
#endif

#endif

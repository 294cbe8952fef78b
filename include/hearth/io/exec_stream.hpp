#ifndef HEARTH_IO_EXEC_STREAM_HPP
#define HEARTH_IO_EXEC_STREAM_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/detail/live_object.hpp>
#include <hearth/session/host/plain_exec.hpp>

#include <variant>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A running command: its output and exit code are pulled (`async_next`), its input is pushed.
///
/// Giving up (`cancel`, the end of this object, the deadline) kills the command first and waits up to 250 ms for its
/// end, which needs no caller. At a deadline that passes while the caller holds output the connection just closes.
/// Thread safety: as its executor; one `async_next` and one write may be outstanding.
/// \req P-CLI-03, P-EXEC-10, P-EXEC-11, P-EXEC-14, P-EXEC-16
class exec_stream
    : public detail::live_object<session::host::plain_exec,
                                 std::variant<session::host::plain_exec::output, session::host::plain_exec::exited>> {
public:
    using output = session::host::plain_exec::output;
    using exited = session::host::plain_exec::exited;

    using live_object::live_object;

    /// Sends input. Completes with `void(net_error_code)` once everything is queued, at most 256 KiB ahead of the
    /// connection; `errc::end_of_stream` after the end of the input or of the command.
    /// \param bytes  Stay where they are until then.
    template <class Token>
    auto async_write_stdin(bytes_view bytes, Token&& token) {
        return async_push(bytes, std::forward<Token>(token));
    }
    /// Ends the input behind what is being written, by half-close: understood by every agent, but KILL cannot follow.
    void close_stdin() {
        handle_.state->finish_input([](session::host::plain_exec& run) { run.close_stdin(); });
    }
    /// The same by a frame, for agents with feature `stdin.eof`: the command can still be killed.
    /// \req P-EXT-06
    void stdin_eof() {
        handle_.state->finish_input([](session::host::plain_exec& run) { run.stdin_eof(); });
    }
    /// SIGKILL to the process group; output and exit code follow.
    /// \returns False when nothing can be sent behind a half-close.
    /// \req P-EXEC-20
    bool kill() {
        const bool sent = handle_->kill();
        handle_.state->wake();
        return sent;
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

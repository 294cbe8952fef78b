#ifndef HEARTH_IO_SESSION_STREAM_HPP
#define HEARTH_IO_SESSION_STREAM_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/io/detail/live_object.hpp>
#include <hearth/session/host/attached_session.hpp>
#include <hearth/wire/session_info.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <chrono>
#include <variant>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A client attached to a session: output and the end are pulled (`async_next`), input is pushed.
///
/// `cancel` and the end of this object close the connection; the session goes on without a client. Exit code 0 may mean
/// that another client took over: `session::host::taken_over` tells from a list of sessions asked for afterwards.
/// Thread safety: as its executor; one `async_next` and one write may be outstanding.
/// \req P-CLI-08, P-CLI-09, P-SESS-01, P-SESS-03, P-SESS-09
class session_stream
    : public detail::live_object<
          session::host::attached_session,
          std::variant<session::host::attached_session::output, session::host::attached_session::exited,
                       session::host::attached_session::detached>> {
public:
    using output = session::host::attached_session::output;
    using exited = session::host::attached_session::exited;
    using detached = session::host::attached_session::detached;
    static constexpr std::chrono::seconds detach_patience{2};

    using live_object::live_object;

    /// What the session was when this client attached.
    const wire::session_info& info() const noexcept { return handle_.state->opened().info; }

    /// Sends input. Completes with `void(net_error_code)` once everything is queued, at most 256 KiB ahead of the
    /// connection; `errc::end_of_stream` after the end of the session.
    /// \param bytes  Stay where they are until then.
    template <class Token>
    auto async_write_stdin(bytes_view bytes, Token&& token) {
        return async_push(bytes, std::forward<Token>(token));
    }
    /// \req P-TTY-03
    void resize(wire::terminal_size size) {
        handle_->resize(size);
        handle_.state->wake();
    }
    /// SIGTERM. Hearth's agent stays attached until the exit code, lohar closes without one (P-TTY-08).
    /// \req P-TTY-07, P-PIPE-03
    void kill() {
        handle_->kill();
        handle_.state->wake();
    }
    /// End of input of a piped session, behind what is being written. For agents with feature `stdin.eof`.
    /// \req P-EXT-06
    void stdin_eof() {
        handle_.state->finish_input([](session::host::attached_session& s) { s.stdin_eof(); });
    }
    /// Leaves: what is queued is sent within `detach_patience`, also when this object goes at once; output is dropped. An
    /// outstanding `async_next` completes with `detached`.
    void detach() {
        handle_->detach();
        handle_->set_deadline(clock::now() + detach_patience);
        handle_.state->leave();
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

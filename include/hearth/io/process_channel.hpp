#ifndef HEARTH_IO_PROCESS_CHANNEL_HPP
#define HEARTH_IO_PROCESS_CHANNEL_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/detail/process_link.hpp>
#include <hearth/net/coroutine.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A command as its handler sees it: the handler reports what the command does, and is told what to do with it. The
/// same for a plain exec, a terminal and a piped session; the host may come and go behind it.
///
/// Writing, asking for the next event or exiting says that the command has started. What was written before `exit`
/// reaches the host before EXIT. A handler that returns without `exit` has exited with 0; one that throws has failed to
/// start, or exited with 1 if it had started; both with 137 if it was killed.
///
/// After `kill`, which also says that the host is lost, the handler has half of `agent_limits::kill_grace` to return;
/// then its coroutine is cancelled.
///
/// A handle: copies are the same command. Calls after the end have no effect.
/// Thread safety: everything happens, and has to be called, on the service's executor; one `async_write` per stream and
/// one `async_next` may be outstanding, else `errc::operation_in_progress`.
/// \req P-EXEC-10, P-EXEC-14, P-EXEC-15, P-EXEC-16, P-CONN-15, P-ERR-02
class process_channel {
public:
    using stream = detail::process_link::stream;
    using input = detail::process_link::input;          ///< bytes for the command, valid until the next `async_next`
    using input_end = detail::process_link::input_end;  ///< no input follows
    using resize = detail::process_link::resize;        ///< of the terminal
    using terminate = detail::process_link::terminate;  ///< SIGTERM; a session goes on if the command does
    using kill = detail::process_link::kill;            ///< SIGKILL, to all that belongs to the command
    using drain = detail::process_link::drain;  ///< after `exited`: write what can be read at once, then call `drained`
    using event = detail::process_link::event;

    explicit process_channel(std::shared_ptr<detail::process_link> link) noexcept : link_(std::move(link)) {}

    net::any_io_executor get_executor() const { return link_->get_executor(); }

    /// The command runs. Implied by everything else but `start_failed`.
    void started() { link_->started(); }
    /// The command cannot be started: ERROR. Only before anything else.
    /// \param text  With its prefix: `wire::error_text::start(…)`, `pty: …`.
    /// \req P-EXEC-04
    void start_failed(std::string_view text) { link_->start_failed(text); }

    /// Hands output over; waits while the host reads slowly. Completes with `void(net_error_code)`:
    /// `errc::operation_cancelled` once nobody listens any more.
    /// \param to     A session has `stream::out` alone; there both mean the same.
    /// \param bytes  Stay where they are until then.
    /// Cancellation: terminal, partial and total; a part may have been handed over.
    /// \req P-CONN-15
    template <net::completion_token_for<void(net_error_code)> Token = net::use_awaitable_t<>>
    auto async_write(stream to, bytes_view bytes, Token&& token = {}) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, std::shared_ptr<detail::process_link> link, stream where, bytes_view what) {
                link->write(where, what, {std::move(handler), link->get_executor()});
            },
            token, link_, to, bytes);
    }

    /// Waits for what to do next; `kill` comes first. Completes with `void(net_error_code, event)`:
    /// `errc::operation_cancelled` once nobody listens any more.
    /// Cancellation: terminal, partial and total; nothing is lost.
    template <net::completion_token_for<void(net_error_code, event)> Token = net::use_awaitable_t<>>
    auto async_next(Token&& token = {}) {
        return net::async_initiate<Token, void(net_error_code, event)>(
            [](auto handler, std::shared_ptr<detail::process_link> link) {
                link->next({std::move(handler), link->get_executor()});
            },
            token, link_);
    }

    /// The command does not read its input any more: what comes is dropped.
    /// \req P-EXEC-12
    void close_input() { link_->close_input(); }

    /// The command is over and all its output was written.
    /// \param status  0–255, or 128 + signal number: `wire::exit_status_of_signal`.
    void exit(std::int32_t status) { link_->exit(status); }

    // For commands that are real processes, whose descendants may go on writing (P-EXEC-18, P-EXEC-19): instead of
    // `exit`, report each of these when it happens.

    /// The first process was reaped. EXIT follows the end of both streams, or `drained`.
    void exited(std::int32_t status) { link_->exited(status); }
    void end_output(stream which) { link_->end_output(which); }
    void drained() { link_->drained(); }

private:
    std::shared_ptr<detail::process_link> link_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

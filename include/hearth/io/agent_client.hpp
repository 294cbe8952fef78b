#ifndef HEARTH_IO_AGENT_CLIENT_HPP
#define HEARTH_IO_AGENT_CLIENT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/version.hpp>
#include <hearth/io/agent_address.hpp>
#include <hearth/io/call_options.hpp>
#include <hearth/io/detail/agent_call.hpp>
#include <hearth/io/detail/gather.hpp>
#include <hearth/io/detail/ready_wait.hpp>
#include <hearth/io/exec_stream.hpp>
#include <hearth/io/file_reader.hpp>
#include <hearth/io/file_writer.hpp>
#include <hearth/io/session_stream.hpp>
#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/capabilities.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/output_collector.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>
#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/file_info.hpp>
#include <hearth/wire/file_read.hpp>
#include <hearth/wire/file_write.hpp>
#include <hearth/wire/session_info.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A client of one agent: every operation of the protocol, each on a connection of its own.
///
///     agent_client agent(context.get_executor(), agent_over_unix("control.sock", "forward.sock"));
///     auto done = co_await agent.async_exec(wire::command("uname"), {}, {.deadline = within(5s)}, use_awaitable);
///
/// A value: it says where the agent is and holds no connection, so copies are cheap and independent.
///
/// Every operation
/// - completes with `void(net_error_code, T)`, or `void(net_error_code)` where there is nothing to return, never from
///   inside the initiating function, on the handler's executor or else the client's;
/// - copies its arguments, unless the comment says until when the caller keeps them;
/// - is covered by `call_options::deadline` from connecting to the last byte (`errc::deadline_exceeded`);
/// - can be cancelled through its handler's slot, terminal, partial and total, which closes its connection
///   (`errc::operation_cancelled`); a plain exec kills its command first and takes up to 250 ms for it;
/// - may fail with the errors of `any_connector::async_connect`, those that ERROR texts mean (`errc`, protocol section
///   7), `errc::unexpected_end`, `errc::connection_lost` and those of a peer that breaks the protocol
///   (`fault::protocol`); the agent's own words go to `call_options::diag`.
///
/// Thread safety: distinct clients are independent; everything of one happens on its executor and has to be called,
/// and cancelled, there.
/// \note GCC 12 corrupts a temporary aggregate that holds strings inside a `co_await` expression. Name requests before
///       the `co_await`, as in the example; options and settings hold none and may be written in place.
/// \req P-CONN-01, P-CLI-01, P-CLI-02, P-CLI-11
class agent_client {
public:
    /// What a command did.
    struct exec_result {
        std::int32_t exit_code{0};  ///< 0–255, or 128 + signal number
        std::string out;
        std::string err;
        bool truncated{false};  ///< there was more output: both streams end where the limit was reached
    };
    /// A file, or a window of it.
    struct file_content {
        wire::file_read_reply file;  ///< describes the whole file
        std::string bytes;
        bool truncated{false};  ///< there was more: the transfer was stopped at the limit
    };
    struct exec_settings {
        bytes_view input{};  ///< the command's whole standard input; it ends after this. Copied by `async_exec`
        std::size_t output_limit{session::host::output_collector::default_limit};  ///< bytes, both streams together
    };
    static constexpr std::size_t default_file_limit = 64 * 1024 * 1024;

    /// \param on     A strand, or the executor of a context that one thread runs.
    /// \param token  The agent's token; empty if it has none.
    agent_client(net::any_io_executor on, agent_address address, std::string token = {})
        : executor_(std::move(on)), address_(std::move(address)), token_(std::move(token)) {}

    net::any_io_executor get_executor() const noexcept { return executor_; }

    /// What the agent can do, as far as this client knows: nothing beyond the base protocol until it is told, usually
    /// the result of `async_hello`.
    /// \req P-EXT-02
    const session::host::capabilities& capabilities() const noexcept { return capabilities_; }
    void set_capabilities(session::host::capabilities known) { capabilities_ = std::move(known); }

    // --- commands ---------------------------------------------------------------------------------------------------

    /// Runs a command to its end and collects what it wrote. Result: `exec_result`, also of a failure as far as it got.
    ///
    /// The input is ended by a frame if the agent is known to understand it (`capabilities`), else by a half-close,
    /// behind which a cancelled command cannot be killed: then closing the connection is all there is.
    /// \req P-CLI-03, P-CLI-04, P-EXEC-10, P-EXEC-11, P-EXEC-16, P-EXT-06
    template <class Token>
    auto async_exec(const wire::exec_request& command, exec_settings settings, const call_options& opt,
                    Token&& token) const {
        return call(session::host::plain_exec(command, options(opt)),
                    detail::gather_exec<exec_result>(std::string(as_text(settings.input)), settings.output_limit,
                                                     capabilities_.has(wire::feature_stdin_eof)),
                    opt, std::forward<Token>(token));
    }

    /// Starts a command whose output and input are streamed. Result: `exec_stream`, as soon as the request is on its
    /// way: a refusal is the first thing that `async_next` tells.
    /// \req P-CLI-03, P-EXEC-13
    template <class Token>
    auto async_open_exec(const wire::exec_request& command, const call_options& opt, Token&& token) const {
        const time_point until =
            opt.deadline == no_deadline ? no_deadline : opt.deadline + session::host::plain_exec::kill_grace;
        return open<exec_stream>(session::host::plain_exec(command, options(opt)), opt, until,
                                 std::forward<Token>(token));
    }

    /// Starts a command that outlives the connection. Result: `wire::detach_reply`.
    /// \param command  `detach` is set for the caller.
    /// \req P-CLI-05, P-DET-03
    template <class Token>
    auto async_exec_detached(wire::exec_request command, const call_options& opt, Token&& token) const {
        command.detach = true;
        return call(session::host::detached_exec(command, options(opt)), detail::gather_detached{}, opt,
                    std::forward<Token>(token));
    }

    // --- sessions ---------------------------------------------------------------------------------------------------

    /// Creates a session (`tty` or `session` set) or attaches to one (`session_id` set, perhaps `if_detached`).
    /// Result: `session_stream`, once the agent has said what the session is; the deadline ends there.
    /// \req P-SESS-01, P-SESS-03, P-SESS-05, P-SESS-06, P-SESS-08, P-CLI-08
    template <class Token>
    auto async_open_session(const wire::exec_request& what, const call_options& opt, Token&& token) const {
        return open<session_stream>(session::host::attached_session(what, options(opt)), opt, no_deadline,
                                    std::forward<Token>(token));
    }

    /// Result: `std::vector<wire::session_info>`.
    /// \req P-SESS-21, P-CLI-09
    template <class Token>
    auto async_list_sessions(const call_options& opt, Token&& token) const {
        return ask(session::host::list_sessions(options(opt)), opt, std::forward<Token>(token));
    }

    /// Kills a session; success also when it has already ended. No result.
    /// \req P-SESS-24
    template <class Token>
    auto async_kill_session(std::string_view session_id, const call_options& opt, Token&& token) const {
        return tell(session::host::kill_session(session_id, options(opt)), opt, std::forward<Token>(token));
    }

    // --- files ------------------------------------------------------------------------------------------------------

    /// Reads a file, or a window of its lines, up to `limit` bytes. Result: `file_content`.
    /// \req P-FILE-10, P-CLI-07
    template <class Token>
    auto async_read_file(const wire::file_read_request& what, const call_options& opt, Token&& token,
                         std::size_t limit = default_file_limit) const {
        return call(session::host::download(what, options(opt)), detail::gather_file<file_content>(limit), opt,
                    std::forward<Token>(token));
    }

    /// Starts a download whose bytes are streamed. Result: `file_reader`, once the agent has described the file.
    /// \req P-FILE-10, P-CLI-07
    template <class Token>
    auto async_open_file(const wire::file_read_request& what, const call_options& opt, Token&& token) const {
        return open<file_reader>(session::host::download(what, options(opt)), opt, opt.deadline,
                                 std::forward<Token>(token));
    }

    /// Replaces a file atomically. No result.
    /// \param mode     Octal text such as `0644`; empty means that.
    /// \param content  Belongs to the caller until the handler runs.
    /// \req P-FILE-40, P-CLI-06
    template <class Token>
    auto async_write_file(std::string_view path, std::string_view mode, bytes_view content, const call_options& opt,
                          Token&& token) const {
        wire::file_write_request request{std::string(path), std::string(mode),
                                         static_cast<std::int64_t>(content.size())};
        return call(session::host::upload(request, options(opt)), detail::gather_upload(content), opt,
                    std::forward<Token>(token));
    }

    /// Starts an upload whose content is streamed. Result: `file_writer`, as soon as the request is on its way.
    /// \param what  With the exact size.
    /// \req P-FILE-40, P-CLI-06
    template <class Token>
    auto async_create_file(const wire::file_write_request& what, const call_options& opt, Token&& token) const {
        return open<file_writer>(session::host::upload(what, options(opt)), opt, opt.deadline,
                                 std::forward<Token>(token));
    }

    /// Result: `wire::file_info`; links are followed.
    /// \req P-FILE-70
    template <class Token>
    auto async_stat(std::string_view path, const call_options& opt, Token&& token) const {
        return ask(session::host::stat_file(path, options(opt)), opt, std::forward<Token>(token));
    }

    /// Result: `wire::file_list`.
    /// \req P-FILE-80, P-FILE-86
    template <class Token>
    auto async_list(std::string_view path, const call_options& opt, Token&& token) const {
        return ask(session::host::list_files(path, options(opt)), opt, std::forward<Token>(token));
    }

    // --- ports ------------------------------------------------------------------------------------------------------

    /// Opens a tunnel to a TCP port inside the guest. Result: `any_stream`, raw bytes in both directions; half-close it
    /// with `shutdown_send`. The deadline and cancellation end where it is open.
    /// \req P-FWD-03, P-FWD-04, P-FWD-06, P-CLI-10
    template <class Token>
    auto async_forward(std::uint16_t port, const call_options& opt, Token&& token) const {
        return detail::async_agent_call(address_.forward, executor_, opt, session::host::tunnel({port}, options(opt)),
                                        detail::gather_tunnel{}, std::forward<Token>(token));
    }

    // --- the agent itself -------------------------------------------------------------------------------------------

    /// Result: `wire::activity_info`.
    /// \req P-ACT-01
    template <class Token>
    auto async_activity(const call_options& opt, Token&& token) const {
        return ask(session::host::query_activity(options(opt)), opt, std::forward<Token>(token));
    }

    /// Asks who the agent is. Result: `session::host::capabilities`, empty for lohar and older agents.
    /// \req P-EXT-01, P-EXT-03
    template <class Token>
    auto async_hello(const call_options& opt, Token&& token) const {
        return ask(session::host::hello_request("hearth/" + std::string(version), options(opt)), opt,
                   std::forward<Token>(token));
    }

    /// Sets the guest's clock after a resume. No result.
    /// \req P-EXT-07
    template <class Token>
    auto async_set_clock(const wire::clock_set_request& clock, const call_options& opt, Token&& token) const {
        return tell(session::host::set_clock(clock, options(opt)), opt, std::forward<Token>(token));
    }

    /// Waits until the agent answers, trying again and again until the deadline. No result. `errc::auth_required` at
    /// once when it answers that the token is wrong.
    /// \req P-READY-01, P-READY-02, P-READY-03
    template <class Token>
    auto async_wait_ready(const call_options& opt, Token&& token) const {
        return detail::async_wait_ready(address_.control, executor_, token_, opt, std::forward<Token>(token));
    }

private:
    session::host::options options(const call_options& opt) const { return {token_, opt.deadline}; }

    template <class Machine, class Gather, class Token>
    auto call(Machine machine, Gather gather, const call_options& opt, Token&& token) const {
        return detail::async_agent_call(address_.control, executor_, opt, std::move(machine), std::move(gather),
                                        std::forward<Token>(token));
    }
    template <class Machine, class Token>
    auto ask(Machine machine, const call_options& opt, Token&& token) const {
        return call(std::move(machine), detail::gather_reply<typename Machine::reply>{}, opt,
                    std::forward<Token>(token));
    }
    template <class Machine, class Token>
    auto tell(Machine machine, const call_options& opt, Token&& token) const {
        return call(std::move(machine), detail::gather_nothing{}, opt, std::forward<Token>(token));
    }
    template <class Stream, class Token>
    auto open(typename Stream::machine_type machine, const call_options& opt, time_point hold_deadline,
              Token&& token) const {
        return detail::async_open_live<Stream>(address_.control, executor_, opt, hold_deadline, std::move(machine),
                                               std::forward<Token>(token));
    }

    net::any_io_executor executor_;
    agent_address address_;
    std::string token_;
    session::host::capabilities capabilities_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

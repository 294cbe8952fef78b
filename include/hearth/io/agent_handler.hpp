#ifndef HEARTH_IO_AGENT_HANDLER_HPP
#define HEARTH_IO_AGENT_HANDLER_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/detail/socket.hpp>
#include <hearth/io/process_channel.hpp>
#include <hearth/io/socket_options.hpp>
#include <hearth/net/coroutine.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/file_info.hpp>
#include <hearth/wire/file_read.hpp>
#include <hearth/wire/file_write.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Why a handler does not do what was asked: the text of the ERROR frame, see `wire::error_text`. Sent as at most 4096
/// bytes of valid UTF-8.
struct handler_error {
    std::string text;
};

/// What a handler answers: `co_return` the value or a `handler_error`.
template <class T>
using answer = std::variant<T, handler_error>;

/// The value of an answer that needs none.
struct done {};

inline handler_error not_supported() { return {"not supported by this agent"}; }

/// An opened file that is read from its beginning to its end.
class file_source {
public:
    virtual ~file_source() = default;
    /// \returns Size and mode when it was opened. A size of 0 may be wrong, as on special file systems (P-FILE-23).
    virtual wire::file_read_reply info() const = 0;
    /// \param into  Room for at least one byte, valid until the answer.
    /// \returns How many bytes were read; 0: the end of the file.
    virtual net::awaitable<answer<std::size_t>> read(mutable_bytes into) = 0;
};

/// A file on its way: not visible under its name before `commit`. Destroying it without `commit` removes what there is.
/// \req P-FILE-47, P-FILE-48
class file_sink {
public:
    virtual ~file_sink() = default;
    /// \param bytes  Valid until the answer.
    virtual net::awaitable<answer<done>> write(bytes_view bytes) = 0;
    /// All bytes were written: makes the file safe, then has it take its place.
    virtual net::awaitable<answer<done>> commit() = 0;
};

/// What a directory holds.
struct directory_listing {
    std::vector<wire::file_info> entries;  ///< in any order; more than fit are left out
    std::uint64_t total{0};                ///< entries of the directory; counts only if there are more than `entries`
};

/// A command that outlives its connection.
struct detached_command {
    wire::detach_reply started;
    /// Ends with the command: the service counts it as running meanwhile. Empty: not counted.
    net::awaitable<void> until_end;
};

/// What an agent does when it is asked to: the part of an agent that a user of `agent_service` writes.
///
///     struct echo_agent : agent_handler {
///         net::awaitable<void> on_exec(wire::exec_request what, process_channel process) override {
///             co_await process.async_write(process_channel::stream::out, as_bytes(wire::display_argv(what.argv)));
///         }
///     };
///
/// Each function is a coroutine on the service's executor, where nothing may block. Requests are independent: functions
/// run interleaved. Everything has a default, which answers that it is not supported.
/// An exception counts as a failure with its `what()` for text; it never ends the service.
/// Cancellation: terminal, when the service stops; transfers and connecting also when their connection has ended,
/// commands as `process_channel` says. Whatever was started has to end then: the service waits for it.
class agent_handler {
public:
    virtual ~agent_handler() = default;

    /// Runs a command: a plain exec, or (`what.tty`, `what.session`) a session, which goes on without its client. The
    /// command runs until this returns, see `process_channel`.
    /// \req P-EXEC-04, P-SESS-01, P-TTY-02, P-PIPE-01
    virtual net::awaitable<void> on_exec([[maybe_unused]] wire::exec_request what, process_channel process) {
        process.start_failed(wire::error_text::start(not_supported().text));
        co_return;
    }

    /// Starts a command that outlives the connection.
    /// \req P-DET-03, P-DET-04
    virtual net::awaitable<answer<detached_command>> on_detach([[maybe_unused]] wire::exec_request what) {
        co_return handler_error{wire::error_text::start(not_supported().text)};
    }

    /// Describes a file; links are followed.
    /// \req P-FILE-70
    virtual net::awaitable<answer<wire::file_info>> on_stat([[maybe_unused]] std::string path) {
        co_return not_supported();
    }

    /// Lists a directory.
    /// \param cap  More entries than this are not sent: a `session::guest::directory_collector` keeps the right ones.
    /// \req P-FILE-80, P-FILE-81, P-FILE-86
    virtual net::awaitable<answer<directory_listing>> on_list([[maybe_unused]] std::string path,
                                                              [[maybe_unused]] std::size_t cap) {
        co_return not_supported();
    }

    /// Opens a file for reading. The service cuts the window out.
    /// \req P-FILE-10, P-FILE-12
    virtual net::awaitable<answer<std::unique_ptr<file_source>>> on_read([[maybe_unused]] std::string path) {
        co_return not_supported();
    }

    /// Opens a file for writing. Size and cap were checked; the service counts the bytes.
    /// \req P-FILE-40, P-FILE-45
    virtual net::awaitable<answer<std::unique_ptr<file_sink>>>
    on_write([[maybe_unused]] wire::file_write_request what) {
        co_return not_supported();
    }

    /// Connects a tunnel. The default makes a TCP connection.
    /// \param target  127.0.0.1 and the port of the request; if that fails, ::1 as well.
    /// \returns A stream on the executor of the calling coroutine.
    /// \req P-FWD-02, P-FWD-11
    virtual net::awaitable<answer<any_stream>> on_forward(net::ip::tcp::endpoint target) {
        auto fd = detail::open_stream_socket(target.protocol().family());
        if (!fd)
            co_return handler_error{wire::os_error_text(errno)};
        (void)set_tcp_options(fd.get());
        const net::any_io_executor on = co_await net::this_coro::executor;
        stream_socket socket(on);
        net_error_code ec;
        socket.assign(stream_socket::protocol_type(target.protocol()), fd.get(), ec);
        if (!ec) {
            fd.release();
            const stream_socket::endpoint_type to(target);
            co_await socket.async_connect(to, net::redirect_error(net::use_awaitable, ec));
        }
        if (ec)
            co_return handler_error{wire::os_error_text(ec.value())};
        co_return any_stream(std::move(socket));
    }

    /// Sets the clock after a resume. Announce `clock.set` in `agent_service_options::features` with it.
    /// \req P-EXT-07
    virtual net::awaitable<answer<done>> on_clock_set([[maybe_unused]] wire::clock_set_request what) {
        co_return handler_error{wire::error_text::unexpected_frame(wire::frame_type::clock_set)};
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

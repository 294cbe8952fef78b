#ifndef HEARTH_IO_DETAIL_GATHER_HPP
#define HEARTH_IO_DETAIL_GATHER_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/prefixed_stream.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/output_collector.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>
#include <hearth/wire/detach_reply.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// How the events of a machine become the result of a call; see `agent_call`.

/// The one event of a request.
template <class Reply>
struct gather_reply {
    using result_type = decltype(Reply::value);

    template <class Machine>
    void operator()(Reply& reply, Machine&) {
        value = std::move(reply.value);
    }
    result_type take() { return std::move(value); }

    result_type value{};
};

/// The same where success says it all.
struct gather_nothing {
    using result_type = void;

    template <class Event, class Machine>
    void operator()(Event&, Machine&) const noexcept {}
};

struct gather_detached {
    using result_type = wire::detach_reply;

    void operator()(session::host::detached_exec::started& now, session::host::detached_exec&) {
        value = std::move(now.reply);
    }
    result_type take() { return std::move(value); }

    result_type value;
};

/// Feeds a command its input and collects its output.
template <class Result>
class gather_exec {
public:
    using result_type = Result;

    /// \param by_frame  How to end the input: the agent understands STDIN_EOF.
    gather_exec(std::string input, std::size_t limit, bool by_frame)
        : input_(std::move(input)), output_(limit), by_frame_(by_frame) {}

    void operator()(session::host::plain_exec::output& some, session::host::plain_exec&) {
        output_.add(some.from, some.bytes);
    }
    void operator()(session::host::plain_exec::exited& end, session::host::plain_exec&) { code_ = end.code; }

    /// \returns Whether the machine has to be polled for what it was told.
    bool refill(session::host::plain_exec& run) {
        if (ended_)
            return false;
        sent_ += run.write_stdin(as_bytes(input_).subspan(sent_));
        if (sent_ < input_.size())
            return false;
        ended_ = true;
        if (by_frame_)
            run.stdin_eof();
        else
            run.close_stdin();
        return true;
    }

    result_type take() {
        auto kept = output_.take();
        return {code_, std::move(kept.out), std::move(kept.err), kept.truncated};
    }

private:
    std::string input_;
    std::size_t sent_{0};
    session::host::output_collector output_;
    std::int32_t code_{0};
    bool by_frame_;
    bool ended_{false};
};

/// Collects a file up to a limit, and stops the transfer there.
template <class Result>
class gather_file {
public:
    using result_type = Result;

    explicit gather_file(std::size_t limit) : limit_(limit) {}

    void operator()(session::host::download::opened& now, session::host::download&) {
        value_.file = std::move(now.file);
    }
    void operator()(session::host::download::data& some, session::host::download& machine) {
        const std::size_t n = std::min(some.bytes.size(), limit_ - value_.bytes.size());
        value_.bytes.append(as_text(some.bytes.first(n)));
        value_.truncated = n < some.bytes.size();
        if (value_.truncated)
            machine.sink_failed(errc::sink_failed);
    }
    void operator()(session::host::download::completed&, session::host::download&) const noexcept {}

    /// That it was full is not a failure.
    std::error_code why(std::error_code ec) const noexcept {
        return value_.truncated && ec == errc::sink_failed ? std::error_code() : ec;
    }
    result_type take() { return std::move(value_); }

private:
    result_type value_;
    std::size_t limit_;
};

/// Feeds an upload from the caller's buffer.
class gather_upload {
public:
    using result_type = void;

    explicit gather_upload(bytes_view content) : rest_(content) {}

    void operator()(session::host::upload::completed&, session::host::upload&) const noexcept {}
    bool refill(session::host::upload& machine) {
        rest_ = rest_.subspan(machine.write(rest_));
        return false;
    }

private:
    bytes_view rest_;
};

/// Takes the connection of an open tunnel away from its driver.
class gather_tunnel {
public:
    using result_type = any_stream;

    flow operator()(session::host::tunnel::opened&, session::host::tunnel&) const noexcept { return flow::release; }
    /// Only now, because the driver's last read may have brought more than `opened::leftover` told.
    template <class Driver>
    void on_released(Driver& run) {
        leftover_ = as_text(run.machine().channel().parser().unread());
        stream_ = run.take_stream();
    }
    result_type take() {
        if (leftover_.empty())
            return std::move(stream_);
        return prefixed_stream(std::move(stream_), std::move(leftover_));
    }

private:
    std::string leftover_;
    any_stream stream_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

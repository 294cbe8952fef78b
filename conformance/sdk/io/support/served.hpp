#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_SERVED_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_SERVED_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/agent_client.hpp>
#include <hearth/io/agent_service.hpp>
#include <hearth/io/unix_connector.hpp>
#include <hearth/io/unix_listener.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/frame_parser.hpp>
#include <io/support/loop.hpp>
#include <io/support/memory_agent.hpp>
#include <io/support/outcome.hpp>
#include <io/support/temp_directory.hpp>
#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace test {

using hearth::test::frame;

/// The host's end of one connection, byte for byte.
class raw_host {
public:
    raw_host(loop& on, hearth::io::any_stream stream) : loop_(&on), stream_(std::move(stream)) {}

    raw_host& send(const std::string& bytes) {
        outcome<std::size_t> wrote;
        hearth::net::async_write(stream_, hearth::net::buffer(bytes), wrote.handler());
        loop_->run_until(wrote);
        return *this;
    }
    raw_host& send(hearth::wire::frame_type type, std::string_view payload = {}) { return send(frame(type, payload)); }
    raw_host& half_close() {
        stream_.shutdown_send();
        return *this;
    }
    void close() { stream_.close(); }
    hearth::io::any_stream& stream() noexcept { return stream_; }

    /// The next frame as it is on the wire; empty at the end of the stream.
    std::string next() {
        for (;;) {
            const auto before = parser_.unread();
            const std::string bytes(hearth::as_text(before));
            const auto found = parser_.next();
            REQUIRE(found.status != hearth::wire::parse_status::malformed);
            if (found.status == hearth::wire::parse_status::frame)
                return bytes.substr(0, found.total);
            if (!read())
                return {};
        }
    }
    /// Everything up to the end of the stream.
    std::string rest() {
        while (read()) {
        }
        const std::string all(hearth::as_text(parser_.unread()));
        parser_.consume(all.size());
        return all;
    }
    /// Runs until something arrives. \returns False at the end.
    bool read() {
        std::array<char, 65'536> room;
        outcome<std::size_t> got;
        stream_.async_read_some(hearth::net::buffer(room), got.handler());
        loop_->run_until(got);
        parser_.feed(hearth::as_bytes({room.data(), got.value()}));
        return !got.error();
    }

private:
    loop* loop_;
    hearth::io::any_stream stream_;
    hearth::wire::frame_parser parser_;
};

/// A service with a `memory_agent`, and who talks to it.
struct served {
    explicit served(hearth::io::agent_service_options options = {.token = "t"})
        : token(options.token),
          service(loop.executor(), handler, std::move(options)),
          agent(loop.executor(), hearth::io::agent_over_unix(dir / "control", dir / "forward"), token) {
        for (const auto& [name, kind] : {std::pair{"forward", hearth::io::agent_service::channel::forward},
                                         std::pair{"control", hearth::io::agent_service::channel::control}}) {
            auto listening = hearth::io::unix_listener{dir / name}.listen(loop.executor());
            REQUIRE(listening);
            service.serve(std::move(*listening), kind);
        }
    }
    ~served() { stop(); }

    void stop() {
        outcome<> stopped;
        service.async_stop(stopped.handler());
        loop.run_until(stopped);
        CHECK(handler->running == 0);
        CHECK(handler->sinks == 0);
    }

    /// A connection that has sent nothing yet.
    raw_host connect(const char* where = "control") {
        outcome<hearth::io::any_stream> connected;
        hearth::io::any_connector(hearth::io::unix_connector{dir / where})
            .async_connect(loop.executor(), hearth::no_deadline, connected.handler());
        loop.run_until(connected);
        REQUIRE(!connected.error());
        return {loop, std::move(connected.value())};
    }
    /// A connection that has shown the token and asked.
    raw_host ask(hearth::wire::frame_type type, std::string_view payload = {}, const char* where = "control") {
        raw_host out = connect(where);
        if (!token.empty())
            out.send(hearth::wire::frame_type::auth, token);
        out.send(type, payload);
        return out;
    }
    raw_host exec(std::string_view json) { return ask(hearth::wire::frame_type::exec_request, json); }

    hearth::wire::activity_info activity() {
        outcome<hearth::wire::activity_info> got;
        agent.async_activity({}, got.handler());
        loop.run_until(got);
        REQUIRE(!got.error());
        return got.value();
    }
    std::vector<hearth::wire::session_info> sessions() {
        outcome<std::vector<hearth::wire::session_info>> got;
        agent.async_list_sessions({}, got.handler());
        loop.run_until(got);
        REQUIRE(!got.error());
        return got.value();
    }

    test::loop loop;
    temp_directory dir;
    std::string token;
    std::shared_ptr<memory_agent> handler{std::make_shared<memory_agent>()};
    hearth::io::agent_service service;
    hearth::io::agent_client agent;
};

inline std::string error_frame(std::string_view text) { return frame(hearth::wire::frame_type::error, text); }
inline std::string out_frame(std::string_view bytes) { return frame(hearth::wire::frame_type::stdout_data, bytes); }
inline std::string exit_frame(std::int32_t code) {
    return frame(hearth::wire::frame_type::exit, hearth::as_text(hearth::wire::write_exit_status(code)));
}

}  // namespace test

#endif

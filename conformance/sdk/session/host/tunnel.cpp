#include <hearth/session/host/tunnel.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using wire::frame_type;

namespace {

const options opt{.token = "t", .deadline = t0 + std::chrono::minutes{1}};
const std::string ok = frame(frame_type::forward_response, R"({"status":"ok"})");

std::string no(std::string_view message) {
    return frame(frame_type::forward_response, R"({"status":"error","message":")" + std::string{message} + R"("})");
}

script<tunnel> opening(std::string answer, std::string event) {
    return {.start = [] { return std::make_unique<tunnel>(wire::forward_request{8080}, opt); },
            .steps = {receives{std::move(answer)}},
            .tell =
                [](const tunnel::action& a) {
                    return told{"opened " + std::string{as_text(std::get<tunnel::opened>(a).leftover)}, true};
                },
            .events = {std::move(event)},
            .sent = frame(frame_type::auth, "t") + frame(frame_type::forward_request, R"({"port":8080})")};
}

}  // namespace

TEST_CASE("tunnel: opens, behind AUTH like everything [P-FWD-03] [P-AUTH-02]") { replay(opening(ok, "opened ")); }

TEST_CASE("tunnel: bytes right behind the answer belong to the tunnel, also when they look like frames "
          "[P-FWD-05] [P-FWD-06] [P-CLI-10]") {
    play_once(opening(ok + "HTTP/1.0 200 OK\r\n", "opened HTTP/1.0 200 OK\r\n"));
    const std::string raw = frame(frame_type::error, "not for us");
    play_once(opening(ok + raw, "opened " + raw));
}

TEST_CASE("tunnel: refusals and what they mean [P-FWD-03] [P-CLI-11]") {
    replay(opening(no("dial tcp 127.0.0.1:8080: connection refused"),
                   "failed: nobody listens on the forwarded port [dial tcp 127.0.0.1:8080: connection refused]"));
    replay(opening(no("tunnel limit exceeded"), "failed: the agent's tunnel limit is reached [tunnel limit exceeded]"));
    replay(
        opening(no("bad forward request: x"), "failed: the agent could not read the request [bad forward request: x]"));
    replay(opening(no("connection timed out"), "failed: the tunnel could not be opened [connection timed out]"));
    replay(opening(frame(frame_type::forward_response, "{}"), "failed: the tunnel could not be opened"));
}

TEST_CASE("tunnel: ERROR is understood as well [P-FWD-04] [P-CLI-11]") {
    replay(opening(frame(frame_type::error, "auth required"), "failed: the agent refused the token [auth required]"));
    replay(opening(frame(frame_type::error, "expected FWD_REQ, got 0x11"),
                   "failed: the agent does not know this operation [expected FWD_REQ, got 0x11]"));
}

TEST_CASE("tunnel: an unreadable answer is no tunnel, unknown frames are skipped [P-FWD-03] [P-CONN-05]") {
    replay(opening(frame(frame_type::forward_response, "ok"),
                   "failed: a message is not valid JSON of the expected shape"));
    replay(opening(frame(frame_type::hello_response) + ok, "opened "));
    replay(opening(frame(frame_type::exit, std::string(4, '\0')), "failed: a frame type that has no meaning here"));
}

TEST_CASE("tunnel: port 0 is refused here [P-FWD-03]") {
    tunnel t{{0}, opt};
    const auto next = t.poll(t0);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::invalid_argument);
}

#include <hearth/session/host/capabilities.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using wire::frame_type;

namespace {

told tell_hello(const hello_request::action& a) {
    const capabilities& found = std::get<hello_request::reply>(a).value;
    return {found.hello ? found.hello->agent + (found.has(wire::feature_stdin_eof) ? " with stdin.eof" : "")
                        : "no hello",
            true};
}

script<hello_request> hello(std::string answer, std::string event) {
    return {.start =
                [] {
                    return std::make_unique<hello_request>(
                        "hearth", options{.token = "", .deadline = t0 + std::chrono::minutes{1}});
                },
            .steps = {receives{std::move(answer)}},
            .tell = tell_hello,
            .events = {std::move(event)},
            .sent = frame(frame_type::hello_request, R"({"client":"hearth"})")};
}

}  // namespace

TEST_CASE("capabilities: an agent says what it can do, unknown features do no harm [P-EXT-03] [P-EXT-05] [P-EXT-08]") {
    replay(hello(frame(frame_type::hello_response,
                       R"({"agent":"hearth-agent","version":"0.1.0","revision":1,"features":["stdin.eof","x.y"],)"
                       R"("limits":{"sessions":64}})"),
                 "hearth-agent with stdin.eof"));
}

TEST_CASE(
    "capabilities: an agent that does not know HELLO is lohar or older, which is an answer [P-EXT-01] [P-EXT-03]") {
    replay(hello(frame(frame_type::error, "unexpected frame type 0x70"), "no hello"));
}

TEST_CASE("capabilities: a refused AUTH is not taken for a missing HELLO [P-EXT-03] [P-AUTH-07]") {
    replay(hello(frame(frame_type::error, "unexpected frame type 0x11"),
                 "failed: the agent does not know this operation [unexpected frame type 0x11]"));
}

TEST_CASE("capabilities: without HELLO nothing is assumed [P-EXT-02]") {
    CHECK_FALSE(capabilities{}.has(wire::feature_stdin_eof));
    CHECK_FALSE(capabilities{}.has(wire::feature_clock_set));
}

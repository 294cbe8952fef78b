#include <hearth/session/host/detached_exec.hpp>

#include <hearth/wire/exit_status.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using wire::frame_type;

namespace {

const options opt{.token = "", .deadline = t0 + std::chrono::minutes{1}};

wire::exec_request command() {
    wire::exec_request request;
    request.argv = {"true"};
    request.detach = true;
    return request;
}

std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }

script<detached_exec> starting(std::vector<std::string> answers, std::string event) {
    script<detached_exec> play{.start = [] { return std::make_unique<detached_exec>(command(), opt); },
                               .steps = {},
                               .tell =
                                   [](const detached_exec::action& a) {
                                       const auto& reply = std::get<detached_exec::started>(a).reply;
                                       return told{"started " + std::to_string(reply.pid) + " " + reply.output_file,
                                                   true};
                                   },
                               .events = {std::move(event)},
                               .sent = frame(frame_type::exec_request, R"({"argv":["true"],"detach":true})")};
    for (std::string& bytes : answers)
        play.steps.push_back(receives{std::move(bytes)});
    return play;
}

}  // namespace

TEST_CASE("detached_exec: the reply is all of STDOUT up to EXIT [P-CLI-05] [P-DET-03]") {
    replay(starting({frame(frame_type::stdout_data, R"({"pid":7,"outp)"), frame(frame_type::stderr_data, "noise"),
                     frame(frame_type::stdout_data, R"(ut_file":"/tmp/x"})"), exit_of(0)},
                    "started 7 /tmp/x"));
}

TEST_CASE("detached_exec: a command that cannot start is an error [P-DET-04]") {
    replay(starting({frame(frame_type::error, "start: nope: not found")},
                    "failed: the command could not be started [start: nope: not found]"));
}

TEST_CASE("detached_exec: an answer that is no detach reply is refused [P-CLI-05]") {
    replay(starting({frame(frame_type::stdout_data, "hello"), exit_of(0)},
                    "failed: a message is not valid JSON of the expected shape"));
    replay(starting({frame(frame_type::stdout_data, R"({"pid":7,"output_file":"/x"})"), exit_of(1)},
                    "failed: a message is not valid JSON of the expected shape"));
}

TEST_CASE("detached_exec: an endless answer is cut off [P-CLI-05]") {
    play_once(starting({frame(frame_type::stdout_data, std::string(detached_exec::max_reply, ' ')),
                        frame(frame_type::stdout_data, " ")},
                       "failed: a message is not valid JSON of the expected shape"));
}

TEST_CASE("detached_exec: a request that is not one is refused here [P-CLI-05]") {
    wire::exec_request request = command();
    request.detach = false;
    detached_exec run{request, opt};
    const auto next = run.poll(t0);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::invalid_argument);
}

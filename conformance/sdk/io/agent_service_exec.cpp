#include <hearth/io/agent_service.hpp>

#include <io/support/served.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using hearth::agent_limits;
using hearth::wire::frame_type;
using namespace std::chrono_literals;
using test::error_frame;
using test::exit_frame;
using test::frame;
using test::out_frame;
using test::raw_host;
using test::served;

TEST_CASE("agent_service: a command's output arrives before its exit status, then the connection ends "
          "[P-CONN-01] [P-CONN-04] [P-EXEC-14] [P-EXEC-15] [P-EXEC-16] [P-READY-01]") {
    served s;
    CHECK(s.exec(R"({"argv":["echo","hello"]})").rest() == out_frame("hello\n") + exit_frame(0));
    CHECK(s.exec(R"({"argv":["warn"]})").rest() == frame(frame_type::stderr_data, "careful\n") + exit_frame(0));
    CHECK(s.exec(R"({"argv":["false"]})").rest() == exit_frame(1));
}

TEST_CASE("agent_service: a command that cannot be started is an ERROR, not an exit status [P-EXEC-04] [P-ERR-02]") {
    served s;
    CHECK(s.exec(R"({"argv":["missing"]})").rest() == error_frame("start: missing: no such file or directory"));
}

TEST_CASE("agent_service: what a handler throws is a failure of its command alone [P-ERR-02] [P-EXEC-04]") {
    served s;
    CHECK(s.exec(R"({"argv":["throw"]})").rest() == error_frame("start: cannot even begin"));
    CHECK(s.exec(R"({"argv":["throw late"]})").rest() == out_frame("so far\n") + exit_frame(1));
    CHECK(s.exec(R"({"argv":["echo","fine"]})").rest() == out_frame("fine\n") + exit_frame(0));
}

TEST_CASE("agent_service: input reaches the command in order, and ends with the half-close or a frame "
          "[P-CONN-02] [P-CONN-09] [P-EXEC-10] [P-EXEC-11] [P-EXEC-13] [P-EXT-06]") {
    served s;
    raw_host all_at_once = s.connect();
    all_at_once
        .send(frame(frame_type::auth, "t") + frame(frame_type::exec_request, R"({"argv":["cat"]})") +
              frame(frame_type::stdin_data, "one") + frame(frame_type::stdin_data) +
              frame(frame_type::stdin_data, "two"))
        .half_close();
    CHECK(all_at_once.next() == out_frame("onetwo"));
    CHECK(all_at_once.rest() == exit_frame(0));

    raw_host by_frame = s.exec(R"({"argv":["cat"]})");
    by_frame.send(frame_type::stdin_data, "three");
    CHECK(by_frame.next() == out_frame("three"));
    by_frame.send(frame_type::stdin_eof);
    CHECK(by_frame.rest() == exit_frame(0));
}

TEST_CASE("agent_service: KILL ends a command that listens at once, and any other after a grace "
          "[P-EXEC-20] [P-EXEC-21] [P-KILL-01]") {
    agent_limits limits;
    limits.kill_grace = 100ms;
    served s({.token = "t", .limits = limits});
    CHECK(s.exec(R"({"argv":["cat"]})").send(frame_type::kill).rest() == exit_frame(137));
    CHECK(s.handler->events == "k");
    CHECK(s.handler->cancelled == 0);
    CHECK(s.exec(R"({"argv":["sleep"]})").send(frame_type::kill).rest() == exit_frame(137));
    CHECK(s.handler->cancelled == 1);
}

TEST_CASE("agent_service: KILL is honoured behind input that nobody reads [P-CONN-17]") {
    agent_limits limits;
    limits.kill_grace = 100ms;
    served s({.token = "t", .limits = limits});
    raw_host host = s.exec(R"({"argv":["sleep"]})");
    host.send(frame_type::stdin_data, std::string(1'000'000, 'i')).send(frame_type::kill);
    CHECK(host.rest() == exit_frame(137));
}

TEST_CASE("agent_service: the loss of the peer kills a plain exec [P-CONN-10] [P-FRAME-12]") {
    agent_limits limits;
    limits.kill_grace = 100ms;
    served s({.token = "t", .limits = limits});
    for (const char* what : {R"({"argv":["shell"]})", R"({"argv":["sleep"]})", R"({"argv":["yes"]})"}) {
        raw_host host = s.exec(what);
        s.loop.run_until([&] { return s.handler->running == 1; });
        host.close();
        s.loop.run_until([&] { return s.handler->running == 0; });
    }
    CHECK(s.handler->events == "k");
    raw_host broken = s.exec(R"({"argv":["cat"]})");
    s.loop.run_until([&] { return s.handler->running == 1; });
    broken.send(std::string(5, '\0')).rest();
    s.loop.run_until([&] { return s.handler->running == 0; });
    CHECK(s.handler->events == "kk");
    CHECK(s.activity().execs == 0);
}

TEST_CASE("agent_service: a host that does not read stops the command, and misses nothing [P-CONN-15] [P-CONN-16] "
          "[P-CONN-18] [P-ACT-04]") {
    served s;
    raw_host host = s.exec(R"({"argv":["yes"]})");
    std::size_t written = 1;
    s.loop.run_until([&] { return s.handler->written > 300'000; });
    while (written != s.handler->written) {  // until it is stuck
        written = s.handler->written;
        CHECK(s.activity().execs == 1);  // nobody else waits
    }
    CHECK(written < 2'000'000);  // our backlog and the socket's
    std::size_t got = 0;
    while (got < 10'000'000) {
        const std::string chunk = host.next();
        REQUIRE(chunk.substr(4, 1) == "\x02");
        got += chunk.size() - 5;
        REQUIRE(chunk.find_first_not_of('y', 5) == std::string::npos);
    }
    CHECK(s.handler->written >= 10'000'000 - 400'000);
}

TEST_CASE("agent_service: a process that has ended does not wait for its descendants [P-EXEC-18] [P-EXEC-19]") {
    agent_limits limits;
    limits.drain_grace = 20ms;
    served s({.token = "t", .limits = limits});
    CHECK(s.exec(R"({"argv":["daemon"]})").rest() == out_frame("up\n") + out_frame("rest\n") + exit_frame(7));
    CHECK(s.handler->running == 1);  // who goes on reading what the descendant writes
    CHECK(s.activity().execs == 0);
}

TEST_CASE("agent_service: a detached command is counted while it runs, and limited "
          "[P-DET-03] [P-DET-04] [P-DET-09] [P-EXEC-01]") {
    agent_limits limits;
    limits.detached = 1;
    served s({.token = "t", .limits = limits});
    CHECK(s.exec(R"({"argv":["missing"],"detach":true})").rest() ==
          error_frame("start: missing: no such file or directory"));
    const std::string started = out_frame(R"({"pid":42,"output_file":"/o"})") + exit_frame(0);
    CHECK(s.exec(R"({"argv":["over"],"detach":true,"output_file":"/o"})").rest() == started);
    CHECK(s.activity().detached == 0);
    CHECK(s.exec(R"({"argv":["sleep"],"detach":true,"output_file":"/o"})").rest() == started);
    CHECK(s.activity().detached == 1);
    CHECK(s.exec(R"({"argv":["sleep"],"detach":true,"output_file":"/o"})").rest() ==
          error_frame("start: too many detached commands"));
}

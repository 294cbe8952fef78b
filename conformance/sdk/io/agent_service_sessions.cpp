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

namespace {

const std::string cat = R"({"argv":["cat"],"session":true})";
const std::string attach = R"({"session_id":"s1"})";

/// Takes the SESSION_INFO that comes first.
hearth::wire::session_info info(raw_host& from) {
    const std::string first = from.next();
    REQUIRE(first.substr(4, 1) == "\x33");
    const auto parsed = hearth::wire::parse_session_info(hearth::as_bytes(first).subspan(5));
    REQUIRE(parsed);
    return *parsed;
}

agent_limits short_limits() {
    agent_limits out;
    out.exit_retention = 50ms;
    out.kill_grace = 100ms;
    return out;
}

}  // namespace

TEST_CASE("agent_service: a session outlives its client, and is replayed to the next one "
          "[P-SESS-01] [P-SESS-03] [P-SESS-07] [P-SESS-12] [P-PIPE-01] [P-PIPE-02]") {
    served s;
    raw_host first = s.exec(cat);
    const auto made = info(first);
    CHECK(made.session_id == "s1");
    CHECK(made.running);
    CHECK(made.attached);
    CHECK_FALSE(made.tty);
    CHECK(made.created_at > 1'700'000'000);
    first.send(frame_type::stdin_data, "one");
    CHECK(first.next() == out_frame("one"));
    CHECK(first.half_close().rest().empty());
    REQUIRE(s.sessions().size() == 1);
    CHECK_FALSE(s.sessions()[0].attached);

    raw_host second = s.exec(attach);
    CHECK(info(second).attached);
    CHECK(second.next() == out_frame("one"));
    second.send(frame_type::stdin_data, "two");
    CHECK(second.next() == out_frame("two"));
    second.send(frame_type::stdin_eof);
    CHECK(second.rest() == exit_frame(0));
    CHECK(s.sessions().empty());
}

TEST_CASE("agent_service: a failed start leaves no session behind [P-SESS-01] [P-SESS-21]") {
    served s;
    CHECK(s.exec(R"({"argv":["missing"],"session":true})").rest() ==
          error_frame("start: missing: no such file or directory"));
    CHECK(s.exec(R"({"argv":["throw"],"tty":true})").rest() == error_frame("start: cannot even begin"));
    CHECK(s.sessions().empty());
    CHECK(s.exec(attach).rest() == error_frame("session not found"));
}

TEST_CASE("agent_service: attaching takes the session over, unless it must be detached "
          "[P-SESS-05] [P-SESS-08] [P-SESS-09] [P-SESS-10]") {
    served s;
    raw_host old = s.exec(cat);
    info(old);
    CHECK(s.exec(R"({"session_id":"s1","if_detached":true})").rest() == error_frame("session is attached"));
    raw_host fresh = s.exec(attach);
    CHECK(info(fresh).attached);
    CHECK(old.send(frame_type::stdin_data, "ignored").rest() == exit_frame(0));
    fresh.send(frame_type::stdin_data, "mine");
    CHECK(fresh.next() == out_frame("mine"));
    CHECK(s.sessions().at(0).attached);
}

TEST_CASE("agent_service: a client that has stalled does not hold up its session [P-SESS-11] [P-CONN-16]") {
    served s;
    raw_host stalled = s.exec(R"({"argv":["yes"],"session":true})");
    info(stalled);
    std::size_t written = 1;
    while (written != s.handler->written) {
        written = s.handler->written;
        CHECK(s.sessions().size() == 1);
    }
    raw_host fresh = s.exec(attach);
    info(fresh);
    for (std::size_t got = 0; got < 1'000'000;)
        got += fresh.next().size();
    CHECK(s.handler->written > written);
}

TEST_CASE("agent_service: a terminal is told its size, and SIGTERM is not the end of the connection "
          "[P-SESS-06] [P-TTY-03] [P-TTY-07] [P-TTY-08]") {
    served s;
    raw_host host = s.exec(R"({"argv":["shell"],"tty":true})");
    CHECK(info(host).tty);
    host.send(frame(frame_type::resize, hearth::as_text(hearth::wire::write_terminal_size({40, 120}))));
    CHECK(host.next() == out_frame("40x120\n"));
    raw_host other = s.exec(R"({"session_id":"s1","rows":5})");
    info(other);
    CHECK(other.next() == out_frame("40x120\n"));
    CHECK(other.next() == out_frame("5x80\n"));
    CHECK(other.send(frame_type::kill).rest() == exit_frame(143));
    CHECK(s.handler->events == "t");
}

TEST_CASE("agent_service: the idle limit kills a session that nobody attends, which is kept for a while "
          "[P-SESS-04] [P-SESS-13] [P-SESS-16]") {
    agent_limits limits = short_limits();
    limits.exit_retention = 400ms;
    served s({.token = "t", .limits = limits});
    raw_host host = s.exec(R"({"argv":["cat"],"session":true,"max_idle_sec":1})");
    info(host);
    host.send(frame_type::stdin_data, "last words");
    CHECK(host.next() == out_frame("last words"));
    host.close();
    s.loop.run_until([&] { return s.handler->running == 0; });
    CHECK(s.handler->events == "ik");
    REQUIRE(s.sessions().size() == 1);
    CHECK(s.sessions()[0].exit_code == 137);
    raw_host late = s.exec(attach);
    CHECK_FALSE(info(late).running);
    CHECK(late.rest() == out_frame("last words") + exit_frame(137));
    CHECK(s.sessions().empty());
}

TEST_CASE("agent_service: an exited session is forgotten in the end [P-SESS-16]") {
    served s({.token = "t", .limits = short_limits()});
    raw_host host = s.exec(cat);
    info(host);
    host.half_close().rest();
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s1"})").rest() == exit_frame(0));
    CHECK(s.sessions().size() == 1);
    while (!s.sessions().empty()) {
    }
    CHECK(s.exec(attach).rest() == error_frame("session not found"));
}

TEST_CASE("agent_service: EXEC_KILL is acknowledged when the process is gone, or it has had time enough "
          "[P-SESS-24] [P-SESS-25] [P-KILL-02] [P-KILL-03]") {
    agent_limits limits = short_limits();
    limits.exit_retention = 10s;
    limits.kill_ack = 10ms;
    limits.kill_grace = 1s;
    served s({.token = "t", .limits = limits});
    raw_host obedient = s.exec(cat);
    info(obedient);
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s1"})").rest() == exit_frame(0));
    CHECK(obedient.rest() == exit_frame(137));
    raw_host deaf = s.exec(R"({"argv":["sleep"],"session":true})");
    info(deaf);
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s2"})").rest() == exit_frame(0));
    CHECK(s.sessions().at(0).running);
    CHECK(deaf.rest() == exit_frame(137));
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s2"})").rest() == error_frame("session not found"));
}

TEST_CASE("agent_service: sessions have a limit, which exited ones do not count against [P-SESS-19] [P-SESS-20] "
          "[P-SESS-22]") {
    agent_limits limits = short_limits();
    limits.exit_retention = 10s;
    limits.sessions = 2;
    served s({.token = "t", .limits = limits});
    raw_host one = s.exec(cat);
    raw_host two = s.exec(cat);
    info(one);
    info(two);
    CHECK(s.exec(cat).rest() == error_frame("session limit exceeded"));
    one.half_close().rest();
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s1"})").rest() == exit_frame(0));
    raw_host three = s.exec(cat);
    CHECK(info(three).session_id == "s3");
    const auto listed = s.sessions();
    REQUIRE(listed.size() == 3);
    CHECK(listed[0].session_id == "s1");
    CHECK(listed[2].session_id == "s3");
}

TEST_CASE("agent_service: a session client that accepts nothing for too long is gone [P-SESS-28]") {
    agent_limits limits;
    limits.session_stall = 50ms;
    served s({.token = "t", .limits = limits});
    raw_host stalled = s.exec(R"({"argv":["yes"],"session":true})");
    info(stalled);
    while (s.sessions().at(0).attached) {
    }
    CHECK(s.sessions().at(0).running);
}

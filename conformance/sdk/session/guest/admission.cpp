#include <hearth/session/guest/admission.hpp>

#include "session/support/replay.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace hearth;
using namespace hearth::session::guest;
using namespace std::chrono_literals;
using hearth::test::t0;

namespace {

agent_limits small() {
    agent_limits limits;
    limits.connections = 4;
    limits.reserved_connections = 2;
    limits.unauthenticated = 3;
    limits.tunnels = 2;
    return limits;
}

/// Connections of an agent without a token, each with its request.
admission::ticket serve(admission& door, const any_request& asked, bool expected, time_point now = t0) {
    const auto it = door.enter(false, now);
    CHECK(it.what.admitted);
    CHECK(door.serve(it.who, asked) == expected);
    return it.who;
}

any_request attach() {
    wire::exec_request request;
    request.session_id = "s1";
    return request;
}

}  // namespace

TEST_CASE("agent_limits: the defaults serve at least 50 connections and are settings [P-CONN-12] [P-LIM-01]") {
    CHECK(agent_limits{}.connections == 256);
    CHECK(agent_limits{}.reserved_connections >= 8);
    CHECK(agent_limits{}.unauthenticated == 64);
    CHECK(agent_limits{}.tunnels == 256);
    CHECK(agent_limits{}.sessions == 64);
    CHECK(agent_limits{}.detached == 64);
}

TEST_CASE("admission: ordinary operations are refused above the limit [P-CONN-12]") {
    admission door{small()};
    std::vector<admission::ticket> busy;
    for (int i = 0; i < 4; ++i)
        busy.push_back(serve(door, wire::exec_request{}, true));
    const auto fifth = serve(door, stat_request{}, false);
    door.leave(fifth);
    door.leave(busy.back());
    serve(door, stat_request{}, true);
}

TEST_CASE("admission: list, kill, activity and attach have slots of their own [P-CONN-13]") {
    admission door{small()};
    for (int i = 0; i < 4; ++i)
        serve(door, wire::exec_request{}, true);
    for (const any_request& asked : {any_request{session_list_request{}}, any_request{wire::session_kill_request{}},
                                     any_request{activity_request{}}})
        door.leave(serve(door, asked, true));
    serve(door, attach(), true);
    serve(door, attach(), true);
    // All slots are in use now: whoever comes is told so.
    CHECK(door.accept_at(false, t0) == t0);
    const auto late = door.enter(false, t0);
    CHECK_FALSE(late.what.admitted);
    CHECK_FALSE(late.what.evict);
}

TEST_CASE("admission: strangers have their own limit; beyond it they wait in the listen queue [P-CONN-13]") {
    admission door{small()};
    for (int i = 0; i < 3; ++i)
        CHECK(door.enter(true, t0 + i * 100ms).what.admitted);
    CHECK(door.accept_at(true, t0 + 500ms) == t0 + 1s);
    CHECK_FALSE(door.enter(true, t0 + 500ms).what.admitted);
}

TEST_CASE("admission: the stranger that has been silent longest makes room, after a second [P-CONN-13]") {
    admission door{small()};
    const auto a = door.enter(true, t0).who;
    const auto b = door.enter(true, t0).who;
    const auto c = door.enter(true, t0).who;
    door.heard(a, t0 + 900ms);
    door.heard(c, t0 + 400ms);
    CHECK(door.accept_at(true, t0 + 1s) == t0 + 1s);
    const auto next = door.enter(true, t0 + 1s);
    CHECK(next.what.admitted);
    CHECK(next.what.evict == b);
    CHECK(door.accept_at(true, t0 + 1s) == t0 + 1'400ms);
    door.leave(b);
    CHECK(door.accept_at(true, t0 + 1s) == t0 + 1'400ms);
}

TEST_CASE("admission: strangers cannot exhaust the rest [P-CONN-13]") {
    admission door{small()};
    const auto known = door.enter(true, t0).who;
    CHECK(door.authenticated(known, t0).admitted);
    for (int i = 0; i < 3; ++i)
        CHECK(door.enter(true, t0).what.admitted);
    CHECK(door.serve(known, wire::exec_request{}));
}

TEST_CASE("admission: visitors without a request make room for others after a second of silence [P-CONN-13]") {
    admission door{small()};
    std::vector<admission::ticket> idle;
    for (int i = 0; i < 6; ++i)
        idle.push_back(door.enter(false, t0 + i * 1ms).who);
    CHECK(door.accept_at(false, t0 + 10ms) == t0 + 1s);
    const auto next = door.enter(false, t0 + 1s);
    CHECK(next.what.evict == idle[0]);
    CHECK(next.what.admitted);
    CHECK(door.serve(next.who, session_list_request{}));
}

TEST_CASE("admission: tunnels are counted apart [P-FWD-13]") {
    admission door{small()};
    for (int i = 0; i < 4; ++i)
        serve(door, wire::exec_request{}, true);
    const auto first = serve(door, wire::forward_request{80}, true);
    serve(door, wire::forward_request{80}, true);
    door.leave(serve(door, wire::forward_request{80}, false));
    door.leave(first);
    serve(door, wire::forward_request{80}, true);
}

TEST_CASE("admission: leaving twice or unknown changes nothing [A-LIM-04]") {
    admission door{small()};
    const auto it = door.enter(true, t0).who;
    door.leave(it);
    door.leave(it);
    door.leave(4711);
    door.heard(it, t0);
    CHECK_FALSE(door.serve(it, stat_request{}));
    CHECK_FALSE(door.authenticated(it, t0).admitted);
    CHECK(door.connections() == 0);
    for (int i = 0; i < 3; ++i)
        CHECK(door.enter(true, t0).what.admitted);
}

#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/hello.hpp>

#include "session/support/replay.hpp"

#include <doctest/doctest.h>

using namespace hearth;
using namespace std::chrono_literals;
using hearth::test::t0;
using session::guest::activity;
using wire::frame_type;

TEST_CASE("activity: exec, file read and file write requests count, nothing else does [P-ACT-02] [P-FILE-05]") {
    for (int type = 0; type < 256; ++type) {
        activity seen{t0};
        seen.on_request(static_cast<frame_type>(type), t0 + 10s);
        const bool counts = type == 0x10 || type == 0x50 || type == 0x52;
        CHECK(seen.info(0, 0, t0 + 20s, 1000).last_activity_unix == (counts ? 990 : 980));
    }
}

TEST_CASE(
    "activity: starts at the agent's start and is never in the future after a clock step [P-ACT-06] [A-CLOCK-03]") {
    activity seen{t0};
    CHECK(seen.info(0, 0, t0, 1000).last_activity_unix == 1000);
    seen.on_session_input(t0 + 5s);
    CHECK(seen.info(0, 0, t0 + 7s, 500).last_activity_unix == 498);  // the wall clock went back
}

TEST_CASE("activity: sessions and what is no session are counted apart [P-ACT-01] [P-ACT-03] [P-ACT-05] [P-DET-09] "
          "[P-FWD-15]") {
    activity seen{t0};
    seen.execs = 1;
    seen.detached = 2;
    seen.tunnels = 3;
    seen.uploads = 4;
    const wire::activity_info info = seen.info(5, 6, t0, 1000);
    CHECK(info == wire::activity_info{1000, 5, 6, 1, 2, 3, 4});
}

TEST_CASE("make_hello: names the agent, its features and its limits [P-EXT-03] [P-EXT-04] [P-EXT-05]") {
    const wire::hello_reply reply =
        session::guest::make_hello("hearth-agent", {std::string{wire::feature_stdin_eof}}, agent_limits{});
    CHECK(reply.agent == "hearth-agent");
    CHECK(reply.version == version);
    CHECK(reply.revision == 1);
    CHECK(reply.has("stdin.eof"));
    CHECK_FALSE(reply.has("clock.set"));
    CHECK(reply.limits.at("connections") == 256);
    CHECK(reply.limits.at("sessions") == 64);
    CHECK(reply.limits.at("write_cap") == 104'857'600);
    CHECK(reply.limits.at("ls_cap") == 10'000);
    CHECK(reply.limits.at("tunnels") == 256);
}

#include <hearth/io/agent_service.hpp>

#include <io/support/served.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

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

const std::string echo = R"({"argv":["echo","hi"]})";
const std::string sleep_forever = R"({"argv":["sleep"]})";

agent_limits with(void (*change)(agent_limits&)) {
    agent_limits out;
    change(out);
    return out;
}

}  // namespace

TEST_CASE("agent_service: the right token is answered with nothing, everything else with `auth required` "
          "[P-AUTH-02] [P-AUTH-03] [P-AUTH-04] [P-AUTH-09] [P-FWD-04]") {
    served s;
    CHECK(s.exec(echo).rest() == out_frame("hi\n") + exit_frame(0));
    for (const char* where : {"control", "forward"}) {
        CHECK(s.connect(where).send(frame_type::auth, "T").rest() == error_frame("auth required"));
        CHECK(s.connect(where).send(frame_type::exec_request, echo).rest() == error_frame("auth required"));
        CHECK(s.connect(where).half_close().rest() == error_frame("auth required"));
        CHECK(s.connect(where).send(std::string(5, '\0')).rest() == error_frame("auth required"));
    }
    CHECK(s.ask(frame_type::auth, "t").rest() == error_frame("unexpected frame type 0x11"));
}

TEST_CASE("agent_service: who is silent hears why, on each channel [P-AUTH-04] [P-AUTH-06] [P-CONN-14] [P-FWD-12]") {
    served s({.token = "t", .limits = with([](agent_limits& l) { l.auth_deadline = l.request_deadline = 20ms; })});
    for (const char* where : {"control", "forward"}) {
        CHECK(s.connect(where).rest() == error_frame("auth required"));
        CHECK(s.connect(where).send(frame_type::auth, "t").rest() == error_frame("request timeout"));
    }
}

TEST_CASE("agent_service: without a token nobody shows one [P-AUTH-07] [P-TYPE-02] [P-FWD-04]") {
    served s(hearth::io::agent_service_options{});
    CHECK(s.exec(echo).rest() == out_frame("hi\n") + exit_frame(0));
    CHECK(s.connect().send(frame_type::auth, "t").rest() == error_frame("unexpected frame type 0x11"));
    CHECK(s.connect().send(frame_type::stdin_data, "x").rest() == error_frame("unexpected frame type 0x01"));
    CHECK(s.connect("forward").send(frame_type::stdin_data, "x").rest() == error_frame("expected FWD_REQ, got 0x01"));
}

TEST_CASE("agent_service: a malformed request is answered with its error and has no effect [P-JSON-06] [P-ERR-03]") {
    served s;
    const std::string reply = s.exec("{").rest();
    CHECK(reply.substr(5).starts_with("bad exec request: "));
    CHECK(s.ask(frame_type::session_kill, "[]").rest() == error_frame("bad kill request"));
    CHECK(s.exec("{}").rest() == error_frame("empty argv"));
    CHECK(s.handler->running == 0);
}

TEST_CASE("agent_service: over the limit it says so, but goes on serving those that keep it under control "
          "[P-CONN-12] [P-CONN-13]") {
    served s({.token = "t", .limits = with([](agent_limits& l) { l.connections = 3; })});
    std::vector<raw_host> open;
    open.push_back(s.exec(R"({"argv":["cat"],"session":true})"));
    open[0].next();
    for (int i = 0; i < 2; ++i)
        open.push_back(s.exec(R"({"argv":["cat"]})"));
    s.loop.run_until([&] { return s.handler->running == 3; });

    CHECK(s.exec(echo).rest() == error_frame("connection limit exceeded"));
    CHECK(s.ask(frame_type::file_stat_request, R"({"path":"/"})").rest() == error_frame("connection limit exceeded"));

    CHECK(s.activity().execs == 2);
    CHECK(s.sessions().size() == 1);
    raw_host taken = s.exec(R"({"session_id":"s1"})");
    CHECK(taken.next().substr(4, 1) == "\x33");
    CHECK(s.ask(frame_type::session_kill, R"({"session_id":"s1"})").rest() == exit_frame(0));
    CHECK(taken.rest() == exit_frame(137));

    CHECK(open[0].rest() == exit_frame(0));  // taken over
    open[0].close();
    s.loop.settle();
    CHECK(s.exec(echo).rest() == out_frame("hi\n") + exit_frame(0));
}

TEST_CASE("agent_service: strangers have a limit of their own, and the one that is silent for longest makes room "
          "[P-CONN-13]") {
    served s({.token = "t", .limits = with([](agent_limits& l) { l.unauthenticated = 2; })});
    raw_host first = s.connect();
    raw_host second = s.connect();
    s.loop.settle();
    const auto before = hearth::clock::now();
    raw_host third = s.exec(echo);  // waits in the listen queue
    CHECK(third.rest() == out_frame("hi\n") + exit_frame(0));
    CHECK(hearth::clock::now() - before > 500ms);
    CHECK(first.rest() == error_frame("auth required"));
    CHECK(second.send(frame_type::auth, "t").send(frame_type::exec_request, echo).rest() ==
          out_frame("hi\n") + exit_frame(0));
}

TEST_CASE("agent_service: it serves as many connections at once as it promises [P-CONN-12]") {
    served s;
    std::vector<raw_host> open;
    for (int i = 0; i < 100; ++i)
        open.push_back(s.exec(R"({"argv":["cat"]})"));
    s.loop.run_until([&] { return s.handler->running == 100; });
    for (raw_host& each : open)
        CHECK(each.send(frame_type::stdin_data, "x").half_close().rest() == out_frame("x") + exit_frame(0));
}

TEST_CASE("agent_service: HELLO says who it is and what it can do [P-EXT-03] [P-EXT-04] [P-EXT-05]") {
    served s({.token = "t", .name = "mine", .version = "7", .features = {"stdin.eof", "clock.set"}});
    test::outcome<hearth::session::host::capabilities> got;
    s.agent.async_hello({}, got.handler());
    s.loop.run_until(got);
    REQUIRE(!got.error());
    CHECK(got.value().has("clock.set"));
    CHECK_FALSE(got.value().has("activity.ext"));
    const std::string reply = s.ask(frame_type::hello_request, R"({"client":"c"})").rest();
    CHECK(reply.find(R"("agent":"mine","version":"7","revision":1)") != std::string::npos);
    CHECK(reply.find(R"("connections":256)") != std::string::npos);
}

TEST_CASE("agent_service: CLOCK_SET is acknowledged, or unknown to a handler that has no clock [P-EXT-01] [P-EXT-07]") {
    served s;
    CHECK(s.ask(frame_type::clock_set, R"({"unix_ns":1})").rest() == exit_frame(0));
    CHECK(s.handler->clock_steps == 1);

    struct nothing : hearth::io::agent_handler {};
    test::loop loop;
    hearth::io::agent_service service(loop.executor(), std::make_shared<nothing>());
    auto listening = hearth::io::unix_listener{s.dir / "other"}.listen(loop.executor());
    REQUIRE(listening);
    service.serve(std::move(*listening), hearth::io::agent_service::channel::control);
    const auto ask = [&](frame_type type, std::string_view payload) {
        test::outcome<hearth::io::any_stream> connected;
        hearth::io::any_connector(hearth::io::unix_connector{s.dir / "other"})
            .async_connect(loop.executor(), hearth::no_deadline, connected.handler());
        loop.run_until(connected);
        return raw_host(loop, std::move(connected.value())).send(type, payload).rest();
    };
    CHECK(ask(frame_type::clock_set, R"({"unix_ns":1})") == error_frame("unexpected frame type 0x74"));
    CHECK(ask(frame_type::exec_request, echo) == error_frame("start: not supported by this agent"));
    CHECK(ask(frame_type::exec_request, R"({"argv":["x"],"detach":true})") ==
          error_frame("start: not supported by this agent"));
    for (const auto type :
         {frame_type::file_stat_request, frame_type::file_list_request, frame_type::file_read_request})
        CHECK(ask(type, R"({"path":"/x"})") == error_frame("not supported by this agent"));
    CHECK(ask(frame_type::file_write_request, R"({"path":"/x","size":1})") ==
          error_frame("not supported by this agent"));
    test::outcome<> stopped;
    service.async_stop(stopped.handler());
    loop.run_until(stopped);
}

TEST_CASE("agent_service: activity counts what runs, and remembers when it was last used "
          "[P-ACT-01] [P-ACT-02] [P-ACT-03] [P-ACT-05] [P-ACT-06]") {
    served s;
    const auto began = s.activity();
    CHECK(began.last_activity_unix > 1'700'000'000);
    CHECK_FALSE(began.busy());
    raw_host exec = s.exec(R"({"argv":["cat"]})");
    raw_host session = s.exec(R"({"argv":["cat"],"session":true})");
    raw_host upload = s.ask(frame_type::file_write_request, R"({"path":"/x","size":10})");
    CHECK(s.exec(R"({"argv":["sleep"],"detach":true})").rest() ==
          out_frame(R"({"pid":42,"output_file":"/tmp/generated"})") + exit_frame(0));
    s.loop.run_until([&] { return s.handler->running == 2 && s.handler->sinks == 1; });
    const auto busy = s.activity();
    CHECK(busy.execs == 1);
    CHECK(busy.active_sessions == 1);
    CHECK(busy.attached_sessions == 1);
    CHECK(busy.uploads == 1);
    CHECK(busy.detached == 1);
    CHECK(busy.tunnels == 0);
    exec.half_close().rest();
    session.half_close().rest();
    upload.half_close().rest();
    const auto after = s.activity();
    CHECK(after.execs == 0);
    CHECK(after.active_sessions == 1);
    CHECK(after.attached_sessions == 0);
    CHECK(after.uploads == 0);
    CHECK(after.last_activity_unix >= began.last_activity_unix);
}

TEST_CASE("agent_service: on its way down it refuses what is new and lets the rest go on [A-SIG-02]") {
    served s;
    raw_host running = s.exec(R"({"argv":["cat"]})");
    raw_host stranger = s.connect();
    raw_host visitor = s.connect();
    visitor.send(frame_type::auth, "t");
    s.loop.run_until([&] { return s.handler->running == 1; });
    s.loop.settle();
    s.service.refuse_requests();
    CHECK(stranger.send(frame_type::auth, "t").rest() == error_frame("shutting down"));
    CHECK(visitor.send(frame_type::exec_request, echo).rest() == error_frame("shutting down"));
    CHECK(running.send(frame_type::stdin_data, "on").half_close().rest() == out_frame("on") + exit_frame(0));
    test::outcome<hearth::io::any_stream> refused;
    hearth::io::any_connector(hearth::io::unix_connector{s.dir / "control"})
        .async_connect(s.loop.executor(), hearth::no_deadline, refused.handler());
    s.loop.run_until(refused);
    CHECK(refused.error() == hearth::errc::connect_failed);
}

TEST_CASE("agent_service: stopping ends everything that runs and leaves no descriptor behind [P-CONN-10] [A-LIM-04]") {
    std::optional<served> s(std::in_place,
                            hearth::io::agent_service_options{.token = "t", .limits = with([](agent_limits& l) {
                                                                                l.linger = 50ms;
                                                                                l.kill_grace = 100ms;
                                                                            })});
    s->handler->files["/big"] = std::string(10'000'000, 'b');
    const std::size_t before = test::open_descriptors();
    {
        std::vector<raw_host> hosts;
        for (const char* what : {R"({"argv":["cat"]})", R"({"argv":["sleep"]})", R"({"argv":["yes"]})",
                                 R"({"argv":["cat"],"session":true})", R"({"argv":["sleep"],"tty":true})",
                                 R"({"argv":["yes"],"session":true})", R"({"argv":["sleep"],"detach":true})"})
            hosts.push_back(s->exec(what));
        hosts.push_back(s->connect());
        hosts.push_back(s->connect());
        hosts.back().send(frame_type::auth, "t");
        hosts.push_back(s->ask(frame_type::file_read_request, R"({"path":"/big"})"));
        hosts.push_back(s->ask(frame_type::file_write_request, R"({"path":"/x","size":1000})"));
        s->loop.run_until([&] { return s->handler->running == 6 && s->handler->sinks == 1; });
        s->handler->slow_disk = true;
        hosts.push_back(s->ask(frame_type::file_stat_request, R"({"path":"/big"})"));
        hosts.push_back(s->ask(frame_type::file_list_request, R"({"path":"/"})"));
        s->loop.settle();
        s->stop();
        CHECK(s->handler->cancelled >= 2);  // those that sleep; the others did as they were told
        for (raw_host& each : hosts)
            each.rest();
    }
    s->loop.settle();
    CHECK(test::open_descriptors() == before - 4);  // the listeners are gone, and what they kept in reserve
    s->stop();                                      // a second time: nothing to do
}

TEST_CASE("agent_service: letting it go is as good as stopping it [A-LIM-04]") {
    test::loop loop;
    test::temp_directory dir;
    const std::size_t before = test::open_descriptors();
    const auto handler = std::make_shared<test::memory_agent>();
    std::optional<raw_host> host;
    {
        hearth::io::agent_service service(loop.executor(), handler);
        auto listening = hearth::io::unix_listener{dir / "s"}.listen(loop.executor());
        REQUIRE(listening);
        service.serve(std::move(*listening), hearth::io::agent_service::channel::control);
        test::outcome<hearth::io::any_stream> connected;
        hearth::io::any_connector(hearth::io::unix_connector{dir / "s"})
            .async_connect(loop.executor(), hearth::no_deadline, connected.handler());
        loop.run_until(connected);
        host.emplace(loop, std::move(connected.value()));
        host->send(frame_type::exec_request, R"({"argv":["cat"]})");
        loop.run_until([&] { return handler->running == 1; });
    }
    CHECK(host->rest().empty());
    host.reset();
    loop.run_until([&] { return handler->running == 0; });
    loop.settle();
    CHECK(test::open_descriptors() == before);
    CHECK(handler.use_count() == 1);
}

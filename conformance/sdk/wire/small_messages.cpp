#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/forward.hpp>
#include <hearth/wire/frame_type.hpp>
#include <hearth/wire/hello.hpp>
#include <hearth/wire/session_kill.hpp>
#include <hearth/wire/systemctl.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {
template <class Write, class Message>
std::string text_of(Write write, const Message& message) {
    std::string out;
    write(message, out);
    return out;
}
}  // namespace

TEST_CASE("activity_info: three members of the base protocol, four of ours [P-ACT-01] [P-ACT-05]") {
    activity_info info{1'700'000'000, 1, 0, {}, {}, {}, {}};
    CHECK(text_of(write_activity_info, info) ==
          R"({"last_activity_unix":1700000000,"active_sessions":1,"attached_sessions":0})");
    info.execs = 0;
    info.detached = 2;
    info.tunnels = 3;
    info.uploads = 4;
    const std::string text = text_of(write_activity_info, info);
    CHECK(text.ends_with(R"(,"execs":0,"detached":2,"tunnels":3,"uploads":4})"));
    CHECK(parse_activity_info(as_bytes(text)).value() == info);
    CHECK(!parse_activity_info(as_bytes(R"({"active_sessions":1})"sv))->execs);  // unknown, not zero
}

TEST_CASE("activity_info: any counter above zero is not idle [P-ACT-05]") {
    CHECK(!activity_info{}.busy());
    CHECK(!activity_info{.active_sessions = 1, .execs = 0}.busy());
    CHECK(activity_info{.attached_sessions = 1}.busy());
    CHECK(activity_info{.execs = 1}.busy());
    CHECK(activity_info{.detached = 1}.busy());
    CHECK(activity_info{.tunnels = 1}.busy());
    CHECK(activity_info{.uploads = 1}.busy());
}

TEST_CASE("clock_set: entropy travels as base64, at most 512 bytes [P-EXT-07]") {
    const clock_set_request request{1'700'000'000'000'000'000, std::string(max_entropy, '\xff')};
    const std::string text = text_of(write_clock_set, request);
    CHECK(parse_clock_set(as_bytes(text)).value() == request);
    CHECK(parse_clock_set(as_bytes(text_of(write_clock_set, clock_set_request{1, std::string(513, 'x')}))).error() ==
          errc::malformed_message);
    CHECK(parse_clock_set(as_bytes(R"({"entropy":"A"})"sv)).error() == errc::malformed_message);
    CHECK(parse_clock_set(as_bytes(R"({"entropy":1})"sv)).error() == errc::malformed_message);
}

TEST_CASE("detach_reply: valid JSON for every path [P-DET-03] [P-DET-05]") {
    CHECK(text_of(write_detach_reply, detach_reply{42, "/tmp/o.log"}) == R"({"pid":42,"output_file":"/tmp/o.log"})");
    std::string path = "/";
    for (int c = 1; c < 128; ++c)
        path.push_back(static_cast<char>(c));
    const detach_reply reply{42, path};
    CHECK(parse_detach_reply(as_bytes(text_of(write_detach_reply, reply))).value() == reply);
    CHECK(parse_detach_reply(as_bytes(R"({"pid":17,"output_file": "/x"})"sv)).value() == detach_reply{17, "/x"});
}

TEST_CASE("forward: port, status and message [P-FWD-03]") {
    CHECK(text_of(write_forward_request, forward_request{8080}) == R"({"port":8080})");
    CHECK(parse_forward_request(as_bytes("{}"sv))->port == 0);
    CHECK(parse_forward_request(as_bytes(R"({"port":65535})"sv))->port == 65535);
    const forward_reply refused{"error", "dial tcp 127.0.0.1:1: connect: connection refused"};
    CHECK(parse_forward_reply(as_bytes(text_of(write_forward_reply, refused))).value() == refused);
    CHECK(!refused.ok());
    CHECK(forward_reply{"ok", ""}.ok());
    CHECK(!parse_forward_reply(as_bytes("{}"sv))->ok());
}

TEST_CASE("hello: limits and features are reported, unknown ones are no error [P-EXT-03] [P-EXT-04] [P-EXT-05]") {
    const hello_reply reply{
        "hearth-agent",
        "0.1.0",
        1,
        {std::string{feature_stdin_eof}, "x.y"},
        {{"connections", 256}, {"ls_cap", 10'000}, {"sessions", 64}, {"tunnels", 256}, {"write_cap", 104'857'600}}};
    const std::string text = text_of(write_hello_reply, reply);
    CHECK(text.starts_with(
        R"({"agent":"hearth-agent","version":"0.1.0","revision":1,"features":["stdin.eof","x.y"],"limits":{)"));
    CHECK(parse_hello_reply(as_bytes(text)).value() == reply);
    CHECK(reply.has("stdin.eof"));
    CHECK(!reply.has(feature_clock_set));
    CHECK(!reply.has("STDIN.EOF"));
    CHECK(parse_hello_reply(as_bytes(R"({"limits":{"sessions":"64"}})"sv)).error() == errc::malformed_message);
    const hello_request request{"hearth"};
    CHECK(parse_hello_request(as_bytes(text_of(write_hello_request, request))).value() == request);
}

TEST_CASE("session_kill: carries the id") {
    CHECK(text_of(write_session_kill, session_kill_request{"s1"}) == R"({"session_id":"s1"})");
    CHECK(parse_session_kill(as_bytes(R"({"session_id":"init"})"sv))->session_id == "init");
    CHECK(parse_session_kill(as_bytes(R"({"session_id":1})"sv)).error() == errc::malformed_message);
}

TEST_CASE("systemctl: messages of the in-guest socket, which Hearth itself does not serve [P-SYS-01] [P-SYS-02]") {
    CHECK(text_of(write_systemctl_request, systemctl_request{"start", {"ssh"}, {}}) ==
          R"({"op":"start","units":["ssh"]})");
    const systemctl_request request{"show", {}, {{"property", "MainPID"}}};
    CHECK(parse_systemctl_request(as_bytes(text_of(write_systemctl_request, request))).value() == request);
    const systemctl_reply reply{1, "", "Access denied\n"};
    CHECK(text_of(write_systemctl_reply, reply) == R"({"exit_code":1,"stdout":"","stderr":"Access denied\n"})");
    CHECK(parse_systemctl_reply(as_bytes(text_of(write_systemctl_reply, reply))).value() == reply);
    CHECK(!is_control_request(static_cast<frame_type>(0x60)));
    CHECK(!is_control_request(static_cast<frame_type>(0x61)));
}

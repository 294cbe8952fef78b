#include <hearth/session/host/request.hpp>
#include <hearth/session/host/requests.hpp>

#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using wire::frame_type;

namespace {

const options with_token{.token = "t", .deadline = t0 + std::chrono::minutes{1}};
const options without_token{.token = "", .deadline = t0 + std::chrono::minutes{1}};

using kill_request = request<acknowledged>;
using stat_request = request<wire::file_info>;

script<kill_request> killing(std::string answer, std::string event) {
    return {.start = [] { return std::make_unique<kill_request>(kill_session("s1", with_token)); },
            .steps = {receives{std::move(answer)}},
            .tell = [](const kill_request::action&) { return told{"killed", true}; },
            .events = {std::move(event)},
            .sent = frame(frame_type::auth, "t") + frame(frame_type::session_kill, R"({"session_id":"s1"})")};
}

script<stat_request> asking(std::string answer, std::string event) {
    return {.start = [] { return std::make_unique<stat_request>(stat_file("/a", without_token)); },
            .steps = {receives{std::move(answer)}},
            .tell =
                [](const stat_request::action& a) {
                    return told{"stat " + std::get<stat_request::reply>(a).value.name, true};
                },
            .events = {std::move(event)},
            .sent = frame(frame_type::file_stat_request, R"({"path":"/a"})")};
}

const std::string stat_of_a = R"({"name":"a","size":5,"mode":"0644","is_dir":false,"mtime":1700000000})";

}  // namespace

TEST_CASE("request: AUTH and the request go out at once, the answer ends it "
          "[P-CONN-01] [P-CONN-02] [P-CONN-04] [P-AUTH-02] [P-AUTH-03] [P-CLI-01] [P-SESS-24]") {
    replay(killing(frame(frame_type::exit, wire::write_exit_status(0)), "killed"));
}

TEST_CASE("request: without a token no AUTH is sent [P-AUTH-07] [P-FILE-70]") {
    replay(asking(frame(frame_type::file_stat_response, stat_of_a), "stat a"));
}

TEST_CASE("request: what follows the answer is not looked at [P-CONN-06] [P-CONN-08]") {
    replay(asking(frame(frame_type::file_stat_response, stat_of_a) + frame(frame_type::error, "late"), "stat a"));
}

TEST_CASE("request: unknown frame types are skipped [P-TYPE-04]") {
    replay(asking(frame(static_cast<frame_type>(0xee), "?") + frame(frame_type::hello_response) +
                      frame(frame_type::file_stat_response, stat_of_a),
                  "stat a"));
}

TEST_CASE("request: ERROR in place of the answer is a failure with its meaning and text [P-CLI-11] [P-CONN-05]") {
    replay(asking(frame(frame_type::error, "stat /a: no such file or directory"),
                  "failed: no such file or directory [stat /a: no such file or directory]"));
    replay(killing(frame(frame_type::error, wire::error_text::auth_required),
                   "failed: the agent refused the token [auth required]"));
    replay(killing(frame(frame_type::error, wire::error_text::session_not_found),
                   "failed: no such session [session not found]"));
}

TEST_CASE("request: the text of an ERROR is cut and made valid before anybody sees it [P-CLI-11]") {
    stat_request ask = stat_file("/a", without_token);
    const std::string bytes = frame(frame_type::error, std::string(100'000, '\xff'));
    auto room = ask.channel().receive_buffer(bytes.size());
    std::copy_n(as_bytes(bytes).begin(), bytes.size(), room.begin());
    ask.channel().on_received(bytes.size());
    const auto next = ask.poll(t0);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::peer_error);
    CHECK(std::get<session::failed>(next).peer_text.size() <= max_error_text);
}

TEST_CASE("request: EXIT ends every operation, also where it was not due [P-CONN-05]") {
    replay(
        asking(frame(frame_type::exit, wire::write_exit_status(0)), "failed: a frame type that has no meaning here"));
    replay(killing(frame(frame_type::exit, wire::write_exit_status(3)), "failed: the peer reported an error"));
    replay(killing(frame(frame_type::exit, "abc"), "failed: a fixed-size payload is too short"));
}

TEST_CASE("request: an answer that cannot be read is a failure [P-CLI-11]") {
    replay(asking(frame(frame_type::file_stat_response, "{"),
                  "failed: a message is not valid JSON of the expected shape"));
}

TEST_CASE("request: an answer that was followed by a reset still counts [P-CONN-06]") {
    auto play = asking(frame(frame_type::file_stat_response, stat_of_a), "stat a");
    play.steps.push_back(connection_breaks{});
    play_once(play);
}

TEST_CASE("request: an end before the answer is a failure of its own [P-CLI-02]") {
    auto play = asking("", "failed: the connection ended before the operation did");
    play.steps = {peer_ends{}};
    replay(play);
    play.steps = {receives{"\0\0"}, peer_ends{}};
    play.steps.front() = receives{std::string{"\0\0", 2}};
    play.events = {"failed: the stream ended inside a frame"};
    play_once(play);
}

TEST_CASE("request: the deadline covers everything and forgets what was not sent [P-CLI-02]") {
    kill_request ask = kill_session("s1", with_token);
    CHECK(std::get<session::wait>(ask.poll(t0)).until == with_token.deadline);
    const auto next = ask.poll(with_token.deadline);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::deadline_exceeded);
    CHECK(ask.channel().send_buffer().empty());
    CHECK(std::holds_alternative<session::close>(ask.poll(t0)));
}

TEST_CASE("request: one that does not fit a frame fails before a byte of it is sent [P-FRAME-05] [P-CONN-02]") {
    stat_request ask = stat_file(std::string(max_payload, 'x'), with_token);
    const auto next = ask.poll(t0);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::frame_too_long);
    CHECK(ask.channel().send_buffer().empty());
}

TEST_CASE("requests: each one asks and reads what the protocol says [P-ACT-01] [P-READY-03] [P-SESS-21] [P-FILE-80] "
          "[P-EXT-07]") {
    const auto ask = [](auto machine, const std::string& question, const std::string& answer) {
        (void)machine.poll(t0);
        CHECK(as_text(machine.channel().send_buffer()) == question);
        auto room = machine.channel().receive_buffer(answer.size());
        std::copy_n(as_bytes(answer).begin(), answer.size(), room.begin());
        machine.channel().on_received(answer.size());
        auto next = machine.poll(t0);
        using machine_type = decltype(machine);
        REQUIRE(std::holds_alternative<typename machine_type::reply>(next));
        return std::get<typename machine_type::reply>(next).value;
    };
    const auto activity = ask(
        query_activity({}), frame(frame_type::activity_request),
        frame(frame_type::activity_response, R"({"last_activity_unix":7,"active_sessions":1,"attached_sessions":0})"));
    CHECK(activity.last_activity_unix == 7);

    const auto sessions =
        ask(list_sessions({}), frame(frame_type::session_list_request), frame(frame_type::session_list_response, "[]"));
    CHECK(sessions.empty());

    const auto listed = ask(list_files("/d", {}), frame(frame_type::file_list_request, R"({"path":"/d"})"),
                            frame(frame_type::file_list_response, "[" + stat_of_a + "]"));
    REQUIRE(listed.entries.size() == 1);
    CHECK(listed.entries.front().name == "a");

    ask(set_clock({.unix_ns = 1'700'000'000'000'000'000, .entropy = ""}, {}),
        frame(frame_type::clock_set, R"({"unix_ns":1700000000000000000})"),
        frame(frame_type::exit, wire::write_exit_status(0)));
}

#include <hearth/session/host/attached_session.hpp>

#include <hearth/wire/exit_status.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using namespace std::chrono_literals;
using wire::frame_type;

namespace {

const options opt{.token = "secret", .deadline = t0 + 1min};

std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }
std::string out(std::string_view bytes) { return frame(frame_type::stdout_data, bytes); }

std::string info(std::string_view state) {
    return frame(frame_type::session_info, R"({"session_id":"s1","argv":"sh","tty":true,)" + std::string{state} +
                                               R"("attached":true,"created_at":1700000000})");
}
const std::string runs = R"("running":true,)";

told tell_session(const attached_session::action& a) {
    if (const auto* now = std::get_if<attached_session::opened>(&a))
        return {"opened " + now->info.session_id + (now->info.running ? "" : " exited")};
    if (const auto* some = std::get_if<attached_session::output>(&a))
        return {"out " + std::string{as_text(some->bytes)}};
    if (std::holds_alternative<attached_session::detached>(a))
        return {"detached", true};
    return {"exited " + std::to_string(std::get<attached_session::exited>(a).code), true};
}

wire::exec_request attach() {
    wire::exec_request request;
    request.session_id = "s1";
    request.if_detached = true;
    return request;
}
wire::exec_request terminal() {
    wire::exec_request request;
    request.argv = {"sh"};
    request.tty = true;
    return request;
}

script<attached_session> attached(std::vector<script<attached_session>::step> steps, std::vector<std::string> events,
                                  std::string sent = "") {
    return {.start = [] { return std::make_unique<attached_session>(attach(), opt); },
            .steps = std::move(steps),
            .tell = tell_session,
            .events = std::move(events),
            .sent = frame(frame_type::auth, "secret") +
                    frame(frame_type::exec_request, R"({"argv":null,"session_id":"s1","if_detached":true})") + sent};
}

does<attached_session> types(std::string text) {
    return {[text](attached_session& s, time_point) { CHECK(s.write_stdin(as_bytes(text)) == text.size()); }};
}

}  // namespace

TEST_CASE("attached_session: what it is, the scrollback in any number of frames, live output, the exit code "
          "[P-SESS-03] [P-SESS-07] [P-CLI-08]") {
    replay(attached({receives{info(runs)}, receives{out("$ ") + out("ls")}, types("exit 5\n"),
                     receives{out("exit 5\r\n")}, receives{exit_of(5)}},
                    {"opened s1", "out $ ", "out ls", "out exit 5\r\n", "exited 5"},
                    frame(frame_type::stdin_data, "exit 5\n")));
}

TEST_CASE("attached_session: creating one answers the same way [P-SESS-01] [P-SESS-02] [P-AUTH-02]") {
    replay(script<attached_session>{.start = [] { return std::make_unique<attached_session>(terminal(), opt); },
                                    .steps = {receives{info(runs)}, receives{exit_of(0)}},
                                    .tell = tell_session,
                                    .events = {"opened s1", "exited 0"},
                                    .sent = frame(frame_type::auth, "secret") +
                                            frame(frame_type::exec_request, R"({"argv":["sh"],"tty":true})")});
}

TEST_CASE("attached_session: an exited session gives its scrollback and its code [P-SESS-04]") {
    replay(attached({receives{info(R"("running":false,"exit_code":9,)") + out("bye") + exit_of(9)}},
                    {"opened s1 exited", "out bye", "exited 9"}));
}

TEST_CASE("attached_session: refusals arrive with their meaning [P-SESS-05] [P-SESS-08] [P-CLI-11]") {
    replay(attached({receives{frame(frame_type::error, "session not found")}},
                    {"failed: no such session [session not found]"}));
    replay(attached({receives{frame(frame_type::error, "session is attached")}},
                    {"failed: another client is attached to the session [session is attached]"}));
}

TEST_CASE("attached_session: a stream that starts with anything else is refused [P-SESS-01]") {
    replay(attached({receives{out("hello")}}, {"failed: a frame type that has no meaning here"}));
    replay(attached({receives{exit_of(0)}}, {"failed: a frame type that has no meaning here"}));
    replay(attached({receives{frame(frame_type::session_info, "[]")}},
                    {"failed: a message is not valid JSON of the expected shape"}));
}

TEST_CASE("attached_session: unknown frame types are skipped, empty output is nothing [P-CLI-08] [P-TYPE-04]") {
    replay(attached({receives{frame(static_cast<frame_type>(0x7e), "x") + info(runs)},
                     receives{frame(frame_type::stderr_data, "x") + out("") + info(runs) + out("y")},
                     receives{exit_of(0)}},
                    {"opened s1", "out y", "exited 0"}));
}

TEST_CASE("attached_session: resize, kill and end of input are frames between the input [P-TTY-03] [P-TTY-07] "
          "[P-PIPE-03] [P-EXT-06]") {
    replay(attached({receives{info(runs)}, types("a"), does<attached_session>{[](attached_session& s, time_point) {
                         s.resize({40, 120});
                         s.stdin_eof();
                         s.kill();
                     }},
                     receives{exit_of(143)}},
                    {"opened s1", "exited 143"},
                    frame(frame_type::stdin_data, "a") + frame(frame_type::resize, std::string{"\0\x28\0\x78", 4}) +
                        frame(frame_type::stdin_eof) + frame(frame_type::kill)));
}

TEST_CASE("attached_session: detaching sends what was typed, then leaves [P-CLI-01] [P-SESS-03]") {
    replay(attached({receives{info(runs)}, types("bye\n"),
                     does<attached_session>{[](attached_session& s, time_point) { s.detach(); }}},
                    {"opened s1", "detached"}, frame(frame_type::stdin_data, "bye\n")));
}

TEST_CASE("attached_session: detaching waits until the input is out, and takes no more [P-CLI-01]") {
    attached_session s{attach(), opt};
    s.detach();
    CHECK(s.write_stdin(as_bytes("late")) == 0);
    CHECK(std::holds_alternative<session::wait>(s.poll(t0)));
    s.channel().on_sent(s.channel().send_buffer().size());
    CHECK(std::holds_alternative<attached_session::detached>(s.poll(t0)));
    CHECK(std::holds_alternative<session::close>(s.poll(t0)));
}

TEST_CASE("attached_session: a deadline meant for opening can end with it [P-CLI-02]") {
    attached_session s{attach(), opt};
    const std::string bytes = info(runs);
    auto room = s.channel().receive_buffer(bytes.size());
    std::copy_n(as_bytes(bytes).begin(), bytes.size(), room.begin());
    s.channel().on_received(bytes.size());
    CHECK(std::holds_alternative<attached_session::opened>(s.poll(t0)));
    s.set_deadline(no_deadline);
    CHECK(std::get<session::wait>(s.poll(opt.deadline + 1h)).until == no_deadline);
    s.set_deadline(opt.deadline + 2h);
    CHECK(std::holds_alternative<session::failed>(s.poll(opt.deadline + 2h)));
}

TEST_CASE("attached_session: a request of another kind is refused before anything is sent [P-CLI-02]") {
    const auto refusal = [](wire::exec_request request) {
        attached_session s{request, opt};
        const auto next = s.poll(t0);
        REQUIRE(std::holds_alternative<session::failed>(next));
        CHECK(s.channel().send_buffer().empty());
        return std::get<session::failed>(next).why;
    };
    CHECK(refusal({}) == errc::empty_argv);
    wire::exec_request plain;
    plain.argv = {"true"};
    CHECK(refusal(plain) == errc::invalid_argument);
}

TEST_CASE("attached_session: a session that still runs after EXIT 0 was taken over [P-CLI-09] [P-SESS-09]") {
    std::vector<wire::session_info> listed(2);
    listed[0].session_id = "s1";
    listed[0].running = true;
    listed[1].session_id = "s2";
    CHECK(taken_over("s1", listed));
    CHECK_FALSE(taken_over("s2", listed));
    CHECK_FALSE(taken_over("s3", listed));
}

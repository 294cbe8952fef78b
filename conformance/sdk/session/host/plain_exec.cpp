#include <hearth/session/host/plain_exec.hpp>

#include <hearth/wire/exit_status.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using namespace std::chrono_literals;
using wire::frame_type;

namespace {

const options opt{.token = "", .deadline = t0 + 1min};
const std::string asked = frame(frame_type::exec_request, R"({"argv":["cat"]})");
const std::string kill_frame = frame(frame_type::kill);

wire::exec_request cat() {
    wire::exec_request request;
    request.argv = {"cat"};
    return request;
}

std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }

told tell_exec(const plain_exec::action& a) {
    if (const auto* some = std::get_if<plain_exec::output>(&a))
        return {(some->from == output_stream::out ? "out " : "err ") + std::string{as_text(some->bytes)}};
    return {"exited " + std::to_string(std::get<plain_exec::exited>(a).code), true};
}

script<plain_exec> running(std::vector<script<plain_exec>::step> steps, std::vector<std::string> events,
                           std::string sent = "") {
    return {.start = [] { return std::make_unique<plain_exec>(cat(), opt); },
            .steps = std::move(steps),
            .tell = tell_exec,
            .events = std::move(events),
            .sent = asked + sent};
}

does<plain_exec> types(std::string text) {
    return {[text](plain_exec& run, time_point) { CHECK(run.write_stdin(as_bytes(text)) == text.size()); }};
}
const does<plain_exec> closes_stdin{[](plain_exec& run, time_point) { run.close_stdin(); }};
const does<plain_exec> ends_stdin{[](plain_exec& run, time_point) { run.stdin_eof(); }};
const does<plain_exec> kills{[](plain_exec& run, time_point) { CHECK(run.kill()); }};
const does<plain_exec> cancels{[](plain_exec& run, time_point now) { run.cancel(now); }};

}  // namespace

TEST_CASE("plain_exec: output of both streams, then the exit code "
          "[P-EXEC-14] [P-EXEC-15] [P-EXEC-16] [P-CONN-08] [P-CLI-01]") {
    replay(running({receives{frame(frame_type::stdout_data, "hi\n")}, receives{frame(frame_type::stderr_data, "oh\n")},
                    receives{frame(frame_type::stdout_data, "a") + frame(frame_type::stdout_data, "b")},
                    receives{exit_of(137)}},
                   {"out hi\n", "err oh\n", "out a", "out b", "exited 137"}));
}

TEST_CASE("plain_exec: input is sent in order, the half-close ends it [P-EXEC-10] [P-EXEC-11] [P-EXEC-13]") {
    replay(running({types("one"), types(""), types("two"), closes_stdin,
                    receives{frame(frame_type::stdout_data, "onetwo")}, receives{exit_of(0)}},
                   {"half-close", "out onetwo", "exited 0"},
                   frame(frame_type::stdin_data, "one") + frame(frame_type::stdin_data, "two")));
}

TEST_CASE("plain_exec: a frame can end the input instead, and KILL may still follow [P-EXT-06] [P-EXEC-20]") {
    replay(running({types("one"), ends_stdin, ends_stdin, does<plain_exec>{[](plain_exec& run, time_point) {
                        CHECK(run.stdin_room() == 0);
                        CHECK(run.write_stdin(as_bytes("late")) == 0);
                    }},
                    kills, receives{exit_of(137)}},
                   {"exited 137"}, frame(frame_type::stdin_data, "one") + frame(frame_type::stdin_eof) + kill_frame));
}

TEST_CASE("plain_exec: EXIT is the end although the agent does not close [P-CONN-05] [P-EXEC-18]") {
    plain_exec run{cat(), opt};
    const std::string bytes = exit_of(0) + frame(frame_type::stdout_data, "too late");
    auto room = run.channel().receive_buffer(bytes.size());
    std::copy_n(as_bytes(bytes).begin(), bytes.size(), room.begin());
    run.channel().on_received(bytes.size());
    CHECK(std::holds_alternative<plain_exec::exited>(run.poll(t0)));
    CHECK(std::holds_alternative<session::close>(run.poll(t0)));
}

TEST_CASE("plain_exec: unknown frame types and empty output are nothing [P-TYPE-04] [P-EXEC-14]") {
    replay(running({receives{frame(frame_type::session_info, "{}") + frame(static_cast<frame_type>(0x7f)) +
                             frame(frame_type::stdout_data) + frame(frame_type::stderr_data)},
                    receives{exit_of(0)}},
                   {"exited 0"}));
}

TEST_CASE("plain_exec: input is cut into frames of 64 KiB and bounded until it is sent [P-CLI-12]") {
    plain_exec run{cat(), opt};
    (void)run.poll(t0);
    run.channel().on_sent(run.channel().send_buffer().size());
    const std::string much(300'000, 'x');
    const std::size_t room = run.stdin_room();
    CHECK(room == 262'144);
    CHECK(run.write_stdin(as_bytes(much)) == room);
    CHECK(run.stdin_room() == 0);
    CHECK(run.write_stdin(as_bytes(much)) == 0);

    wire::frame_parser sent;
    sent.feed(run.channel().send_buffer());
    for (std::size_t left = room; left != 0;) {
        const auto next = sent.next();
        REQUIRE(next.status == wire::parse_status::frame);
        CHECK(next.frame.payload.size() <= 65'536);
        left -= next.frame.payload.size();
    }
    run.channel().on_sent(run.channel().send_buffer().size());
    CHECK(run.stdin_room() == room);
}

TEST_CASE("plain_exec: a command that cannot start is an error [P-CLI-11]") {
    replay(running({receives{frame(frame_type::error, "start: cat: permission denied")}},
                   {"failed: the command could not be started [start: cat: permission denied]"}));
    replay(running({receives{frame(frame_type::error, "connection limit exceeded")}},
                   {"failed: the agent's connection limit is reached [connection limit exceeded]"}));
}

TEST_CASE("plain_exec: the end without EXIT, and a malformed EXIT, are failures [P-CONN-05] [P-CLI-02]") {
    replay(running({receives{frame(frame_type::stdout_data, "x")}, peer_ends{}},
                   {"out x", "failed: the connection ended before the operation did"}));
    replay(running({receives{frame(frame_type::exit, "abc")}}, {"failed: a fixed-size payload is too short"}));
    replay(running({receives{std::string{"\0\x10\0\1", 4}}}, {"failed: frame length is zero or above 1 MiB"}));
}

TEST_CASE("plain_exec: cancelling kills and waits for EXIT [P-CLI-03]") {
    replay(running({types("x"), cancels, passes{100ms}, receives{frame(frame_type::stdout_data, "dropped")},
                    receives{exit_of(137)}},
                   {"failed: the operation was cancelled"}, frame(frame_type::stdin_data, "x") + kill_frame));
}

TEST_CASE("plain_exec: cancelling waits 250 ms and no longer [P-CLI-03]") {
    replay(
        running({cancels, cancels, passes{249ms}, passes{1ms}}, {"failed: the operation was cancelled"}, kill_frame));
    plain_exec run{cat(), opt};
    run.cancel(t0);
    CHECK(std::get<session::wait>(run.poll(t0 + 249ms)).until == t0 + 250ms);
    CHECK(std::holds_alternative<session::failed>(run.poll(t0 + 250ms)));
}

TEST_CASE("plain_exec: whatever ends a cancelled command, it was cancelled [P-CLI-03]") {
    replay(running({cancels, connection_breaks{}}, {"failed: the operation was cancelled"}, kill_frame));
    replay(running({cancels, peer_ends{}}, {"failed: the operation was cancelled"}, kill_frame));
    replay(running({cancels, receives{frame(frame_type::error, "x")}}, {"failed: the operation was cancelled"},
                   kill_frame));
}

TEST_CASE("plain_exec: the deadline kills as well [P-CLI-02] [P-CLI-03]") {
    replay(running({passes{1min}, receives{exit_of(137)}}, {"failed: the deadline passed"}, kill_frame));
    replay(running({passes{1min}, passes{250ms}}, {"failed: the deadline passed"}, kill_frame));
}

TEST_CASE("plain_exec: behind a half-close no KILL can be sent, so cancelling closes [P-CLI-03] [P-EXEC-11]") {
    replay(
        running({closes_stdin, does<plain_exec>{[](plain_exec& run, time_point) { CHECK_FALSE(run.kill()); }}, cancels},
                {"half-close", "failed: the operation was cancelled"}));
}

TEST_CASE("plain_exec: a request of another kind is refused before anything is sent [P-CLI-02]") {
    const auto refusal = [](wire::exec_request request) {
        plain_exec run{request, opt};
        const auto next = run.poll(t0);
        REQUIRE(std::holds_alternative<session::failed>(next));
        CHECK(run.channel().send_buffer().empty());
        return std::get<session::failed>(next).why;
    };
    CHECK(refusal({}) == errc::empty_argv);
    wire::exec_request terminal = cat();
    terminal.tty = true;
    CHECK(refusal(terminal) == errc::invalid_argument);
}

#include <hearth/io/agent_client.hpp>
#include <hearth/net/coroutine.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>

#include <io/support/loop.hpp>
#include <io/support/outcome.hpp>
#include <io/support/scripted_guest.hpp>
#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::io;
using namespace std::chrono_literals;
using hearth::test::frame;
using wire::frame_type;

namespace {

/// A client, and the guest it talks to.
struct pair {
    ::test::loop loop;
    ::test::scripted_guest guest{loop};
    ::test::scripted_guest forward_guest{loop};
    agent_client agent{loop.executor(), {guest.connector(), forward_guest.connector()}, "t"};
    diagnostics diag;
};

const std::string auth = frame(frame_type::auth, "t");
const std::string exec_true = auth + frame(frame_type::exec_request, R"({"argv":["true"]})");
std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }
std::string out(std::string_view bytes) { return frame(frame_type::stdout_data, bytes); }
std::string err(std::string_view bytes) { return frame(frame_type::stderr_data, bytes); }

wire::exec_request command(std::string program) {
    wire::exec_request request;
    request.argv = {std::move(program)};
    return request;
}

}  // namespace

TEST_CASE("agent_client: exec collects both streams and the exit code, then closes "
          "[P-CONN-01] [P-CONN-02] [P-CLI-01] [P-EXEC-14] [P-EXEC-15] [P-EXEC-16] [P-AUTH-02]") {
    pair p;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {}, done.handler());
    CHECK_FALSE(done());  // never from inside the initiating function
    p.guest.await(0, exec_true);
    p.loop.run_until([&] { return p.guest[0].ended; });  // no input: the half-close says so
    p.guest[0].send(out("hi\n") + err("oh\n") + out("ho\n") + exit_of(3));
    p.loop.run_until(done);
    CHECK(!done.error());
    CHECK(done.value().exit_code == 3);
    CHECK(done.value().out == "hi\nho\n");
    CHECK(done.value().err == "oh\n");
    CHECK_FALSE(done.value().truncated);
    CHECK(p.guest[0].received == exec_true);
    CHECK(done.times() == 1);
}

TEST_CASE("agent_client: EXIT is the end although the agent leaves the connection open [P-CONN-05] [P-EXEC-18]") {
    pair p;
    p.agent.set_capabilities({wire::hello_reply{.agent = "a", .features = {"stdin.eof"}}});
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {}, done.handler());
    p.guest.await(0, exec_true);
    CHECK_FALSE(p.guest[0].ended);
    p.guest[0].send(exit_of(0));
    p.loop.run_until(done);
    p.loop.run_until([&] { return p.guest[0].ended; });
}

TEST_CASE("agent_client: exec sends its whole input, however large, then ends it [P-EXEC-10] [P-EXEC-11] [P-CLI-12]") {
    pair p;
    const std::string input(1'000'000, 'i');
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {.input = as_bytes(input)}, {}, done.handler());
    p.loop.run_until([&] { return p.guest.connections() == 1 && p.guest[0].ended; });
    wire::frame_parser sent;
    sent.feed(as_bytes(p.guest[0].received).subspan(exec_true.size()));
    std::string arrived;
    for (auto f = sent.next(); f.status == wire::parse_status::frame; f = sent.next()) {
        CHECK(f.frame.type == frame_type::stdin_data);
        CHECK(f.frame.payload.size() <= 65'536);
        arrived += as_text(f.frame.payload);
    }
    CHECK(arrived == input);
    p.guest[0].send(exit_of(0));
    p.loop.run_until(done);
    CHECK(!done.error());
}

TEST_CASE("agent_client: a command that ends before it has read its input is no failure [P-CONN-05] [P-EXEC-10]") {
    pair p;
    p.guest.deaf = true;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {.input = as_bytes(std::string(4'000'000, 'i'))}, {}, done.handler());
    p.loop.run_until([&] { return p.guest.connections() == 1; });
    p.loop.settle();
    const auto before = hearth::clock::now();
    p.guest[0].send(exit_of(0));
    p.loop.run_until(done);
    CHECK(!done.error());
    CHECK(hearth::clock::now() - before < 1s);  // what nobody reads is not waited for
}

TEST_CASE("agent_client: to an agent that knows it, the end of input is a frame [P-EXT-02] [P-EXT-06]") {
    pair p;
    p.agent.set_capabilities({wire::hello_reply{.agent = "a", .features = {"stdin.eof"}}});
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {.input = as_bytes("in")}, {}, done.handler());
    p.guest.await(0, exec_true + frame(frame_type::stdin_data, "in") + frame(frame_type::stdin_eof));
    CHECK_FALSE(p.guest[0].ended);
    p.guest[0].send(exit_of(0));
    p.loop.run_until(done);
}

TEST_CASE("agent_client: collected output stops at its limit and says so [P-CLI-04]") {
    pair p;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {.output_limit = 5}, {}, done.handler());
    p.guest.await(0, exec_true);
    p.guest[0].send(out("abc") + err("defg") + out("h") + exit_of(0));
    p.loop.run_until(done);
    CHECK(!done.error());
    CHECK(done.value().out == "abc");
    CHECK(done.value().err == "de");
    CHECK(done.value().truncated);
}

TEST_CASE("agent_client: an agent's refusal has a code, and its words go where the caller wants them [P-CLI-11]") {
    pair p;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {.diag = &p.diag}, done.handler());
    p.guest.await(0, exec_true);
    p.guest[0].send(frame(frame_type::error, "start: true: permission denied"));
    p.loop.run_until(done);
    CHECK(done.error() == errc::start_failed);
    CHECK(done.error() == fault::refused);
    CHECK(p.diag.peer_text == "start: true: permission denied");
}

TEST_CASE("agent_client: cancelling an exec kills the command and waits for its end [P-CLI-03] [P-EXEC-20]") {
    pair p;
    p.agent.set_capabilities({wire::hello_reply{.agent = "a", .features = {"stdin.eof"}}});
    net::cancellation_signal stop;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {}, net::bind_cancellation_slot(stop.slot(), done.handler()));
    p.guest.await(0, exec_true + frame(frame_type::stdin_eof));
    p.guest[0].send(out("partial"));
    p.loop.settle();
    stop.emit(net::cancellation_type::terminal);
    CHECK_FALSE(done());
    p.guest.await(0, exec_true + frame(frame_type::stdin_eof) + frame(frame_type::kill));
    CHECK_FALSE(done());
    p.guest[0].send(exit_of(137));
    p.loop.run_until(done);
    CHECK(done.error() == errc::operation_cancelled);
    CHECK(done.value().out == "partial");
    CHECK(done.times() == 1);
}

TEST_CASE("agent_client: cancelling an exec waits 250 ms for an agent that says nothing [P-CLI-03]") {
    pair p;
    p.agent.set_capabilities({wire::hello_reply{.agent = "a", .features = {"stdin.eof"}}});
    net::cancellation_signal stop;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {}, net::bind_cancellation_slot(stop.slot(), done.handler()));
    p.guest.await(0, exec_true);
    const auto before = hearth::clock::now();
    stop.emit(net::cancellation_type::terminal);
    p.loop.run_until(done);
    CHECK(done.error() == errc::operation_cancelled);
    CHECK(hearth::clock::now() - before >= 250ms);
    p.loop.run_until([&] { return p.guest[0].ended; });
}

TEST_CASE("agent_client: behind a half-close, cancelling an exec closes the connection at once [P-CLI-03] [P-CLI-02]") {
    pair p;
    net::cancellation_signal stop;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec(command("true"), {}, {}, net::bind_cancellation_slot(stop.slot(), done.handler()));
    p.loop.run_until([&] { return p.guest.connections() == 1 && p.guest[0].ended; });
    stop.emit(net::cancellation_type::terminal);
    p.loop.run_until(done);
    CHECK(done.error() == errc::operation_cancelled);
}

TEST_CASE("agent_client: cancelling works while connecting and while waiting for an answer [P-CLI-02]") {
    pair p;
    for (const bool connecting : {true, false}) {
        p.guest.mute = connecting;
        net::cancellation_signal stop;
        ::test::outcome<wire::file_info> done;
        p.agent.async_stat("/a", {}, net::bind_cancellation_slot(stop.slot(), done.handler()));
        p.loop.settle();
        CHECK_FALSE(done());
        stop.emit(net::cancellation_type::terminal);
        CHECK_FALSE(done());
        p.loop.run_until(done);
        CHECK(done.error() == errc::operation_cancelled);
        CHECK(done.times() == 1);
    }
    p.loop.run_until([&] { return p.guest[0].ended; });
}

TEST_CASE("agent_client: the deadline covers an agent that never answers [P-CLI-02]") {
    pair p;
    ::test::outcome<wire::file_info> done;
    p.agent.async_stat("/a", {.deadline = within(20ms)}, done.handler());
    p.loop.run_until(done);
    CHECK(done.error() == errc::deadline_exceeded);
    CHECK(done.error() == fault::timeout);
    p.loop.run_until([&] { return p.guest[0].ended; });
}

TEST_CASE("agent_client: the deadline covers an agent that does not read [P-CLI-02]") {
    pair p;
    p.guest.deaf = true;
    const std::string content(8'000'000, 'c');
    ::test::outcome<> done;
    p.agent.async_write_file("/a", "", as_bytes(content), {.deadline = within(50ms)}, done.handler());
    p.loop.run_until(done);
    CHECK(done.error() == errc::deadline_exceeded);
}

TEST_CASE("agent_client: where nobody listens, every call says so [P-CLI-02]") {
    pair p;
    p.guest.refuse = true;
    ::test::outcome<agent_client::exec_result> exec;
    ::test::outcome<exec_stream> stream;
    p.agent.async_exec(command("true"), {}, {}, exec.handler());
    p.agent.async_open_exec(command("true"), {}, stream.handler());
    p.loop.run_until([&] { return exec() && stream(); });
    CHECK(exec.error() == errc::connect_failed);
    CHECK(stream.error() == errc::connect_failed);
    CHECK_FALSE(stream.value());
}

TEST_CASE("agent_client: a request that cannot be sent fails by itself [P-CLI-02]") {
    pair p;
    ::test::outcome<agent_client::exec_result> done;
    p.agent.async_exec({}, {}, {}, done.handler());
    p.loop.run_until(done);
    CHECK(done.error() == errc::empty_argv);
    p.loop.settle();
    CHECK(p.guest[0].received.empty());
}

TEST_CASE("agent_client: each request asks and returns what the protocol says "
          "[P-CONN-04] [P-ACT-01] [P-SESS-21] [P-SESS-24] [P-FILE-70] [P-FILE-80] [P-EXT-07] [P-DET-03] [P-CLI-05]") {
    pair p;
    const std::string a = R"({"name":"a","size":5,"mode":"0644","is_dir":false,"mtime":1700000000})";
    const auto answer = [&](const std::string& question, const std::string& reply, auto& done) {
        const std::size_t n = p.guest.connections() - 1;
        p.guest.await(n, auth + question);
        p.guest[n].send(reply);
        p.loop.run_until(done);
        CHECK(!done.error());
    };
    ::test::outcome<wire::file_info> stat;
    p.agent.async_stat("/a", {}, stat.handler());
    answer(frame(frame_type::file_stat_request, R"({"path":"/a"})"), frame(frame_type::file_stat_response, a), stat);
    CHECK(stat.value().name == "a");

    ::test::outcome<wire::file_list> list;
    p.agent.async_list("/d", {}, list.handler());
    answer(frame(frame_type::file_list_request, R"({"path":"/d"})"),
           frame(frame_type::file_list_response, "[" + a + "]"), list);
    CHECK(list.value().entries.size() == 1);

    ::test::outcome<std::vector<wire::session_info>> sessions;
    p.agent.async_list_sessions({}, sessions.handler());
    answer(frame(frame_type::session_list_request), frame(frame_type::session_list_response, "[]"), sessions);

    ::test::outcome<> killed;
    p.agent.async_kill_session("s1", {}, killed.handler());
    answer(frame(frame_type::session_kill, R"({"session_id":"s1"})"), exit_of(0), killed);

    ::test::outcome<> clock;
    p.agent.async_set_clock({.unix_ns = 5, .entropy = ""}, {}, clock.handler());
    answer(frame(frame_type::clock_set, R"({"unix_ns":5})"), exit_of(0), clock);

    ::test::outcome<wire::activity_info> activity;
    p.agent.async_activity({}, activity.handler());
    answer(
        frame(frame_type::activity_request),
        frame(frame_type::activity_response, R"({"last_activity_unix":7,"active_sessions":1,"attached_sessions":0})"),
        activity);
    CHECK(activity.value().last_activity_unix == 7);

    ::test::outcome<wire::detach_reply> detached;
    p.agent.async_exec_detached(command("true"), {}, detached.handler());
    answer(frame(frame_type::exec_request, R"({"argv":["true"],"detach":true})"),
           out(R"({"pid":7,)") + out(R"("output_file":"/x"})") + exit_of(0), detached);
    CHECK(detached.value().pid == 7);
}

TEST_CASE("agent_client: hello tells what the agent can do, and lohar from others [P-EXT-01] [P-EXT-03] [P-EXT-05] "
          "[P-EXT-08]") {
    pair p;
    const std::string question =
        auth + frame(frame_type::hello_request, R"({"client":"hearth/)" + std::string(hearth::version) + R"("})");
    for (const bool knows : {true, false}) {
        ::test::outcome<session::host::capabilities> done;
        p.agent.async_hello({}, done.handler());
        const std::size_t n = p.guest.connections() - 1;
        p.guest.await(n, question);
        p.guest[n].send(knows ? frame(frame_type::hello_response,
                                      R"({"agent":"hearth-agent","version":"0.1.0","revision":1,)"
                                      R"("features":["stdin.eof"],"limits":{}})")
                              : frame(frame_type::error, "unexpected frame type 0x70"));
        p.loop.run_until(done);
        CHECK(!done.error());
        CHECK(done.value().hello.has_value() == knows);
        CHECK(done.value().has(wire::feature_stdin_eof) == knows);
    }
}

TEST_CASE("agent_client: a file is read up to a limit, where the transfer stops [P-FILE-10] [P-CLI-07]") {
    pair p;
    const std::string question = auth + frame(frame_type::file_read_request, R"({"path":"/a"})");
    const std::string head = frame(frame_type::file_read_response, R"({"size":5,"mode":"0600"})");
    ::test::outcome<agent_client::file_content> whole;
    p.agent.async_read_file({.path = "/a"}, {}, whole.handler());
    p.guest.await(0, question);
    p.guest[0].send(head + out("hel") + out("lo") + exit_of(0));
    p.loop.run_until(whole);
    CHECK(!whole.error());
    CHECK(whole.value().bytes == "hello");
    CHECK(whole.value().file.mode == "0600");
    CHECK_FALSE(whole.value().truncated);

    ::test::outcome<agent_client::file_content> cut;
    p.agent.async_read_file({.path = "/a"}, {}, cut.handler(), 4);
    p.guest.await(1, question);
    p.guest[1].send(head + out("hel") + out("lo"));  // no EXIT: nobody waits for it
    p.loop.run_until(cut);
    CHECK(!cut.error());
    CHECK(cut.value().bytes == "hell");
    CHECK(cut.value().truncated);

    ::test::outcome<agent_client::file_content> changed;
    p.agent.async_read_file({.path = "/a"}, {}, changed.handler());
    p.guest.await(2, question);
    p.guest[2].send(head + out("hell") + exit_of(0));
    p.loop.run_until(changed);
    CHECK(changed.error() == errc::size_mismatch);
}

TEST_CASE("agent_client: a file is written from the caller's buffer [P-FILE-40] [P-CLI-06]") {
    pair p;
    const std::string content(1'000'000, 'c');
    const std::string question =
        auth + frame(frame_type::file_write_request, R"({"path":"/a","mode":"0644","size":1000000})");
    ::test::outcome<> done;
    p.agent.async_write_file("/a", "0644", as_bytes(content), {}, done.handler());
    p.guest.await(0, question);
    const std::size_t frames = (content.size() + 65'535) / 65'536;
    p.loop.run_until([&] { return p.guest[0].received.size() >= question.size() + content.size() + 5 * frames; });
    CHECK_FALSE(done());
    p.guest[0].send(frame(frame_type::file_write_response, R"({"status":"ok"})"));
    p.loop.run_until(done);
    CHECK(!done.error());
}

TEST_CASE("agent_client: the reason of a refused upload is read although the agent has closed [P-CLI-06] [P-CLI-11]") {
    pair p;
    p.guest.deaf = true;
    const std::string content(8'000'000, 'c');
    ::test::outcome<> done;
    p.agent.async_write_file("/a", "", as_bytes(content), {.diag = &p.diag}, done.handler());
    p.loop.run_until([&] { return p.guest.connections() == 1; });
    p.loop.settle();  // the socket is full: a write is under way
    p.guest[0].send(frame(frame_type::error, "file too large: 8000000 bytes (max 1)"));
    p.loop.run_until([&] { return p.guest[0].sending.empty(); });
    p.guest[0].stream.close();
    p.loop.run_until(done);
    CHECK(done.error() == errc::file_too_large);
    CHECK(p.diag.peer_text == "file too large: 8000000 bytes (max 1)");
}

TEST_CASE("agent_client: a tunnel is a raw stream that starts with what came behind the answer [P-FWD-04] [P-FWD-05] "
          "[P-FWD-06] [P-CLI-10]") {
    pair p;
    const std::string question = auth + frame(frame_type::forward_request, R"({"port":8080})");
    for (const std::string leftover : {"HTTP/1.0 ", ""}) {
        ::test::outcome<any_stream> opened;
        p.agent.async_forward(8080, {}, opened.handler());
        const std::size_t n = p.forward_guest.connections() - 1;
        p.forward_guest.await(n, question);
        p.forward_guest[n].send(frame(frame_type::forward_response, R"({"status":"ok"})") + leftover);
        p.loop.run_until(opened);
        REQUIRE(!opened.error());
        p.forward_guest[n].send("200 OK");

        std::string got(leftover.size() + 6, '\0');
        ::test::outcome<std::size_t> read;
        net::async_read(opened.value(), net::buffer(got), read.handler());
        p.loop.run_until(read);
        CHECK(got == leftover + "200 OK");

        ::test::outcome<std::size_t> written;
        net::async_write(opened.value(), net::buffer("GET", 3), written.handler());
        CHECK(!opened.value().shutdown_send());
        p.forward_guest.await(n, question + "GET");
        p.loop.run_until([&] { return p.forward_guest[n].ended; });
        p.forward_guest[n].send("bye");  // a half-close leaves the other direction open
        std::string rest(3, '\0');
        ::test::outcome<std::size_t> last;
        net::async_read(opened.value(), net::buffer(rest), last.handler());
        p.loop.run_until(last);
        CHECK(rest == "bye");
    }
}

TEST_CASE("agent_client: a refused tunnel says why, in either kind of frame [P-FWD-03] [P-FWD-04] [P-CLI-11]") {
    pair p;
    const auto refused = [&](const std::string& reply) {
        ::test::outcome<any_stream> done;
        p.agent.async_forward(8080, {.diag = &p.diag}, done.handler());
        const std::size_t n = p.forward_guest.connections() - 1;
        p.forward_guest.await(n, auth);
        p.forward_guest[n].send(reply);
        p.loop.run_until(done);
        CHECK_FALSE(done.value());
        return done.error();
    };
    CHECK(refused(frame(frame_type::forward_response, R"({"status":"error","message":"connection refused"})")) ==
          errc::forward_refused);
    CHECK(p.diag.peer_text == "connection refused");
    CHECK(refused(frame(frame_type::error, wire::error_text::auth_required)) == errc::auth_required);
    CHECK(p.diag.peer_text == "auth required");
}

TEST_CASE(
    "agent_client: readiness asks for the activity until there is an answer [P-READY-01] [P-READY-02] [P-READY-03]") {
    pair p;
    p.guest.refuse = true;
    ::test::outcome<> done;
    p.agent.async_wait_ready({.deadline = within(5s)}, done.handler());
    const auto patience = hearth::clock::now() + 35ms;
    p.loop.run_until([&] { return hearth::clock::now() > patience || done(); });
    CHECK_FALSE(done());
    p.guest.refuse = false;
    p.guest.await(0, auth + frame(frame_type::activity_request));
    // the first attempt is given up after 100 ms, the next one gets its answer
    p.guest.await(1, auth + frame(frame_type::activity_request));
    p.guest[1].send(
        frame(frame_type::activity_response, R"({"last_activity_unix":0,"active_sessions":0,"attached_sessions":0})"));
    p.loop.run_until(done);
    CHECK(!done.error());
}

TEST_CASE("agent_client: readiness ends at a wrong token, at the deadline, and when cancelled [P-READY-02] "
          "[P-READY-03] [P-CLI-02]") {
    pair p;
    ::test::outcome<> wrong;
    p.agent.async_wait_ready({.deadline = within(5s), .diag = &p.diag}, wrong.handler());
    p.guest.await(0, auth);
    p.guest[0].send(frame(frame_type::error, wire::error_text::auth_required));
    p.loop.run_until(wrong);
    CHECK(wrong.error() == errc::auth_required);

    p.guest.refuse = true;
    ::test::outcome<> late;
    p.agent.async_wait_ready({.deadline = within(30ms)}, late.handler());
    p.loop.run_until(late);
    CHECK(late.error() == errc::deadline_exceeded);

    for (const bool waiting : {true, false}) {  // in an attempt, and between two
        p.guest.refuse = !waiting;
        net::cancellation_signal stop;
        ::test::outcome<> done;
        p.agent.async_wait_ready({}, net::bind_cancellation_slot(stop.slot(), done.handler()));
        p.loop.settle();
        stop.emit(net::cancellation_type::terminal);
        p.loop.run_until(done);
        CHECK(done.error() == errc::operation_cancelled);
    }
}

TEST_CASE("agent_client: any completion token will do [P-CLI-02]") {
    pair p;
    const std::string answer =
        frame(frame_type::activity_response, R"({"last_activity_unix":7,"active_sessions":0,"attached_sessions":0})");
    std::int64_t seen = 0;
    net::co_spawn(
        p.loop.executor(),
        [&]() -> net::awaitable<void> {
            const auto info = co_await p.agent.async_activity({}, net::use_awaitable);
            seen = info.last_activity_unix;
        },
        net::detached);
    p.guest.await(0, auth);
    p.guest[0].send(answer);
    p.loop.run_until([&] { return seen == 7; });

    auto future = p.agent.async_activity({}, net::use_future);
    p.guest.await(1, auth);
    p.guest[1].send(answer);
    p.loop.run_until([&] { return future.wait_for(0s) == std::future_status::ready; });
    CHECK(future.get().last_activity_unix == 7);
}

TEST_CASE("agent_client: a context that goes away takes its calls along [P-CLI-02]") {
    ::test::outcome<agent_client::exec_result> done;
    ::test::outcome<> ready;
    {
        pair p;
        p.agent.async_exec(command("true"), {}, {}, done.handler());
        p.agent.async_wait_ready({}, ready.handler());
        p.guest.await(1, auth);
    }
    CHECK_FALSE(done());
    CHECK_FALSE(ready());
}

#include <hearth/io/agent_client.hpp>

#include <hearth/wire/exit_status.hpp>

#include <io/support/loop.hpp>
#include <io/support/outcome.hpp>
#include <io/support/scripted_guest.hpp>
#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <variant>

using namespace hearth;
using namespace hearth::io;
using namespace std::chrono_literals;
using hearth::test::frame;
using wire::frame_type;

namespace {

std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }
std::string out(std::string_view bytes) { return frame(frame_type::stdout_data, bytes); }
std::string in(std::string_view bytes) { return frame(frame_type::stdin_data, bytes); }
const std::string kill_frame = frame(frame_type::kill);
const std::string exec_cat = frame(frame_type::exec_request, R"({"argv":["cat"]})");
const std::string attach_s1 = frame(frame_type::exec_request, R"({"argv":null,"session_id":"s1"})");
const std::string info_s1 =
    frame(frame_type::session_info,
          R"({"session_id":"s1","argv":"sh","tty":true,"running":true,"attached":true,"created_at":1700000000})");

struct pair {
    ::test::loop loop;
    ::test::scripted_guest guest{loop};
    agent_client agent{loop.executor(), {guest.connector(), {}}};
    diagnostics diag;

    exec_stream cat(const call_options& opt = {}) {
        wire::exec_request request;
        request.argv = {"cat"};
        ::test::outcome<exec_stream> opened;
        agent.async_open_exec(request, opt, opened.handler());
        CHECK_FALSE(opened());
        loop.run_until(opened);
        REQUIRE(!opened.error());
        return std::move(opened.value());
    }
    session_stream attach(const call_options& opt = {}) {
        wire::exec_request request;
        request.session_id = "s1";
        ::test::outcome<session_stream> opened;
        agent.async_open_session(request, opt, opened.handler());
        guest.await(0, attach_s1);
        guest[0].send(info_s1);
        loop.run_until(opened);
        REQUIRE(!opened.error());
        return std::move(opened.value());
    }

    /// The next event in words; bytes are copied.
    template <class Stream>
    std::string next(Stream& stream) {
        ::test::outcome<typename Stream::event> got;
        stream.async_next(got.handler());
        CHECK_FALSE(got());
        loop.run_until(got);
        if (got.error())
            return got.error().message();
        return std::visit([](auto& e) { return words(e); }, got.value());
    }

    static std::string words(const exec_stream::output& e) {
        return (e.from == session::host::output_stream::out ? "out " : "err ") + std::string(as_text(e.bytes));
    }
    static std::string words(const exec_stream::exited& e) { return "exited " + std::to_string(e.code); }
    static std::string words(const session_stream::output& e) { return "out " + std::string(as_text(e.bytes)); }
    static std::string words(const session_stream::exited& e) { return "exited " + std::to_string(e.code); }
    static std::string words(const session_stream::detached&) { return "detached"; }
    static std::string words(const file_reader::data& e) { return "data " + std::string(as_text(e.bytes)); }
    static std::string words(const file_reader::completed&) { return "completed"; }
};

const std::string at_end = make_error_code(errc::end_of_stream).message();
const std::string cancelled = make_error_code(errc::operation_cancelled).message();

}  // namespace

TEST_CASE("exec_stream: output is pulled, input is pushed, the exit code ends it [P-EXEC-10] [P-EXEC-14] [P-EXEC-16] "
          "[P-EXEC-18]") {
    pair p;
    exec_stream cat = p.cat();
    p.guest.await(0, exec_cat);
    const std::string text = "hello";
    ::test::outcome<> written;
    cat.async_write_stdin(as_bytes(text), written.handler());
    cat.close_stdin();  // behind what is being written
    p.guest.await(0, exec_cat + in("hello"));
    p.loop.run_until([&] { return written() && p.guest[0].ended; });
    CHECK(!written.error());
    p.guest[0].send(out("hello") + frame(frame_type::stderr_data, "oops") + out("!") + exit_of(0));
    CHECK(p.next(cat) == "out hello");
    CHECK(p.next(cat) == "err oops");
    CHECK(p.next(cat) == "out !");
    CHECK(p.next(cat) == "exited 0");
    CHECK(p.next(cat) == at_end);
    ::test::outcome<> late;
    cat.async_write_stdin(as_bytes(text), late.handler());
    p.loop.run_until(late);
    CHECK(late.error() == errc::end_of_stream);
}

TEST_CASE("exec_stream: events wait for who asks late, and who asks early waits for events [P-EXEC-15]") {
    pair p;
    exec_stream cat = p.cat();
    ::test::outcome<exec_stream::event> early;
    cat.async_next(early.handler());
    p.loop.settle();
    CHECK_FALSE(early());
    ::test::outcome<exec_stream::event> second;
    cat.async_next(second.handler());
    p.loop.run_until(second);
    CHECK(second.error() == errc::operation_in_progress);
    p.guest[0].send(out("a") + out("b") + exit_of(7));
    p.loop.run_until(early);
    CHECK(pair::words(std::get<exec_stream::output>(early.value())) == "out a");
    p.loop.settle();
    CHECK(p.next(cat) == "out b");
    p.loop.settle();
    CHECK(p.next(cat) == "exited 7");
}

TEST_CASE("exec_stream: who does not pull slows the agent down [P-CONN-15]") {
    pair p;
    exec_stream cat = p.cat();
    const std::size_t much = 8'000'000;
    for (std::size_t sent = 0; sent < much; sent += 50'000)
        p.guest[0].send(out(std::string(50'000, 'x')));
    p.guest[0].send(exit_of(0));
    p.loop.settle();
    CHECK(p.guest[0].sending.size() > much - 2'000'000);  // socket buffers and one read, no more
    std::size_t got = 0;
    for (std::string event = p.next(cat); event.starts_with("out "); event = p.next(cat))
        got += event.size() - 4;
    CHECK(got == much);
}

TEST_CASE("exec_stream: input waits for an agent that does not read, whether or not output is pulled [P-CLI-12] "
          "[P-EXEC-10]") {
    pair p;
    p.guest.deaf = true;
    exec_stream cat = p.cat();
    const std::string much(8'000'000, 'i');
    ::test::outcome<> written;
    cat.async_write_stdin(as_bytes(much), written.handler());
    p.guest[0].send(out("held"));  // an event that nobody asks for
    p.loop.settle();
    CHECK_FALSE(written());
    ::test::outcome<> second;
    cat.async_write_stdin(as_bytes(much), second.handler());
    p.loop.run_until(second);
    CHECK(second.error() == errc::operation_in_progress);
    p.guest[0].pause(false);
    p.loop.run_until(written);
    CHECK(!written.error());
    CHECK(p.next(cat) == "out held");
}

TEST_CASE("exec_stream: a refusal is the first thing told, with the agent's words [P-CLI-11]") {
    pair p;
    exec_stream cat = p.cat();
    p.guest[0].send(frame(frame_type::error, "start: cat: exec format error"));
    CHECK(p.next(cat) == make_error_code(errc::start_failed).message());
    CHECK(cat.peer_text() == "start: cat: exec format error");
    CHECK(p.next(cat) == make_error_code(errc::start_failed).message());
}

TEST_CASE("exec_stream: giving up kills the command, in three ways [P-CLI-03]") {
    for (const int way : {0, 1, 2}) {
        pair p;
        exec_stream cat = p.cat({.deadline = way == 2 ? within(30ms) : no_deadline});
        p.guest[0].send(out("x"));
        CHECK(p.next(cat) == "out x");
        ::test::outcome<exec_stream::event> waiting;
        cat.async_next(waiting.handler());
        p.loop.settle();
        if (way == 0)
            cat.cancel();
        if (way == 1)
            cat = exec_stream();
        p.guest.await(0, exec_cat + kill_frame);
        CHECK_FALSE(p.guest[0].ended);  // EXIT is waited for
        CHECK_FALSE(waiting());
        p.guest[0].send(out("dropped") + exit_of(137));
        p.loop.run_until(waiting);
        CHECK(waiting.error() == (way == 2 ? errc::deadline_exceeded : errc::operation_cancelled));
        p.loop.run_until([&] { return p.guest[0].ended; });
    }
}

TEST_CASE("exec_stream: giving up while output is held kills as well [P-CLI-03]") {
    pair p;
    exec_stream cat = p.cat();
    p.guest[0].send(out("x") + out("y"));
    CHECK(p.next(cat) == "out x");
    cat.cancel();
    p.guest.await(0, exec_cat + kill_frame);
    p.guest[0].send(exit_of(137));
    CHECK(p.next(cat) == cancelled);
}

TEST_CASE("exec_stream: the deadline also ends a caller that holds output for ever [P-CLI-02]") {
    pair p;
    exec_stream cat = p.cat({.deadline = within(20ms)});
    p.guest[0].send(out("x"));
    CHECK(p.next(cat) == "out x");
    p.loop.run_until([&] { return p.guest[0].ended; });
    CHECK(p.next(cat) == make_error_code(errc::deadline_exceeded).message());
}

TEST_CASE("exec_stream: a cancelled wait loses no event, a cancelled open leaves nothing [P-CLI-02]") {
    pair p;
    exec_stream cat = p.cat();
    net::cancellation_signal stop;
    ::test::outcome<exec_stream::event> waiting;
    cat.async_next(net::bind_cancellation_slot(stop.slot(), waiting.handler()));
    p.loop.settle();
    stop.emit(net::cancellation_type::terminal);
    p.loop.run_until(waiting);
    CHECK(waiting.error() == errc::operation_cancelled);
    p.guest[0].send(out("still here"));
    CHECK(p.next(cat) == "out still here");

    p.guest.mute = true;
    ::test::outcome<session_stream> opened;
    wire::exec_request request;
    request.session_id = "s1";
    p.agent.async_open_session(request, {}, net::bind_cancellation_slot(stop.slot(), opened.handler()));
    p.loop.settle();
    stop.emit(net::cancellation_type::terminal);
    p.loop.run_until(opened);
    CHECK(opened.error() == errc::operation_cancelled);
}

TEST_CASE("exec_stream: kill and the end of input by frame [P-EXEC-20] [P-EXT-06]") {
    pair p;
    exec_stream cat = p.cat();
    cat.stdin_eof();
    p.guest.await(0, exec_cat + frame(frame_type::stdin_eof));
    CHECK(cat.kill());
    p.guest.await(0, exec_cat + frame(frame_type::stdin_eof) + kill_frame);
    p.guest[0].send(exit_of(137));
    CHECK(p.next(cat) == "exited 137");
}

TEST_CASE("session_stream: opens with what the session is, then scrollback, live output and the end "
          "[P-SESS-01] [P-SESS-02] [P-SESS-03] [P-SESS-07] [P-CLI-08]") {
    pair p;
    session_stream s = p.attach();
    CHECK(s.info().session_id == "s1");
    CHECK(s.info().tty);
    p.guest[0].send(out("$ ") + out("") + frame(static_cast<frame_type>(0x7e)) + out("ls"));
    CHECK(p.next(s) == "out $ ");
    CHECK(p.next(s) == "out ls");
    s.resize({40, 120});
    ::test::outcome<> typed;
    s.async_write_stdin(as_bytes("exit\n"), typed.handler());
    s.kill();
    p.loop.run_until(typed);
    p.guest.await(0, attach_s1 + frame(frame_type::resize, std::string_view("\0\x28\0\x78", 4)) + kill_frame +
                         in("exit\n"));
    p.guest[0].send(exit_of(143));
    CHECK(p.next(s) == "exited 143");
    CHECK(p.next(s) == at_end);
}

TEST_CASE("session_stream: EXIT 0 of a take-over can be told from a real one by listing [P-SESS-09] [P-CLI-09]") {
    pair p;
    session_stream s = p.attach();
    p.guest[0].send(exit_of(0));
    CHECK(p.next(s) == "exited 0");
    ::test::outcome<std::vector<wire::session_info>> listed;
    p.agent.async_list_sessions({}, listed.handler());
    p.guest.await(1, frame(frame_type::session_list_request));
    p.guest[1].send(
        frame(frame_type::session_list_response,
              R"([{"session_id":"s1","argv":"sh","tty":true,"running":true,"attached":true,"created_at":1}])"));
    p.loop.run_until(listed);
    CHECK(session::host::taken_over(s.info().session_id, listed.value()));
}

TEST_CASE(
    "session_stream: a refusal fails the opening, its words go to the diagnostics [P-SESS-05] [P-SESS-08] [P-CLI-11]") {
    pair p;
    wire::exec_request request;
    request.session_id = "s1";
    request.if_detached = true;
    ::test::outcome<session_stream> opened;
    p.agent.async_open_session(request, {.diag = &p.diag}, opened.handler());
    p.guest.await(0, frame(frame_type::exec_request, R"({"argv":null,"session_id":"s1","if_detached":true})"));
    p.guest[0].send(frame(frame_type::error, "session is attached"));
    p.loop.run_until(opened);
    CHECK(opened.error() == errc::session_attached);
    CHECK_FALSE(opened.value());
    CHECK(p.diag.peer_text == "session is attached");
}

TEST_CASE("session_stream: the deadline covers the opening and ends with it [P-CLI-02]") {
    pair p;
    ::test::outcome<session_stream> opened;
    wire::exec_request request;
    request.session_id = "s1";
    p.agent.async_open_session(request, {.deadline = within(20ms)}, opened.handler());
    p.loop.run_until(opened);
    CHECK(opened.error() == errc::deadline_exceeded);

    pair q;
    session_stream s = q.attach({.deadline = within(30ms)});
    const auto later = hearth::clock::now() + 60ms;
    q.loop.run_until([&, poll = std::make_shared<net::steady_timer>(q.loop.executor())]() mutable {
        poll->expires_after(5ms);
        poll->async_wait([](net_error_code) {});
        return hearth::clock::now() > later;
    });
    q.guest[0].send(out("alive"));
    CHECK(q.next(s) == "out alive");
}

TEST_CASE("session_stream: detaching sends what was typed, also when the object goes at once [P-CLI-01] [P-SESS-03]") {
    pair p;
    {
        session_stream s = p.attach();
        p.guest[0].send(out("never asked for"));
        p.loop.settle();
        const std::string typed = "bye\n";
        ::test::outcome<> written;
        s.async_write_stdin(as_bytes(typed), written.handler());
        p.loop.run_until(written);
        s.detach();
    }
    p.guest.await(0, attach_s1 + in("bye\n"));
    p.loop.run_until([&] { return p.guest[0].ended; });
    CHECK(p.guest[0].received == attach_s1 + in("bye\n"));
}

TEST_CASE("session_stream: who waits learns that it detached, and letting go closes [P-SESS-03] [P-CLI-01]") {
    pair p;
    session_stream s = p.attach();
    ::test::outcome<session_stream::event> waiting;
    s.async_next(waiting.handler());
    p.loop.settle();
    s.detach();
    p.loop.run_until(waiting);
    CHECK(!waiting.error());
    CHECK(std::holds_alternative<session_stream::detached>(waiting.value()));

    pair q;
    {
        session_stream gone = q.attach();
    }
    q.loop.run_until([&] { return q.guest[0].ended; });
}

TEST_CASE("file_reader: a download is pulled, and stops when nobody wants it any more [P-FILE-10] [P-CLI-07]") {
    pair p;
    const auto open = [&](std::size_t n) {
        ::test::outcome<file_reader> opened;
        p.agent.async_open_file({.path = "/a"}, {}, opened.handler());
        p.guest.await(n, frame(frame_type::file_read_request, R"({"path":"/a"})"));
        p.guest[n].send(frame(frame_type::file_read_response, R"({"size":5,"mode":"0644"})"));
        p.loop.run_until(opened);
        REQUIRE(!opened.error());
        return std::move(opened.value());
    };
    file_reader file = open(0);
    CHECK(file.file().size == 5);
    p.guest[0].send(out("hel") + out("lo") + exit_of(0));
    CHECK(p.next(file) == "data hel");
    CHECK(p.next(file) == "data lo");
    CHECK(p.next(file) == "completed");
    CHECK(p.next(file) == at_end);

    file_reader changed = open(1);
    p.guest[1].send(out("hel") + exit_of(0));
    CHECK(p.next(changed) == "data hel");
    CHECK(p.next(changed) == make_error_code(errc::size_mismatch).message());

    {
        file_reader unwanted = open(2);
    }
    p.loop.run_until([&] { return p.guest[2].ended; });
}

TEST_CASE("file_writer: content is pushed, then the agent's word is awaited [P-FILE-40] [P-CLI-06]") {
    pair p;
    const std::string ok = frame(frame_type::file_write_response, R"({"status":"ok"})");
    std::size_t n = 0;
    const auto create = [&] {
        ::test::outcome<file_writer> opened;
        p.agent.async_create_file({.path = "/a", .mode = "0644", .size = 5}, {}, opened.handler());
        p.guest.await(n, frame(frame_type::file_write_request, R"({"path":"/a","mode":"0644","size":5})"));
        ++n;
        p.loop.run_until(opened);
        REQUIRE(!opened.error());
        return std::move(opened.value());
    };
    const auto write = [&](file_writer& file, std::string text) {
        ::test::outcome<> done;
        file.async_write(as_bytes(text), done.handler());
        p.loop.run_until(done);
        return done.error();
    };
    const auto finish = [&](file_writer& file) {
        ::test::outcome<> done;
        file.async_finish(done.handler());
        CHECK_FALSE(done());
        p.loop.run_until(done);
        return done.error();
    };

    file_writer good = create();
    CHECK(!write(good, "hel"));
    CHECK(good.remaining() == 2);
    CHECK(!write(good, "lo"));
    p.guest[0].send(ok);
    CHECK(!finish(good));
    p.loop.run_until([&] { return p.guest[0].ended; });

    file_writer early = create();
    CHECK(!write(early, "hel"));
    CHECK(finish(early) == errc::source_failed);
    p.loop.run_until([&] { return p.guest[1].ended; });

    file_writer failing = create();
    failing.fail(make_error_code(std::errc::io_error));
    CHECK(finish(failing) == std::errc::io_error);

    file_writer greedy = create();
    CHECK(write(greedy, "too much") == errc::too_many_bytes);
    CHECK(finish(greedy) == errc::too_many_bytes);

    file_writer refused = create();
    p.guest[4].send(frame(frame_type::error, "open /a: permission denied"));
    CHECK(finish(refused) == errc::source_failed);  // who says so first
    file_writer told = create();
    p.guest[5].send(frame(frame_type::error, "open /a: permission denied"));
    p.loop.settle();
    CHECK(write(told, "hello") == errc::permission_denied);
    CHECK(told.peer_text() == "open /a: permission denied");
}

TEST_CASE("streams: a context that goes away takes its operations along [P-CLI-02]") {
    ::test::outcome<exec_stream::event> event;
    ::test::outcome<session_stream> opened;
    {
        pair p;
        exec_stream cat = p.cat();
        cat.async_next(event.handler());
        wire::exec_request request;
        request.session_id = "s1";
        p.agent.async_open_session(request, {}, opened.handler());
        p.guest.await(1, attach_s1);
    }
    CHECK_FALSE(opened());
}

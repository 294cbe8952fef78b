#include <hearth/session/guest/session.hpp>

#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/kill_acknowledgement.hpp>
#include <hearth/session/guest/session_registry.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/fake_process.hpp"
#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using namespace hearth::session::guest;
using hearth::session::frame_channel;
using wire::frame_type;
using strings = std::vector<std::string>;
using stream = process_port::stream;
// `session` is a namespace here and a class there
using guest_session = hearth::session::guest::session;

static_assert(hearth::session::machine<attachment>);
static_assert(hearth::session::machine<kill_acknowledgement>);

namespace {

/// One connection at a session.
struct client {
    client(std::shared_ptr<guest_session> to, const agent_limits& limits, time_point now,
           std::optional<wire::terminal_size> size = {})
        : machine(frame_channel{}, std::move(to), size, limits, now), end(machine, now) {
        machine.on_connection_wake([this] { woken = true; });
    }
    /// SESSION_INFO, then what followed.
    wire::session_info info() const {
        const std::string first = end.frames().at(0);
        REQUIRE(first.starts_with("SESSION_INFO "));
        return wire::parse_session_info(as_bytes(std::string_view{first}.substr(13))).value();
    }
    strings rest() const {
        strings all = end.frames();
        all.erase(all.begin());
        return all;
    }
    attachment machine;
    guest_end<attachment> end;
    bool woken{false};
};

/// An agent with one session.
struct agent {
    explicit agent(agent_limits with = {}) : limits(with), seen(t0), registry(limits, seen) {}

    std::shared_ptr<guest_session> create(bool tty = true, std::int64_t max_idle_sec = 0) {
        wire::exec_request request;
        request.argv = {"sh", "-i"};
        request.tty = tty;
        request.session = !tty;
        request.max_idle_sec = max_idle_sec;
        auto made = registry.create(request, now, 1'700'000'000);
        return made ? *made : nullptr;
    }
    /// A session whose process runs, and its creator.
    void start(bool tty = true, std::int64_t max_idle_sec = 0) {
        s = create(tty, max_idle_sec);
        creator = std::make_unique<client>(s, limits, now);
        process = std::make_unique<fake_process>(*s);
        s->on_wake([this] { ++wakes; });
        s->on_started(now);
        settle();
    }
    void settle() {
        for (int i = 0; i < 5; ++i) {
            if (process)
                process->settle(now);
            if (creator)
                creator->end.settle();
            next = registry.tick(now);
        }
    }
    void pass(duration time) {
        now += time;
        if (creator)
            creator->end.pass(time);
        settle();
    }
    std::unique_ptr<client> attach(std::optional<wire::terminal_size> size = {}) {
        auto found = registry.to_attach(s->id(), false);
        REQUIRE(found);
        auto made = std::make_unique<client>(*found, limits, now, size);
        process->settle(now);
        return made;
    }
    void writes(std::string_view text) {
        process->writes(text, now);
        settle();
    }

    agent_limits limits;
    activity seen;
    session_registry registry;
    time_point now{t0};
    time_point next{no_deadline};
    std::shared_ptr<guest_session> s;
    std::unique_ptr<client> creator;
    std::unique_ptr<fake_process> process;
    int wakes{0};
};

}  // namespace

// --- creation ---------------------------------------------------------------------------------------------------------

TEST_CASE("session: SESSION_INFO is the first frame of its creator, then output [P-SESS-01] [P-SESS-02] [P-TTY-01]") {
    agent a;
    a.s = a.create();
    a.creator = std::make_unique<client>(a.s, a.limits, a.now);
    CHECK(a.creator->end.sent().empty());
    CHECK(a.registry.list().empty());  // listed once its process has started [P-SESS-21]
    a.process = std::make_unique<fake_process>(*a.s);
    a.s->on_started(a.now);
    a.writes("prompt$ ");
    const wire::session_info expected{"s1", "sh -i", true, true, {}, true, 1'700'000'000};
    CHECK(a.creator->info() == expected);
    CHECK(a.creator->rest() == strings{"STDOUT prompt$ "});
    CHECK(a.registry.list() == std::vector{expected});
}

TEST_CASE("session: a failed start is ERROR and leaves nothing behind [P-SESS-01] [P-ERR-02]") {
    agent a;
    a.s = a.create();
    client creator{a.s, a.limits, a.now};
    a.s->on_start_failed("pty: too many open files", a.now);
    creator.end.settle();
    CHECK(creator.end.frames() == strings{"ERROR pty: too many open files"});
    a.registry.tick(a.now);
    CHECK(a.registry.list().empty());
    CHECK(a.registry.running() == 0);
    creator.end.host_ends();
    CHECK(creator.end.closed());
}

TEST_CASE("session: a creator that is gone before the start leaves a detached session [P-SESS-12]") {
    agent a;
    a.s = a.create(true, 5);
    {
        client creator{a.s, a.limits, a.now};
    }
    a.process = std::make_unique<fake_process>(*a.s);
    a.s->on_started(a.now);
    CHECK(a.registry.list().at(0).attached == false);
    CHECK(a.registry.tick(a.now) == t0 + 5s);
}

TEST_CASE("session_registry: ids count from s1, are never reused, and order the list [P-SESS-22] [A-SESS-07]") {
    agent a;
    for (int i = 0; i < 12; ++i) {
        const auto made = a.create();
        if (i % 3 == 0)
            made->on_start_failed("start: no", a.now);
        else
            made->on_started(a.now);
        a.registry.tick(a.now);
    }
    strings ids;
    for (const auto& info : a.registry.list())
        ids.push_back(info.session_id);
    CHECK(ids == strings{"s2", "s3", "s5", "s6", "s8", "s9", "s11", "s12"});
}

TEST_CASE("session_registry: no sessions are an empty list, not null [P-SESS-21]") {
    agent a;
    std::string json;
    wire::write_session_list(a.registry.list(), json);
    CHECK(json == "[]");
}

TEST_CASE("session_registry: the limit counts what runs, not what is retained, nor init [P-SESS-19] [P-SESS-20]") {
    agent_limits limits;
    limits.sessions = 3;
    agent a{limits};
    wire::exec_request init;
    init.argv = {"sh", "-c", "serve"};
    init.tty = true;
    const auto first = a.registry.create_init(init, 1);
    first->on_started(a.now);
    std::vector<std::shared_ptr<guest_session>> made;
    for (int i = 0; i < 3; ++i) {
        made.push_back(a.create());
        REQUIRE(made.back());
        made.back()->on_started(a.now);
    }
    CHECK_FALSE(a.create());
    CHECK(a.registry.create({}, a.now, 1).error() == errc::session_limit);
    CHECK(a.registry.find("init") == first);  // [P-SESS-26]
    for (const auto& one : made) {
        one->on_exited(0, a.now);
        one->on_output_end(stream::out, a.now);
    }
    CHECK(a.create());
    CHECK(a.registry.running() == 1);
    CHECK(a.registry.list().size() == 4);
}

TEST_CASE("session_registry: the oldest retained session is dropped when there are too many [P-SESS-20]") {
    agent_limits limits;
    limits.sessions = 2;
    agent a{limits};
    for (int i = 0; i < 5; ++i) {
        const auto one = a.create();
        REQUIRE(one);
        one->on_started(a.now);
        one->on_exited(0, a.now);
        one->on_output_end(stream::out, a.now);
        a.now += 1s;
        a.registry.tick(a.now);
    }
    strings ids;
    for (const auto& info : a.registry.list())
        ids.push_back(info.session_id);
    CHECK(ids == strings{"s4", "s5"});
}

// --- attach, take-over, detach ----------------------------------------------------------------------------------------

TEST_CASE("session: attach replays the scrollback, then goes on without gap or duplicate [P-SESS-03] [P-SESS-07]") {
    agent a;
    a.start();
    a.writes("one ");
    a.creator->end.host_ends();
    CHECK(a.creator->end.closed());
    CHECK_FALSE(a.creator->end.failure());
    a.writes("two ");
    const auto second = a.attach();
    a.writes("three");
    second->end.settle();
    CHECK(second->info().attached);
    CHECK(second->info().running);
    CHECK(second->rest() == strings{"STDOUT one two ", "STDOUT three"});
}

TEST_CASE("session: the replay is the last 65,536 bytes, whatever was written [P-SESS-07] [P-SESS-12]") {
    agent a;
    a.start();
    a.creator->end.host_vanishes();
    std::string all;
    for (int i = 0; i < 50'000; ++i)
        all += std::to_string(i) + '\n';
    for (std::string_view rest = all; !rest.empty();)
        rest.remove_prefix(a.process->writes(rest, a.now));
    const auto second = a.attach();
    std::string got;
    for (const std::string& one : second->rest())
        got += one.substr(7);
    CHECK(got == all.substr(all.size() - 65'536));
}

TEST_CASE("session_registry: an unknown id, also an empty one, is not found [P-SESS-05]") {
    agent a;
    a.start();
    CHECK(a.registry.to_attach("s2", false).error() == errc::session_not_found);
    CHECK(a.registry.to_attach("", false).error() == errc::session_not_found);
    CHECK(a.registry.to_attach("s1", false));
}

TEST_CASE("session_registry: if_detached is refused while a client is attached, and changes nothing [P-SESS-08]") {
    agent a;
    a.start();
    CHECK(a.registry.to_attach("s1", true).error() == errc::session_attached);
    a.writes("still mine");
    CHECK(a.creator->rest() == strings{"STDOUT still mine"});
    a.creator->end.host_ends();
    CHECK(a.registry.to_attach("s1", true));
}

TEST_CASE("session: take-over ends the old client with EXIT 0 [P-SESS-09]") {
    agent a;
    a.start();
    a.writes("out");
    const auto second = a.attach();
    CHECK(a.creator->woken);
    a.creator->end.settle();
    CHECK(a.creator->rest() == strings{"STDOUT out", "EXIT 0"});
    CHECK(a.creator->end.half_closed());
    CHECK(a.s->attached());
    a.writes(" more");
    second->end.settle();
    CHECK(second->rest() == strings{"STDOUT out", "STDOUT  more"});
    CHECK(a.creator->end.frames().back() == "EXIT 0");
}

TEST_CASE("session: after take-over the old connection is dead for the session [P-SESS-10] [A-SESS-02]") {
    agent a;
    a.start(true, 5);
    const auto second = a.attach();
    a.creator->end.host_sends(frame_type::stdin_data, "old types").host_sends(frame_type::kill);
    a.creator->end.host_sends(frame_type::resize, "\0\1\0\1");
    a.settle();
    CHECK(a.process->read().empty());
    CHECK(a.process->orders().empty());
    a.creator->end.host_ends();
    CHECK(a.creator->end.closed());
    a.creator.reset();
    CHECK(a.s->attached());
    CHECK(a.registry.tick(a.now) == no_deadline);  // no idle limit runs
    second->end.host_sends(frame_type::stdin_data, "new types");
    a.settle();
    CHECK(a.process->read() == "new types");
}

TEST_CASE("session: input of the old client that waited for room is not typed by the new one's time [P-SESS-10]") {
    agent a;
    a.start();
    a.process->reads(0);
    for (int i = 0; i < 20; ++i)
        a.creator->end.host_sends(frame_type::stdin_data, std::string(65'536, 'o'));
    const auto second = a.attach();
    a.process->reads(10'000'000);
    a.settle();
    CHECK(a.process->read().size() == 1'048'576);
}

TEST_CASE("session: a stalled client delays no take-over, no listing and no kill [P-SESS-11] [P-CONN-16]") {
    agent a;
    a.start();
    a.creator->end.host_reads(100);
    while (a.process->writes(std::string(65'536, 'x'), a.now) != 0)
        a.creator->end.settle();
    CHECK(a.s->output_room() == 0);
    CHECK(a.registry.list().size() == 1);
    const auto second = a.attach();
    CHECK(a.s->output_room() > 0);
    second->end.settle();
    std::size_t got = 0;
    for (const std::string& one : second->rest())
        got += one.size() - 7;
    CHECK(got == 65'536);
    CHECK(a.s->output_room() > 0);
    a.pass(2s);
    CHECK(a.creator->end.closed());
}

TEST_CASE("session: host gone detaches without a signal; output goes on into the scrollback [P-SESS-12] [P-TTY-06]") {
    for (int how = 0; how < 3; ++how) {
        agent a;
        a.start(how == 0);
        if (how == 0)
            a.creator->end.host_vanishes();
        else if (how == 1)
            a.creator->end.host_ends();
        else
            a.creator->end.host_sends(std::string(4, '\0'));
        a.pass(2s);
        CHECK(a.creator->end.closed());
        CHECK_FALSE(a.s->attached());
        CHECK(a.s->output_room() == 65'536);
        CHECK(a.process->orders().empty());
        a.writes("alone");
        CHECK(a.attach()->rest() == strings{"STDOUT alone"});
    }
}

TEST_CASE("session: an attach request may resize the terminal before the replay [P-SESS-06] [P-TTY-02]") {
    agent a;
    a.start();
    const auto second = a.attach(wire::terminal_size{40, 120});
    CHECK(a.process->orders() == strings{"resize 40x120"});
    agent piped;
    piped.start(false);
    const auto other = piped.attach(wire::terminal_size{40, 120});
    CHECK(piped.process->orders().empty());
}

// --- the idle limit -----------------------------------------------------------------------------------------------------

TEST_CASE("session: the idle limit starts at each detach, stops at each attach, and kills [P-SESS-13] [P-SESS-14]") {
    agent a;
    a.start(true, 10);
    a.pass(1h);
    CHECK(a.process->orders().empty());
    a.creator->end.host_ends();
    a.settle();
    CHECK(a.next == a.now + 10s);
    a.pass(9s);
    a.writes("output does not count");
    {
        const auto second = a.attach();
        CHECK(a.registry.tick(a.now) == no_deadline);
        a.pass(1h);
        CHECK(a.process->orders().empty());
        second->end.pass(1h);
        second->end.host_ends();
    }
    a.pass(10s - 1ms);
    CHECK(a.process->orders().empty());
    a.pass(1ms);
    CHECK(a.process->orders() == strings{"kill"});
    a.process->ends(137, a.now);
    a.settle();
    CHECK(a.registry.list().at(0).exit_code == 137);
}

TEST_CASE("session: no idle limit means never, and an absurd one does not overflow [P-SESS-13]") {
    for (std::int64_t idle : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::min()}) {
        agent a;
        a.start(true, idle);
        a.creator->end.host_ends();
        a.settle();
        CHECK(a.next == no_deadline);
    }
    agent a;
    a.start(true, std::numeric_limits<std::int64_t>::max());
    a.creator->end.host_ends();
    a.settle();
    CHECK(a.next > a.now + std::chrono::hours{24 * 365});
    CHECK(a.process->orders().empty());
}

// --- the end ------------------------------------------------------------------------------------------------------------

TEST_CASE("session: the end of the process with a client is EXIT, and the session is gone [P-SESS-15] [P-CONN-05]") {
    agent a;
    a.start();
    a.writes("bye");
    a.process->ends(3, a.now);
    a.settle();
    CHECK(a.creator->rest() == strings{"STDOUT bye", "EXIT 3"});
    CHECK(a.registry.list().empty());
    CHECK(a.creator->end.half_closed());
    a.pass(2s);
    CHECK(a.creator->end.closed());  // the agent frees the slot although the client stays
    CHECK(a.process->orders() == strings{"close_input", "release"});
}

TEST_CASE("session: ends while detached, stays attachable for 30 s, then is gone [P-SESS-16] [P-SESS-04]") {
    agent a;
    a.start();
    a.writes("result");
    a.creator->end.host_ends();
    a.process->ends(7, a.now);
    a.pass(30s - 1ms);
    REQUIRE(a.registry.list().size() == 1);
    CHECK_FALSE(a.registry.list()[0].running);
    CHECK(a.registry.list()[0].exit_code == 7);
    CHECK(a.registry.running() == 0);
    {
        const auto late = a.attach();
        CHECK_FALSE(late->info().running);
        CHECK(late->info().exit_code == 7);
        CHECK(late->rest() == strings{"STDOUT result", "EXIT 7"});
        CHECK(a.registry.list().empty());
    }
    agent b;
    b.start();
    b.creator->end.host_ends();
    b.process->ends(7, b.now);
    b.settle();
    CHECK(b.next == b.now + 30s);
    b.pass(30s);
    CHECK(b.registry.list().empty());
    CHECK(b.registry.to_attach("s1", false).error() == errc::session_not_found);
}

TEST_CASE("session: an EXIT that could not be delivered keeps the session [P-SESS-17]") {
    agent a;
    a.start();
    a.creator->end.host_reads(0);
    a.process->ends(3, a.now);
    a.pass(10s);
    CHECK(a.registry.list().size() == 1);
    a.creator->end.host_vanishes();
    a.settle();
    CHECK(a.next == a.now + 30s);
    const auto second = a.attach();
    CHECK(second->rest() == strings{"EXIT 3"});
    a.settle();
    CHECK(a.registry.list().empty());
}

TEST_CASE("session: init is retained like any other [P-SESS-17] [P-SESS-26]") {
    agent a;
    wire::exec_request request;
    request.argv = {"sh"};
    request.tty = true;
    request.max_idle_sec = 1;
    a.s = a.registry.create_init(request, 1);
    a.process = std::make_unique<fake_process>(*a.s);
    a.s->on_started(a.now);
    a.pass(1h);
    CHECK(a.process->orders().empty());  // never killed for idleness
    a.process->ends(1, a.now);
    a.pass(29s);
    CHECK(a.registry.list().at(0).session_id == "init");
    a.pass(1s);
    CHECK(a.registry.list().empty());
}

TEST_CASE("session: a descendant that holds the terminal delays the end by the grace only [P-SESS-18]") {
    agent a;
    a.start();
    a.s->on_exited(0, a.now);
    a.settle();
    CHECK(a.next == a.now + 1s);
    CHECK_FALSE(a.registry.list().at(0).running);
    a.pass(1s);
    CHECK(a.process->orders() == strings{"close_input", "drain"});
    a.writes("last");
    a.s->on_drained(a.now);
    a.settle();
    CHECK(a.creator->rest() == strings{"STDOUT last", "EXIT 0"});
    CHECK(a.process->orders().back() == "release");
}

TEST_CASE("session: the end of the terminal is not the end of the process [P-TTY-10] [P-SESS-18]") {
    agent a;
    a.start();
    a.s->on_output_end(stream::out, a.now);
    a.pass(1h);
    CHECK(a.registry.list().at(0).running);
    CHECK(a.next == no_deadline);
    a.s->on_exited(0, a.now);
    a.settle();
    CHECK(a.creator->rest() == strings{"EXIT 0"});
}

// --- input, terminal, kill ----------------------------------------------------------------------------------------------

TEST_CASE(
    "session: STDIN is typed unchanged and counts as activity; RESIZE does not [P-TTY-04] [P-SESS-27] [P-ACT-02]") {
    agent a;
    a.start();
    a.pass(10s);
    a.creator->end.host_sends(frame_type::resize, std::string("\0\x28\0\x78", 4));
    CHECK(a.seen.info(0, 0, a.now, 100).last_activity_unix == 90);
    a.creator->end.host_sends(frame_type::stdin_data, std::string("\x03\x04\0x", 4));
    a.settle();
    CHECK(a.process->read() == std::string("\x03\x04\0x", 4));
    CHECK(a.process->orders() == strings{"resize 40x120"});
    CHECK(a.seen.info(0, 0, a.now, 100).last_activity_unix == 100);
}

TEST_CASE("session: a malformed RESIZE is ignored, zero is not [P-TTY-03] [P-FRAME-16]") {
    agent a;
    a.start();
    a.creator->end.host_sends(frame_type::resize, std::string("\0\x28\0", 3)).host_sends(frame_type::resize);
    a.settle();
    CHECK(a.process->orders().empty());
    a.creator->end.host_sends(frame_type::resize, std::string(6, '\0'));
    a.settle();
    CHECK(a.process->orders() == strings{"resize 0x0"});
}

TEST_CASE(
    "session: KILL asks for SIGTERM and the client stays attached [P-TTY-07] [P-TTY-08] [P-PIPE-03] [P-KILL-01]") {
    for (const bool tty : {true, false}) {
        agent a;
        a.start(tty);
        a.creator->end.host_sends(frame_type::kill, "x");
        a.settle();
        CHECK(a.process->orders() == strings{"terminate"});
        CHECK(a.s->attached());
        a.writes("caught");
        a.process->ends(143, a.now);
        a.settle();
        CHECK(a.creator->rest() == strings{"STDOUT caught", "EXIT 143"});
    }
}

TEST_CASE(
    "session: a piped session ignores RESIZE, ends its input with STDIN_EOF only [P-PIPE-01] [P-PIPE-02] [P-EXT-06]") {
    agent a;
    a.start(false);
    CHECK_FALSE(a.creator->info().tty);
    a.creator->end.host_sends(frame_type::resize, std::string("\0\x28\0\x78", 4)).host_ends();
    a.settle();
    CHECK(a.process->orders().empty());
    const auto second = a.attach();
    second->end.host_sends(frame_type::stdin_data, "x")
        .host_sends(frame_type::stdin_eof)
        .host_sends(frame_type::stdin_data, "y");
    a.settle();
    CHECK(a.process->read() == "x");
    CHECK(a.process->orders() == strings{"close_input"});
}

TEST_CASE("session: STDIN_EOF on a terminal is ignored [P-EXT-06] [P-TYPE-03]") {
    agent a;
    a.start();
    a.creator->end.host_sends(frame_type::stdin_eof)
        .host_sends(frame_type::exec_request, "{}")
        .host_sends(frame_type{0x7f});
    a.creator->end.host_sends(frame_type::stdin_data, "x");
    a.settle();
    CHECK(a.process->read() == "x");
    CHECK(a.process->orders().empty());
}

TEST_CASE("session: KILL is honoured behind 1 MiB of input nobody reads; more input pauses [P-CONN-17] [P-CONN-18]") {
    agent a;
    a.start();
    a.process->reads(0);
    for (int i = 0; i < 16; ++i)
        a.creator->end.host_sends(frame_type::stdin_data, std::string(65'536, 'x'));
    a.creator->end.host_sends(frame_type::kill);
    a.settle();
    CHECK(a.process->orders() == strings{"terminate"});
    for (int i = 0; i < 16; ++i)
        a.creator->end.host_sends(frame_type::stdin_data, std::string(65'536, 'x'));
    CHECK(a.creator->end.unread() > 0);
    a.process->reads(10'000'000);
    a.settle();
    CHECK(a.process->read().size() == 2 * 1'048'576);
    CHECK(a.wakes > 0);
}

TEST_CASE("session: input to an ended process goes nowhere; its stdin is closed [P-PIPE-05] [P-EXEC-12]") {
    agent a;
    a.start(false);
    a.s->on_exited(0, a.now);
    a.settle();
    CHECK(a.process->orders() == strings{"close_input"});
    a.creator->end.host_sends(frame_type::stdin_data, "late");
    a.settle();
    CHECK(a.process->read().empty());
}

TEST_CASE("session: orders of one kind are kept once, however often the host repeats them [P-KILL-03]") {
    agent a;
    a.start();
    for (int i = 0; i < 1000; ++i)
        a.creator->end.host_sends(frame_type::kill).host_sends(frame_type::resize, std::string("\0\1\0\2", 4));
    a.settle();
    CHECK(a.process->orders() == strings{"terminate", "resize 1x2"});
}

TEST_CASE(
    "kill_acknowledgement: kills every process, answers when the first is reaped [P-SESS-24] [P-SESS-25] [P-KILL-02]") {
    agent a;
    a.start();
    kill_acknowledgement machine{frame_channel{}, a.s, a.limits, a.now};
    bool woken = false;
    machine.on_connection_wake([&] { woken = true; });
    guest_end end{machine, a.now};
    a.settle();
    CHECK(a.process->orders() == strings{"kill"});
    CHECK(end.sent().empty());
    CHECK(end.until() == a.now + 1s);
    a.s->on_exited(137, a.now);
    CHECK(woken);
    end.settle();
    CHECK(end.frames() == strings{"EXIT 0"});
    a.s->on_output_end(stream::out, a.now);
    a.settle();
    CHECK(a.creator->rest() == strings{"EXIT 137"});
}

TEST_CASE(
    "kill_acknowledgement: waits one second at most, and not for a client that does not read [P-SESS-25] [P-CONN-16]") {
    agent a;
    a.start();
    a.creator->end.host_reads(0);
    kill_acknowledgement machine{frame_channel{}, a.s, a.limits, a.now};
    guest_end end{machine, a.now};
    end.pass(1s - 1ms);
    CHECK(end.sent().empty());
    end.pass(1ms);
    CHECK(end.frames() == strings{"EXIT 0"});
    end.host_ends();
    CHECK(end.closed());
}

TEST_CASE(
    "kill_acknowledgement: an exited session is acknowledged and not signalled [P-SESS-24] [P-SESS-25] [P-KILL-03]") {
    agent a;
    a.start();
    a.creator->end.host_ends();
    a.process->ends(0, a.now);
    kill_acknowledgement machine{frame_channel{}, a.registry.find("s1"), a.limits, a.now};
    guest_end end{machine, a.now};
    a.settle();
    CHECK(end.frames() == strings{"EXIT 0"});
    CHECK(a.process->orders() == strings{"close_input", "release"});
}

TEST_CASE("kill_acknowledgement: may vanish while it waits") {
    agent a;
    a.start();
    std::make_unique<kill_acknowledgement>(frame_channel{}, a.s, a.limits, a.now).reset();
    a.s->on_exited(137, a.now);
    CHECK(a.s->reaped());
}

// --- slow clients -------------------------------------------------------------------------------------------------------

TEST_CASE(
    "attachment: output waits in the process while the client does not read [P-CONN-15] [P-CONN-18] [A-SESS-05]") {
    agent a;
    a.start();
    a.creator->end.host_reads(0);
    std::size_t produced = 0;
    for (std::size_t n = 1; n != 0;) {
        n = a.process->writes(std::string(65'536, 'o'), a.now);
        produced += n;
        a.creator->end.settle();
    }
    CHECK(a.s->output_room() == 0);
    CHECK(a.creator->machine.channel().backlog() <= 262'144);
    a.creator->end.host_reads(10'000'000);
    CHECK(a.s->output_room() > 0);
    std::size_t got = 0;
    for (const std::string& one : a.creator->rest())
        got += one.size() - 7;
    CHECK(got == produced);
}

TEST_CASE("attachment: a client that accepts no byte for 60 s is detached [P-SESS-28]") {
    agent a;
    a.start();
    a.creator->end.host_reads(0);
    a.pass(1h);  // nothing was pending: no stall
    CHECK(a.s->attached());
    a.writes("pending");
    CHECK(a.creator->end.until() == a.now + 60s);
    a.pass(59s);
    a.creator->end.host_reads(1);
    a.pass(59s);
    CHECK(a.s->attached());
    a.pass(1s);
    CHECK_FALSE(a.s->attached());
    CHECK(a.creator->end.failure() == errc::peer_stalled);
    CHECK(a.creator->end.closed());
}

TEST_CASE("attachment: a stall limit of zero means never [P-SESS-28]") {
    agent_limits limits;
    limits.session_stall = 0ms;
    agent a{limits};
    a.start();
    a.creator->end.host_reads(0);
    a.writes("pending");
    a.pass(24h);
    CHECK(a.s->attached());
}

TEST_CASE("attachment: a connection object that goes away detaches [P-SESS-12]") {
    agent a;
    a.start(true, 3);
    a.creator.reset();
    CHECK_FALSE(a.s->attached());
    CHECK(a.registry.tick(a.now) == a.now + 3s);
}

TEST_CASE("session_registry: on the way down every session is killed") {
    agent a;
    a.start();
    a.registry.kill_all();
    a.settle();
    CHECK(a.process->orders() == strings{"kill"});
}

TEST_CASE("session: SESSION_INFO fits a frame whatever the arguments are [P-SESS-23] [P-ERR-06]") {
    agent a;
    wire::exec_request request;
    request.argv = {std::string(2'000'000, 'x')};
    request.session = true;
    const auto made = a.registry.create(request, a.now, 1).value();
    client creator{made, a.limits, a.now};
    made->on_started(a.now);
    creator.end.settle();
    CHECK(creator.info().argv.size() <= 4096);
}

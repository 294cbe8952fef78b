#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/fake_process.hpp"
#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::frame_channel;
using session::guest::plain_exec;
using wire::frame_type;
using strings = std::vector<std::string>;
using stream = plain_exec::stream;

static_assert(session::machine<plain_exec>);

namespace {

struct running {
    explicit running(agent_limits limits = {}) : machine(frame_channel{}, limits), process(machine), end(machine) {
        machine.on_wake([this] { woken = true; });
        machine.on_started(t0);
        settle();
    }
    /// Both drivers do what there is to do.
    void settle() {
        for (int i = 0; i < 10; ++i) {
            process.settle(end.now());
            end.settle();
        }
    }
    void stdin_frame(std::string_view text) {
        end.host_sends(frame_type::stdin_data, text);
        settle();
    }
    void pass(duration time) {
        end.pass(time);
        settle();
    }
    strings payloads(std::string_view of) const {
        strings out;
        for (const std::string& one : end.frames())
            if (one.starts_with(of))
                out.push_back(one);
        return out;
    }

    plain_exec machine;
    fake_process process;
    guest_end<plain_exec> end;
    bool woken{false};
};

}  // namespace

TEST_CASE("plain_exec: input, output, error output and the status [P-EXEC-10] [P-EXEC-14] [P-EXEC-16] [P-CONN-08]") {
    running it;
    it.stdin_frame("in");
    it.process.writes("out", t0);
    it.process.writes("err", t0, stream::err);
    it.process.ends(3, t0);
    it.settle();
    CHECK(it.process.read() == "in");
    CHECK(it.end.frames() == strings{"STDOUT out", "STDERR err", "EXIT 3"});
    CHECK(it.end.half_closed());
    it.end.host_ends();
    CHECK(it.end.closed());
    CHECK_FALSE(it.end.failure());
    CHECK(it.process.orders() == strings{"close_input", "release"});
}

TEST_CASE("plain_exec: the same however the input is cut [P-EXEC-10] [P-CONN-02]") {
    const std::string input = frame(frame_type::stdin_data, "one") + frame(frame_type::stdin_data) +
                              frame(frame_type::stdin_data, " two") + frame(frame_type::stdin_eof);
    for (std::size_t cut = 1; cut <= input.size(); ++cut) {
        running it;
        it.end.host_sends(input, cut);
        it.settle();
        CHECK(it.process.read() == "one two");
        CHECK(it.process.orders() == strings{"close_input"});
    }
}

TEST_CASE("plain_exec: an empty STDIN frame is not the end of input [P-EXEC-10] [P-EXEC-11]") {
    running it;
    it.stdin_frame("");
    CHECK(it.process.orders().empty());
    it.stdin_frame("more");
    CHECK(it.process.read() == "more");
}

TEST_CASE("plain_exec: half-close ends the input after what was queued; output goes on [P-CONN-09] [P-EXEC-11]") {
    running it;
    it.process.reads(2);
    it.end.host_sends(frame_type::stdin_data, "abcdef").host_ends();
    it.settle();
    CHECK(it.process.read() == "ab");
    CHECK(it.process.orders().empty());
    it.process.reads(100);
    it.settle();
    CHECK(it.process.read() == "abcdef");
    CHECK(it.process.orders() == strings{"close_input"});
    it.process.writes("still here", t0);
    it.process.ends(0, t0);
    it.end.settle();
    CHECK(it.end.frames() == strings{"STDOUT still here", "EXIT 0"});
    CHECK(it.end.closed());
}

TEST_CASE("plain_exec: STDIN_EOF ends the input, later STDIN is discarded [P-EXT-06]") {
    running it;
    it.end.host_sends(frame_type::stdin_data, "a")
        .host_sends(frame_type::stdin_eof)
        .host_sends(frame_type::stdin_data, "b");
    it.settle();
    CHECK(it.process.read() == "a");
    CHECK(it.process.orders() == strings{"close_input"});
    CHECK_FALSE(it.end.closed());
}

TEST_CASE("plain_exec: input sent before the process started is delivered once it has [P-EXEC-13]") {
    plain_exec machine{frame_channel{}, agent_limits{}};
    fake_process process{machine};
    guest_end end{machine};
    end.host_sends(frame_type::stdin_data, "early").host_ends();
    process.settle(t0);
    CHECK(process.read().empty());
    CHECK(process.orders().empty());
    machine.on_started(t0);
    process.settle(t0);
    CHECK(process.read() == "early");
    CHECK(process.orders() == strings{"close_input"});
}

TEST_CASE("plain_exec: a process that closed its input gets no more, and lives on [P-EXEC-12]") {
    running it;
    it.process.reads(0);
    it.stdin_frame(std::string(2'000'000 / 2, 'x'));
    it.machine.on_input_closed(t0);
    it.settle();
    it.process.reads(100);
    for (int i = 0; i < 4; ++i)
        it.stdin_frame(std::string(1'000'000, 'y'));
    CHECK(it.end.unread() == 0);
    CHECK(it.process.read().empty());
    it.process.writes("fine", t0);
    it.process.ends(0, t0);
    it.end.settle();
    CHECK(it.end.frames() == strings{"STDOUT fine", "EXIT 0"});
}

TEST_CASE("plain_exec: frames without meaning are ignored [P-TYPE-03] [P-KILL-01]") {
    running it;
    it.end.host_sends(frame_type::resize, "\0\1\0\1")
        .host_sends(frame_type::exec_request, "{}")
        .host_sends(frame_type{0x7f});
    it.end.host_sends(frame_type::stdout_data, "x");
    it.settle();
    CHECK(it.process.orders().empty());
    CHECK(it.process.read().empty());
    it.end.host_sends(frame_type::kill, "ignored content");
    it.settle();
    CHECK(it.process.orders() == strings{"kill"});
}

TEST_CASE("plain_exec: a process that cannot be started is ERROR alone [P-EXEC-04] [P-ERR-02]") {
    plain_exec machine{frame_channel{}, agent_limits{}};
    fake_process process{machine};
    guest_end end{machine};
    machine.on_start_failed("start: fork/exec /x: no such file or directory", t0);
    end.settle();
    process.settle(t0);
    CHECK(end.frames() == strings{"ERROR start: fork/exec /x: no such file or directory"});
    CHECK(process.orders() == strings{"release"});
    end.host_ends();
    CHECK(end.closed());
}

TEST_CASE("plain_exec: a signal is 128 and its number [P-EXEC-16] [P-EXEC-17]") {
    for (int status : {0, 1, 127, 137, 139, 143, 255}) {
        running it;
        it.process.ends(status, t0);
        it.end.settle();
        CHECK(it.end.frames() == strings{"EXIT " + std::to_string(status)});
    }
}

TEST_CASE("plain_exec: no empty output frames [P-EXEC-14]") {
    running it;
    it.machine.on_output(stream::out, {}, t0);
    it.machine.on_output(stream::err, {}, t0);
    it.process.ends(0, t0);
    it.end.settle();
    CHECK(it.end.frames() == strings{"EXIT 0"});
}

TEST_CASE("plain_exec: EXIT waits for the output of the process, not only for its end [P-EXEC-15]") {
    running it;
    it.machine.on_exited(0, t0);
    it.settle();
    CHECK(it.end.sent().empty());
    it.process.writes("late", t0);
    it.machine.on_output_end(stream::out, t0);
    it.settle();
    CHECK(it.end.frames() == strings{"STDOUT late"});
    it.machine.on_output_end(stream::err, t0);
    it.settle();
    CHECK(it.end.frames() == strings{"STDOUT late", "EXIT 0"});
}

TEST_CASE("plain_exec: output goes on while the process lives although it closed one stream [P-EXEC-18]") {
    running it;
    it.machine.on_output_end(stream::out, t0);
    it.machine.on_output_end(stream::out, t0);
    it.machine.on_output_end(stream::err, t0);
    it.pass(1h);
    CHECK(it.end.sent().empty());
    it.machine.on_exited(0, it.end.now());
    it.settle();
    CHECK(it.end.frames() == strings{"EXIT 0"});
}

TEST_CASE("plain_exec: descendants that hold the pipes delay EXIT by the grace [P-EXEC-18] [P-EXEC-19]") {
    running it;
    it.machine.on_exited(0, t0);
    it.settle();
    CHECK(it.end.until() == t0 + 1s);
    it.pass(500ms);
    it.process.writes("up", it.end.now());
    it.pass(499ms);
    CHECK(it.process.orders() == strings{"close_input"});
    it.pass(1ms);
    CHECK(it.process.orders() == strings{"close_input", "drain"});
    it.process.writes("readable", it.end.now());
    it.machine.on_drained(it.end.now());
    it.settle();
    CHECK(it.end.frames() == strings{"STDOUT up", "STDOUT readable", "EXIT 0"});
    CHECK(it.process.orders() == strings{"close_input", "drain", "release"});
    CHECK(it.machine.output_room() > 0);  // later output is read …
    it.process.writes("dropped", it.end.now());
    it.end.settle();
    CHECK(it.end.frames().size() == 3);  // … and discarded
}

TEST_CASE("plain_exec: a grace of zero waits for the end of both pipes [P-EXEC-19]") {
    agent_limits limits;
    limits.drain_grace = 0ms;
    running it{limits};
    it.machine.on_exited(0, t0);
    it.settle();
    CHECK(it.end.until() == no_deadline);
    it.pass(24h);
    CHECK(it.end.sent().empty());
}

TEST_CASE("plain_exec: KILL kills the group; remaining output and EXIT follow [P-EXEC-20]") {
    running it;
    it.process.writes("before", t0);
    it.end.host_sends(frame_type::kill).host_sends(frame_type::kill);
    CHECK(it.woken);
    it.settle();
    CHECK(it.process.orders() == strings{"kill"});
    it.process.writes(" rest", t0);
    it.process.ends(137, t0);
    it.end.settle();
    CHECK(it.end.frames() == strings{"STDOUT before", "STDOUT  rest", "EXIT 137"});
}

TEST_CASE("plain_exec: frames after KILL are ignored [P-EXEC-21]") {
    running it;
    it.process.reads(0);
    it.end.host_sends(frame_type::kill).host_sends(frame_type::stdin_data, "late").host_sends(frame_type::stdin_eof);
    it.process.reads(100);
    it.settle();
    CHECK(it.process.read().empty());
    CHECK(it.process.orders() == strings{"kill"});
}

TEST_CASE("plain_exec: EXIT comes within two seconds of KILL although a descendant holds the pipes [P-EXEC-21]") {
    for (auto grace : {0ms, 1'000ms, 60'000ms}) {
        agent_limits limits;
        limits.drain_grace = grace;
        running it{limits};
        it.end.host_sends(frame_type::kill);
        it.machine.on_exited(137, t0);
        it.settle();
        it.pass(1s);
        CHECK(it.process.orders().back() == "drain");
        it.machine.on_drained(it.end.now());
        it.settle();
        CHECK(it.end.frames() == strings{"EXIT 137"});
    }
}

TEST_CASE("plain_exec: EXIT comes within two seconds of KILL although nothing happens at all [P-EXEC-21]") {
    running it;
    it.end.host_sends(frame_type::kill);
    it.settle();
    CHECK(it.end.until() == t0 + 2s);
    it.pass(2s);
    CHECK(it.end.frames() == strings{"EXIT 137"});
}

TEST_CASE("plain_exec: nothing is signalled once the process was reaped [P-EXEC-22] [P-KILL-03]") {
    running it;
    it.machine.on_exited(0, t0);
    it.settle();
    it.end.host_sends(frame_type::kill);
    it.settle();
    CHECK(it.process.orders() == strings{"close_input"});
    it.end.host_vanishes();
    it.settle();
    CHECK(it.process.orders() == strings{"close_input", "release"});
}

TEST_CASE("plain_exec: a KILL sent before the process started is kept for it") {
    plain_exec machine{frame_channel{}, agent_limits{}};
    fake_process process{machine};
    guest_end end{machine};
    end.host_sends(frame_type::kill);
    process.settle(t0);
    CHECK(process.orders().empty());
    machine.on_started(t0);
    process.settle(t0);
    CHECK(process.orders() == strings{"kill"});
}

TEST_CASE("plain_exec: loss of the peer kills the group and frees everything [P-CONN-10]") {
    running it;
    it.process.writes("unsent", t0);
    it.end.host_vanishes();
    CHECK(it.woken);
    it.settle();
    CHECK(it.process.orders() == strings{"kill", "release"});
    CHECK(it.end.failure() == errc::connection_lost);
    CHECK(it.end.closed());
}

TEST_CASE("plain_exec: a framing error is loss of the peer, not the end of input [P-FRAME-12] [P-CONN-10]") {
    for (const std::string& bad : {std::string(4, '\0'), std::string("\0\x10\0\1", 4)}) {
        running it;
        it.end.host_sends(bad);
        it.settle();
        CHECK(it.process.orders() == strings{"kill", "release"});
        CHECK(it.end.failure() == errc::bad_frame_length);
        CHECK(it.end.closed());
    }
    running cut;
    cut.end.host_sends(frame(frame_type::stdin_data, "hello").substr(0, 7)).host_ends();
    cut.settle();
    CHECK(cut.end.failure() == errc::truncated_frame);
    CHECK(cut.process.orders() == strings{"kill", "release"});
}

TEST_CASE("plain_exec: loss of the peer before the process started kills it when it has [P-CONN-10]") {
    plain_exec machine{frame_channel{}, agent_limits{}};
    fake_process process{machine};
    guest_end end{machine};
    end.host_vanishes();
    CHECK(end.closed());
    machine.on_started(t0);
    process.settle(t0);
    CHECK(process.orders() == strings{"kill", "release"});
}

TEST_CASE("plain_exec: loss is noticed although input is backed up and output waits [P-CONN-10] [P-CONN-17]") {
    running it;
    it.process.reads(0);
    it.end.host_reads(0);
    while (it.process.writes(std::string(65'536, 'o'), t0) != 0)
        it.end.settle();
    for (int i = 0; i < 3; ++i)
        it.stdin_frame(std::string(1'000'000, 'x'));
    it.end.host_vanishes();
    it.settle();
    CHECK(it.process.orders() == strings{"kill", "release"});
}

TEST_CASE("plain_exec: KILL is honoured behind 1 MiB of input that nobody reads [P-CONN-17]") {
    running it;
    it.process.reads(0);
    for (int i = 0; i < 16; ++i)
        it.stdin_frame(std::string(65'536, 'x'));
    it.end.host_sends(frame_type::kill);
    it.settle();
    CHECK(it.process.orders() == strings{"kill"});
}

TEST_CASE("plain_exec: at most 1 MiB of input and one frame are held; then reading pauses [P-CONN-18]") {
    running it;
    it.process.reads(0);
    const std::string one_frame(65'536, 'x');
    std::string all;
    for (int i = 0; i < 40; ++i) {
        it.stdin_frame(one_frame);
        all += one_frame;
    }
    const std::size_t held = 40 * (one_frame.size() + 5) - it.end.unread();
    CHECK(held >= 1'048'576);
    CHECK(held <= 1'048'576 + 3 * session::frame_channel::default_read_size);
    CHECK_FALSE(it.machine.channel().wants_read());
    it.process.reads(all.size());
    it.settle();
    CHECK(it.process.read() == all);
    CHECK(it.end.unread() == 0);
}

TEST_CASE("plain_exec: a frame larger than the backlog is passed on piece by piece [P-CONN-18]") {
    agent_limits limits;
    limits.stdin_backlog = 1000;
    running it{limits};
    std::string big(1'000'000, 'x');
    for (std::size_t i = 0; i < big.size(); ++i)
        big[i] = static_cast<char>('a' + i % 26);
    it.process.reads(0);
    it.stdin_frame(big);
    for (std::size_t read = 0; read < big.size(); read += 4999) {
        it.process.reads(4999);
        for (int i = 0; i < 6; ++i)
            it.settle();
    }
    CHECK(it.process.read() == big);
}

TEST_CASE("plain_exec: output waits in the process when the host reads slowly, and is all delivered [P-CONN-15]") {
    running it;
    it.end.host_reads(0);
    std::size_t produced = 0;
    for (std::size_t n = 1; n != 0;) {
        n = it.process.writes(std::string(65'536, 'o'), t0);
        produced += n;
        it.end.settle();
        CHECK(it.machine.channel().backlog() <= 262'144);  // [P-CONN-18]
    }
    CHECK(produced > 200'000);
    CHECK(it.machine.output_room() == 0);
    it.pass(24h);  // plain exec has no limit on patience
    CHECK_FALSE(it.end.closed());
    it.end.host_reads(10'000'000);
    CHECK(it.machine.output_room() > 0);
    it.process.ends(0, it.end.now());
    it.end.settle();
    std::size_t got = 0;
    for (const std::string& one : it.payloads("STDOUT "))
        got += one.size() - 7;
    CHECK(got == produced);
    CHECK(it.end.frames().back() == "EXIT 0");
}

TEST_CASE("plain_exec: EXIT behind a full queue is delivered when the host resumes [P-CONN-15] [P-EXEC-15]") {
    running it;
    it.end.host_reads(0);
    while (it.process.writes(std::string(65'536, 'o'), t0) != 0)
        it.end.settle();
    it.process.ends(5, t0);
    it.pass(1h);
    CHECK_FALSE(it.end.closed());
    it.end.host_reads(10'000'000).host_ends();
    CHECK(it.end.frames().back() == "EXIT 5");
    CHECK(it.end.closed());
}

TEST_CASE("plain_exec: a whole conversation survives any step failing") {
    const auto steps = std::vector<std::function<void(running&)>>{
        [](running& it) { it.stdin_frame("abc"); },
        [](running& it) { it.process.writes("abc", it.end.now()); },
        [](running& it) { it.end.host_sends(frame_type::stdin_eof); },
        [](running& it) { it.machine.on_exited(0, it.end.now()); },
        [](running& it) { it.pass(1s); },
        [](running& it) { it.machine.on_drained(it.end.now()); },
    };
    const auto faults = std::vector<std::function<void(running&)>>{
        [](running& it) { it.end.host_vanishes(); },
        [](running& it) { it.end.host_ends(); },
        [](running& it) { it.end.host_sends(std::string(4, '\0')); },
        [](running& it) { it.end.host_sends(frame_type::kill); },
        [](running& it) { it.machine.on_input_closed(it.end.now()); },
        [](running& it) { it.end.host_reads(0); },
    };
    for (std::size_t at = 0; at <= steps.size(); ++at)
        for (const auto& fault : faults) {
            running it;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (i == at)
                    fault(it);
                steps[i](it);
                it.settle();
            }
            if (at == steps.size())
                fault(it);
            it.machine.on_exited(0, it.end.now());
            it.machine.on_drained(it.end.now());
            it.settle();
            it.end.host_reads(1'000'000).host_ends().pass(10s);
            it.settle();
            CHECK(it.end.closed());
            CHECK(it.process.orders().back() == "release");
        }
}

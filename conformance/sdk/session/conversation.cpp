#include "session/support/memory_agent.hpp"

#include <hearth/session/guest/config_fetch.hpp>
#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/capabilities.hpp>
#include <hearth/session/host/config_server.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>

// Whole conversations in memory: the host's machines talk to the guest's.

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::guest::channel_kind;
namespace host = session::host;

namespace {

constexpr auto whole = std::numeric_limits<std::size_t>::max();
constexpr std::string_view token = "secret";

/// A host's machine on its connection.
template <class M>
struct talk {
    talk(memory_agent& with, M& machine_, channel_kind kind = channel_kind::control)
        : agent(with), machine(machine_), wire(with.connect(kind)) {}

    /// Until nothing moves any more, without letting time pass.
    /// \param moves  After so many steps the connection breaks.
    void run(std::function<void(typename M::action&)> on_event, std::size_t cut = whole, std::size_t moves = whole) {
        for (std::size_t turn = 0; turn < 5'000'000; ++turn) {
            if (turn == moves)
                lose();
            if (!step(on_event, cut) && !agent.step(cut))
                return;
        }
        FAIL("the conversation does not settle");
    }

    void lose() {
        wire->host_gone = true;
        machine.channel().on_lost(errc::connection_lost);
    }

    /// The same, and time passes until the host's machine has closed.
    void run_out(std::function<void(typename M::action&)> on_event, std::size_t cut = whole,
                 std::size_t moves = whole) {
        run(on_event, cut, moves);
        if (moves != whole && !closed)
            lose(), run(on_event, cut);
        for (int i = 0; i < 100 && !closed; ++i) {
            const time_point next = std::min(agent.next(), until);
            REQUIRE(next != no_deadline);
            agent.now = std::max(agent.now, next);
            run(on_event, cut);
        }
        CHECK(closed);
    }

    bool step(const std::function<void(typename M::action&)>& on_event, std::size_t cut) {
        if (closed)
            return false;
        auto todo = machine.poll(agent.now);
        if (const auto* idle = std::get_if<session::wait>(&todo)) {
            until = idle->until;
            return move(cut);
        }
        if (std::holds_alternative<session::close>(todo)) {
            while (move_out(cut))
                continue;
            closed = wire->host_ended = true;
            return true;
        }
        if constexpr (std::is_same_v<M, host::plain_exec>)
            if (std::holds_alternative<session::shutdown_send>(todo)) {
                while (move_out(cut))
                    continue;
                return wire->host_ended = true;
            }
        on_event(todo);
        return true;
    }

    bool move(std::size_t cut) { return move_out(cut) || move_in(cut); }
    bool move_out(std::size_t cut) {
        const bytes_view bytes = machine.channel().send_buffer();
        const std::size_t n = std::min(bytes.size(), cut);
        wire->to_agent += as_text(bytes.first(n));
        machine.channel().on_sent(n);
        return n != 0;
    }
    bool move_in(std::size_t cut) {
        session::frame_channel& channel = machine.channel();
        if (!channel.wants_read())
            return false;
        if (wire->to_host.empty()) {
            if (wire->agent_ended)
                channel.on_end_of_stream();
            return wire->agent_ended;
        }
        const mutable_bytes room = channel.receive_buffer();
        const std::size_t n = std::min({room.size(), wire->to_host.size(), cut});
        std::copy_n(as_bytes(wire->to_host).begin(), n, room.begin());
        channel.on_received(n);
        wire->to_host.erase(0, n);
        return true;
    }

    memory_agent& agent;
    M& machine;
    std::shared_ptr<memory_agent::link> wire;
    time_point until{no_deadline};
    bool closed{false};
};

host::options with_token(std::string_view which = token) {
    return {.token = std::string{which}, .deadline = no_deadline};
}

wire::exec_request command(std::vector<std::string> argv) {
    wire::exec_request out;
    out.argv = std::move(argv);
    return out;
}

struct exec_outcome {
    std::string out;
    std::string err;
    std::optional<std::int32_t> code;
    std::error_code why;
    std::string text;

    void operator()(host::plain_exec::action& event) {
        if (const auto* some = std::get_if<host::plain_exec::output>(&event))
            (some->from == host::output_stream::out ? out : err) += as_text(some->bytes);
        else if (const auto* end = std::get_if<host::plain_exec::exited>(&event))
            code = end->code;
        else if (const auto* no = std::get_if<session::failed>(&event))
            why = no->why, text = no->peer_text;
    }
};

/// Runs a request that one frame answers.
template <class Reply>
result<Reply> ask(memory_agent& agent, host::request<Reply> machine, std::size_t cut = whole) {
    std::optional<result<Reply>> out;
    talk<host::request<Reply>> conversation{agent, machine};
    conversation.run_out(
        [&](auto& event) {
            if (auto* reply = std::get_if<typename host::request<Reply>::reply>(&event))
                out = std::move(reply->value);
            else if (auto* no = std::get_if<session::failed>(&event))
                out = no->why;
        },
        cut);
    return out.value();
}

/// A client of a session.
struct terminal {
    terminal(memory_agent& agent, const wire::exec_request& request)
        : machine(request, with_token()), conversation(agent, machine) {
        run();
    }
    void run() {
        conversation.run([this](auto& event) {
            if (const auto* some = std::get_if<host::attached_session::output>(&event))
                output += as_text(some->bytes);
            else if (const auto* begin = std::get_if<host::attached_session::opened>(&event))
                info = begin->info;
            else if (const auto* end = std::get_if<host::attached_session::exited>(&event))
                code = end->code;
            else if (const auto* no = std::get_if<session::failed>(&event))
                why = no->why;
        });
    }
    host::attached_session machine;
    talk<host::attached_session> conversation;
    std::optional<wire::session_info> info;
    std::string output;
    std::optional<std::int32_t> code;
    std::error_code why;
};

wire::exec_request session_of(std::vector<std::string> argv, bool tty = true) {
    wire::exec_request out = command(std::move(argv));
    out.tty = tty;
    out.session = !tty;
    return out;
}

wire::exec_request attach_to(std::string id, bool if_detached = false) {
    wire::exec_request out;
    out.session_id = std::move(id);
    out.if_detached = if_detached;
    return out;
}

}  // namespace

TEST_CASE("conversation: a plain exec, cut anywhere [P-EXEC-14] [P-EXEC-16] [P-AUTH-02] [P-AUTH-03] [P-CONN-02]") {
    for (std::size_t cut : {std::size_t{1}, std::size_t{3}, std::size_t{7}, whole}) {
        memory_agent agent{std::string{token}};
        host::plain_exec machine{command({"both"}), with_token()};
        exec_outcome got;
        talk conversation{agent, machine};
        conversation.run_out(std::ref(got), cut);
        CHECK(got.out == "out");
        CHECK(got.err == "err");
        CHECK(got.code == 3);
        CHECK(agent.links.empty());
        CHECK(agent.processes.empty());
    }
}

TEST_CASE("conversation: megabytes of input come back, with either end of input [P-EXEC-10] [P-EXEC-11] [P-EXT-06]") {
    for (const bool half_close : {true, false}) {
        memory_agent agent{std::string{token}};
        host::plain_exec machine{command({"cat"}), with_token()};
        exec_outcome got;
        talk conversation{agent, machine};
        std::string input(3'000'000, '\0');
        for (std::size_t i = 0; i < input.size(); ++i)
            input[i] = static_cast<char>(i * 13 + i / 255);
        for (std::string_view rest = input; !rest.empty();) {
            rest.remove_prefix(machine.write_stdin(as_bytes(rest)));
            conversation.run(std::ref(got));
        }
        if (half_close)
            machine.close_stdin();
        else
            machine.stdin_eof();
        conversation.run_out(std::ref(got));
        CHECK(got.out == input);
        CHECK(got.code == 0);
    }
}

TEST_CASE("conversation: a host that stops reading stops the process, and loses nothing [P-CONN-15] [P-CONN-18]") {
    memory_agent agent;
    host::plain_exec machine{command({"flood", "5000000"}), {}};
    exec_outcome got;
    talk conversation{agent, machine};
    conversation.run_out(std::ref(got), 1000);
    CHECK(got.out.size() == 5'000'000);
    CHECK(got.code == 0);
}

TEST_CASE("conversation: kill, failure to start, empty argv [P-EXEC-20] [P-EXEC-04] [P-EXEC-01] [P-ERR-02]") {
    memory_agent agent;
    {
        host::plain_exec machine{command({"stay"}), {}};
        exec_outcome got;
        talk conversation{agent, machine};
        conversation.run(std::ref(got));
        CHECK_FALSE(got.code);
        machine.kill();
        conversation.run_out(std::ref(got));
        CHECK(got.code == 137);
    }
    {
        host::plain_exec machine{command({"missing"}), {}};
        exec_outcome got;
        talk conversation{agent, machine};
        conversation.run_out(std::ref(got));
        CHECK(got.why == errc::start_failed);
        CHECK(got.text == "start: exec missing: no such file or directory");
        CHECK_FALSE(got.code);
    }
}

TEST_CASE("conversation: the wrong token is refused on every operation [P-AUTH-04] [P-AUTH-07]") {
    memory_agent agent{std::string{token}};
    agent.files["/f"] = "x";
    for (std::string_view wrong : {"", "secreT", "secret2"}) {
        const host::options opt = with_token(wrong);
        CHECK(ask(agent, host::query_activity(opt)).error() == errc::auth_required);
        CHECK(ask(agent, host::list_sessions(opt)).error() == errc::auth_required);
        CHECK(ask(agent, host::stat_file("/f", opt)).error() == errc::auth_required);
        host::plain_exec machine{command({"both"}), opt};
        exec_outcome got;
        talk conversation{agent, machine};
        conversation.run_out(std::ref(got));
        CHECK(got.why == errc::auth_required);
    }
    memory_agent open;
    CHECK(ask(open, host::query_activity(with_token())).error() ==
          errc::unknown_operation);  // AUTH is unexpected there
}

TEST_CASE("conversation: the loss of the connection at any step ends both halves [P-CONN-10] [A-LIM-04]") {
    for (std::size_t moves = 0; moves < 60; ++moves) {
        memory_agent agent{std::string{token}};
        host::plain_exec machine{command({"cat"}), with_token()};
        machine.write_stdin(as_bytes("hello"));
        exec_outcome got;
        talk conversation{agent, machine};
        conversation.run_out(std::ref(got), 5, moves);
        for (int i = 0; i < 20 && agent.next() != no_deadline; ++i) {
            agent.now = std::max(agent.now, agent.next());
            while (agent.step(whole))
                continue;
        }
        CAPTURE(moves);
        CHECK(agent.links.empty());
        CHECK(agent.processes.empty());
        CHECK(agent.door.connections() == 0);
    }
}

TEST_CASE(
    "conversation: the life of a session [P-SESS-01] [P-SESS-03] [P-SESS-09] [P-SESS-12] [P-SESS-15] [P-SESS-21]") {
    memory_agent agent{std::string{token}};
    terminal first{agent, session_of({"cat"})};
    REQUIRE(first.info);
    CHECK(first.info->session_id == "s1");
    CHECK(first.info->running);
    first.machine.write_stdin(as_bytes("one "));
    first.run();
    CHECK(first.output == "one ");

    terminal refused{agent, attach_to("s1", true)};
    CHECK(refused.why == errc::session_attached);
    terminal unknown{agent, attach_to("s9")};
    CHECK(unknown.why == errc::session_not_found);

    terminal second{agent, attach_to("s1")};
    first.run();
    CHECK(first.code == 0);
    CHECK(second.output == "one ");
    CHECK(host::taken_over("s1", ask(agent, host::list_sessions(with_token())).value()));
    second.machine.write_stdin(as_bytes("two"));
    second.run();
    CHECK(second.output == "one two");

    second.machine.detach();
    second.run();
    CHECK_FALSE(ask(agent, host::list_sessions(with_token())).value().at(0).attached);

    terminal third{agent, attach_to("s1", true)};
    CHECK(third.output == "one two");
    third.machine.kill();
    third.run();
    CHECK(third.code == 143);
    CHECK(ask(agent, host::list_sessions(with_token())).value().empty());
}

TEST_CASE("conversation: EXEC_KILL ends a session and its client learns the code [P-SESS-24] [P-SESS-25] [P-SESS-16]") {
    memory_agent agent{std::string{token}};
    terminal client{agent, session_of({"cat"}, false)};
    CHECK(ask(agent, host::kill_session("s1", with_token())));
    client.run();
    CHECK(client.code == 137);
    CHECK(ask(agent, host::kill_session("s1", with_token())).error() == errc::session_not_found);

    terminal other{agent, session_of({"cat"})};
    other.machine.detach();
    other.run();
    CHECK(ask(agent, host::kill_session("s2", with_token())));
    CHECK(ask(agent, host::list_sessions(with_token())).value().at(0).exit_code == 137);
    CHECK(ask(agent, host::kill_session("s2", with_token())));
    terminal late{agent, attach_to("s2")};
    CHECK(late.code == 137);
}

TEST_CASE("conversation: end of input of a piped session [P-PIPE-02] [P-EXT-06]") {
    memory_agent agent{std::string{token}};
    terminal client{agent, session_of({"cat"}, false)};
    client.machine.write_stdin(as_bytes("all of it"));
    client.machine.stdin_eof();
    client.run();
    CHECK(client.output == "all of it");
    CHECK(client.code == 0);
}

TEST_CASE("conversation: a thousand sessions come and go, and nothing is left [P-SESS-20] [A-LIM-04]") {
    memory_agent agent{std::string{token}};
    for (int i = 0; i < 1000; ++i) {
        terminal one{agent, session_of({"both"}, i % 2 == 0)};
        CHECK(one.code == 3);
    }
    for (int i = 0; i < 10 && agent.next() != no_deadline; ++i) {
        agent.now = agent.next();
        while (agent.step(whole))
            continue;
    }
    CHECK(agent.links.empty());
    CHECK(agent.processes.empty());
    CHECK(agent.sessions.list().empty());
}

TEST_CASE(
    "conversation: files go up and come down, whole and in windows [P-FILE-40] [P-FILE-10] [P-FILE-13] [P-FILE-16]") {
    memory_agent agent{std::string{token}};
    std::string content;
    for (int i = 1; i <= 100'000; ++i)
        content += "line " + std::to_string(i) + '\n';
    host::upload up{{.path = "/f", .mode = "0600", .size = static_cast<std::int64_t>(content.size())}, with_token()};
    bool done = false;
    talk sending{agent, up};
    for (std::string_view rest = content; !rest.empty();) {
        rest.remove_prefix(up.write(as_bytes(rest)));
        sending.run([&](auto& event) { done = std::holds_alternative<host::upload::completed>(event); });
    }
    sending.run_out([&](auto& event) { done = std::holds_alternative<host::upload::completed>(event); });
    CHECK(done);
    CHECK(agent.files["/f"] == content);

    const auto read = [&](const wire::file_read_request& asked) {
        host::download down{asked, with_token()};
        std::string out;
        talk conversation{agent, down};
        conversation.run_out([&](auto& event) {
            if (const auto* some = std::get_if<host::download::data>(&event))
                out += as_text(some->bytes);
            else if (const auto* no = std::get_if<session::failed>(&event))
                out = "failed: " + no->peer_text;
        });
        return out;
    };
    CHECK(read({.path = "/f"}) == content);
    CHECK(read({.path = "/f", .offset = 500, .limit = 2}) == "line 500\nline 501\n");
    CHECK(read({.path = "/f", .max_bytes = 6}) == "line 1");
    CHECK(read({.path = "/none"}) == "failed: open /none: no such file or directory");
    CHECK(ask(agent, host::stat_file("/f", with_token())).value().size == static_cast<std::int64_t>(content.size()));
    CHECK(ask(agent, host::stat_file("/none", with_token())).error() == errc::no_such_file);
    CHECK(ask(agent, host::list_files("/", with_token())).value().entries.size() == 1);
}

TEST_CASE(
    "conversation: a refused upload says why although the host is still sending [P-FILE-42] [P-FILE-57] [P-CONN-07]") {
    agent_limits limits;
    limits.write_cap = 100;
    memory_agent agent{std::string{token}, limits};
    host::upload up{{.path = "/f", .mode = "", .size = 1'000'000}, with_token()};
    std::error_code why;
    talk conversation{agent, up};
    while (up.remaining() > 0 && !conversation.closed) {
        up.write(as_bytes(std::string(100'000, 'x')));
        conversation.run([&](auto& event) { why = std::get<session::failed>(event).why; });
    }
    CHECK(why == errc::file_too_large);
    CHECK(agent.files.empty());
}

TEST_CASE("conversation: the listing of a large directory fits a frame [P-FILE-88] [P-FILE-89] [P-ERR-06]") {
    memory_agent agent{std::string{token}};
    for (int i = 0; i < 10'050; ++i)
        agent.files["/d/" + std::string(80, 'n') + std::to_string(100'000 + i)] = "";
    const wire::file_list list = ask(agent, host::list_files("/d", with_token())).value();
    REQUIRE(list.truncated);
    CHECK(list.truncated->total == 10'050);
    CHECK(list.truncated->shown == list.entries.size());
    CHECK(list.entries.size() > 5'000);
}

TEST_CASE("conversation: activity, hello, clock and detached commands [P-ACT-01] [P-EXT-03] [P-EXT-07] [P-DET-03]") {
    memory_agent agent{std::string{token}};
    const auto idle = ask(agent, host::query_activity(with_token())).value();
    CHECK(idle.last_activity_unix == 1'700'000'000);
    terminal one{agent, session_of({"cat"})};
    CHECK(ask(agent, host::query_activity(with_token())).value().attached_sessions == 1);

    host::hello_request hello{"test", with_token()};
    std::optional<host::capabilities> what;
    talk asking{agent, hello};
    asking.run_out([&](auto& event) { what = std::get<host::hello_request::reply>(event).value; });
    REQUIRE(what);
    CHECK(what->has("stdin.eof"));

    wire::clock_set_request clock;
    clock.unix_ns = 42;
    CHECK(ask(agent, host::set_clock(clock, with_token())));
    CHECK(agent.clock_ns == 42);

    wire::exec_request detached = command({"serve"});
    detached.detach = true;
    detached.output_file = "/tmp/\x01out";
    host::detached_exec start{detached, with_token()};
    std::optional<wire::detach_reply> reply;
    talk starting{agent, start};
    starting.run_out([&](auto& event) { reply = std::get<host::detached_exec::started>(event).reply; });
    CHECK(reply == wire::detach_reply{7, "/tmp/\x01out"});
}

TEST_CASE("conversation: over the limit an exec is refused, a listing is served [P-CONN-12] [P-CONN-13]") {
    agent_limits limits;
    limits.connections = 2;
    memory_agent agent{std::string{token}, limits};
    host::plain_exec a{command({"stay"}), with_token()};
    host::plain_exec b{command({"stay"}), with_token()};
    host::plain_exec c{command({"stay"}), with_token()};
    exec_outcome got[3];
    talk first{agent, a};
    talk second{agent, b};
    talk third{agent, c};
    first.run(std::ref(got[0]));
    second.run(std::ref(got[1]));
    third.run_out(std::ref(got[2]));
    CHECK(got[2].why == errc::connection_limit);
    CHECK(ask(agent, host::list_sessions(with_token())));
    CHECK(ask(agent, host::query_activity(with_token())));
    CHECK(ask(agent, host::stat_file("/", with_token())).error() == errc::connection_limit);
}

TEST_CASE("conversation: a stalled terminal delays nobody else [P-CONN-16] [P-ACT-04] [P-SESS-11]") {
    memory_agent agent{std::string{token}};
    host::attached_session machine{session_of({"flood", "10000000"}), with_token()};
    talk stalled{agent, machine};
    stalled.wire->window = 1000;
    while (stalled.move_out(whole) || agent.step(whole))
        continue;
    CHECK(stalled.wire->to_host.size() == 1000);
    CHECK(stalled.wire->client->channel().backlog() > 100'000);
    const time_point before = agent.now;
    CHECK(ask(agent, host::query_activity(with_token())).value().attached_sessions == 1);
    CHECK(ask(agent, host::list_sessions(with_token())).value().size() == 1);
    CHECK(ask(agent, host::kill_session("s1", with_token())));
    CHECK(agent.now == before);  // no deadline had to pass
}

TEST_CASE("conversation: execs are independent of each other [P-EXEC-09]") {
    memory_agent agent{std::string{token}};
    std::vector<std::unique_ptr<host::plain_exec>> machines;
    std::vector<std::unique_ptr<talk<host::plain_exec>>> talks;
    std::vector<exec_outcome> got(200);
    for (std::size_t i = 0; i < got.size(); ++i) {
        machines.push_back(std::make_unique<host::plain_exec>(command({"cat"}), with_token()));
        talks.push_back(std::make_unique<talk<host::plain_exec>>(agent, *machines.back()));
        machines.back()->write_stdin(as_bytes("exec " + std::to_string(i)));
        talks.back()->run(std::ref(got[i]));
    }
    for (std::size_t i = got.size(); i-- > 0;) {
        machines[i]->stdin_eof();
        talks[i]->run_out(std::ref(got[i]));
        CHECK(got[i].out == "exec " + std::to_string(i));
        CHECK(got[i].code == 0);
    }
}

TEST_CASE("conversation: a tunnel relays both ways and passes on the half-close [P-FWD-01] [P-FWD-05] [P-FWD-06] "
          "[P-FWD-08]") {
    memory_agent agent{std::string{token}};
    agent.ports = {80};
    host::tunnel open{{.port = 80}, with_token()};
    bool opened = false;
    talk conversation{agent, open, channel_kind::forward};
    for (int i = 0; i < 100 && !opened; ++i) {
        conversation.step([&](auto& event) { opened = std::holds_alternative<host::tunnel::opened>(event); }, whole);
        if (i == 0)
            conversation.wire->to_agent += "early";  // behind FWD_REQ, before the answer
        agent.step(whole);
    }
    REQUIRE(opened);
    conversation.wire->to_agent += " late";
    conversation.wire->host_ended = true;
    while (agent.step(whole))
        continue;
    CHECK(std::string{as_text(open.channel().parser().unread())} + conversation.wire->to_host == "early late");
    CHECK(conversation.wire->agent_ended);
    CHECK(agent.links.empty());

    host::tunnel refused{{.port = 81}, with_token()};
    std::error_code why;
    talk failing{agent, refused, channel_kind::forward};
    failing.run_out([&](auto& event) { why = std::get<session::failed>(event).why; });
    CHECK(why == errc::forward_refused);
}

TEST_CASE("conversation: the guest fetches its configuration at boot [P-CFG-01] [P-CFG-02] [P-CFG-04] [P-CFG-05]") {
    wire::sandbox_config config;
    config.sandbox_id = "sb-1";
    config.token = "t";
    config.files["/etc/x"] = {"content", "0600"};
    const std::string payload = host::encode_config(config).value();
    const time_point now{1h};
    host::config_server server{payload, now};
    session::guest::config_fetch guest{now};
    REQUIRE(std::holds_alternative<session::guest::config_fetch::connect>(guest.poll(now)));
    guest.on_connected();
    const auto carry = [](session::frame_channel& from, session::frame_channel& to) {
        const bytes_view bytes = from.send_buffer();
        to.parser().feed(bytes);
        from.on_sent(bytes.size());
    };
    carry(guest.channel(), server.channel());
    (void)server.poll(now);
    carry(server.channel(), guest.channel());
    const auto got = guest.poll(now);
    REQUIRE(std::holds_alternative<session::guest::config_fetch::received>(got));
    CHECK(std::get<session::guest::config_fetch::received>(got).config == config);
}

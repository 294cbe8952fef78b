// The whole conversation: an agent and its client in one program, joined by socket pairs, with real processes behind it.

#include "support/run.hpp"

using namespace example;
using clock_type = std::chrono::steady_clock;

namespace {

/// Prints what was done and how long it took.
class step {
public:
    explicit step(std::string what) : what_(std::move(what)) {}
    void done(const std::string& result) {
        const std::chrono::duration<double, std::milli> took = clock_type::now() - started_;
        std::printf("%-32s %8.2f ms   %s\n", what_.c_str(), took.count(), result.c_str());
    }

private:
    std::string what_;
    clock_type::time_point started_{clock_type::now()};
};

net::awaitable<void> conversation(agent_client agent) {
    const hearth::io::call_options soon{.deadline = within(30s)};
    {
        step s("agent ready");
        co_await agent.async_wait_ready(soon, use_awaitable);
        const auto who = co_await agent.async_hello(soon, use_awaitable);
        agent.set_capabilities(who);
        s.done(who.has(wire::feature_stdin_eof) ? "understands stdin.eof" : "base protocol");
    }
    {
        step s("exec uname -sr");
        const auto ran = co_await agent.async_exec(wire::command("uname", "-sr"), {}, soon, use_awaitable);
        s.done(ran.out.substr(0, ran.out.find('\n')));
    }
    {
        step s("exec wc -c, 1 MiB of input");
        const std::string input(1 << 20, 'x');
        const auto ran = co_await agent.async_exec(wire::command("wc", "-c"), {.input = hearth::as_bytes(input)}, soon,
                                                   use_awaitable);
        s.done(ran.out.substr(0, ran.out.find('\n')) + " bytes counted");
    }
    {
        step s("terminal: type, leave, come back");
        auto shell = wire::command("sh");
        shell.tty = true;
        auto first = co_await agent.async_open_session(shell, soon, use_awaitable);
        co_await first.async_write_stdin(hearth::as_bytes("echo $((6 * 7)); exit 5\n"), use_awaitable);
        const wire::exec_request attach{.session_id = first.info().session_id};
        first.detach();
        auto second = co_await agent.async_open_session(attach, soon, use_awaitable);
        std::string screen;
        std::int32_t code = -1;
        while (code < 0) {
            const auto event = co_await second.async_next(use_awaitable);
            if (const auto* output = std::get_if<hearth::io::session_stream::output>(&event))
                screen += hearth::as_text(output->bytes);
            else if (const auto* end = std::get_if<hearth::io::session_stream::exited>(&event))
                code = end->code;
        }
        s.done((screen.find("42") != screen.npos ? "saw 42, exit " : "exit ") + std::to_string(code));
    }
    {
        step s("file: write and read 8 MiB");
        const wire::file_read_request big{.path = "/big"};
        const std::string content(8 << 20, 'h');
        co_await agent.async_write_file("/big", "0644", hearth::as_bytes(content), soon, use_awaitable);
        const auto back = co_await agent.async_read_file(big, soon, use_awaitable);
        s.done(back.bytes == content ? "the same bytes came back" : "DIFFERENT BYTES CAME BACK");
    }
}

}  // namespace

int main(int argc, char** argv) { return run(argc, argv, conversation); }

// A terminal session outlives its connection: leave it, come back, and what was on the screen is replayed.

#include "support/run.hpp"

using namespace example;
using hearth::io::session_stream;

net::awaitable<void> type(session_stream& terminal, std::string line) {
    co_await terminal.async_write_stdin(hearth::as_bytes(line), use_awaitable);
}

/// Reads until `text` was seen, or the session ended.
net::awaitable<std::string> expect(session_stream& terminal, std::string text) {
    std::string seen;
    while (seen.find(text) == seen.npos) {
        const auto event = co_await terminal.async_next(use_awaitable);
        if (const auto* output = std::get_if<session_stream::output>(&event))
            seen += hearth::as_text(output->bytes);
        else
            co_return seen;
    }
    co_return seen;
}

net::awaitable<void> conversation(agent_client agent) {
    auto shell = wire::command("sh");
    shell.tty = true;
    shell.rows = 40;
    auto terminal = co_await agent.async_open_session(shell, {.deadline = within(5s)}, use_awaitable);
    const std::string id = terminal.info().session_id;
    terminal.resize({30, 100});
    co_await type(terminal, "stty size; echo ready-$((6 * 7))\n");
    co_await expect(terminal, "ready-42");
    terminal.detach();
    std::cout << "left session " << id << '\n';

    const wire::exec_request attach{.session_id = id};
    auto again = co_await agent.async_open_session(attach, {.deadline = within(5s)}, use_awaitable);
    const std::string replayed = co_await expect(again, "ready-42");
    std::cout << "replayed: " << (replayed.find("30 100") != replayed.npos ? "size 30 100" : replayed) << '\n';

    co_await type(again, "exit 7\n");
    for (;;) {
        const auto event = co_await again.async_next(use_awaitable);
        if (const auto* end = std::get_if<session_stream::exited>(&event)) {
            std::cout << "session ended with " << end->code << '\n';
            co_return;
        }
    }
}

int main(int argc, char** argv) { return run(argc, argv, conversation); }

// Prints:
//     left session s1
//     replayed: size 30 100
//     session ended with 7

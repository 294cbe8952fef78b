// A command whose input and output are streamed: nothing is held in memory, and a slow reader slows the command down.

#include "support/run.hpp"

#include <asio/experimental/awaitable_operators.hpp>

using namespace example;
using hearth::io::exec_stream;

net::awaitable<void> type_numbers(exec_stream& command) {
    for (int i = 1; i <= 5; ++i) {
        const std::string line = std::to_string(i * i) + '\n';
        co_await command.async_write_stdin(hearth::as_bytes(line), use_awaitable);
    }
    command.close_stdin();
}

net::awaitable<void> print_output(exec_stream& command) {
    for (;;) {
        const auto event = co_await command.async_next(use_awaitable);
        if (const auto* done = std::get_if<exec_stream::exited>(&event)) {
            std::cout << "exit: " << done->code << '\n';
            co_return;
        }
        std::cout << hearth::as_text(std::get<exec_stream::output>(event).bytes) << std::flush;
    }
}

net::awaitable<void> conversation(agent_client agent) {
    using namespace net::experimental::awaitable_operators;
    auto command =
        co_await agent.async_open_exec(wire::command("sh", "-c", "while read n; do echo \"square: $n\"; done"),
                                       {.deadline = within(10s)}, use_awaitable);
    co_await (type_numbers(command) && print_output(command));
}

int main(int argc, char** argv) { return run(argc, argv, conversation); }

// Prints:
//     square: 1
//     square: 4
//     square: 9
//     square: 16
//     square: 25
//     exit: 0

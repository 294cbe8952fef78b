// One command, its output and its exit code.
//
//     02_exec [CONTROL_SOCKET FORWARD_SOCKET]

#include "support/run.hpp"

using namespace example;

net::awaitable<void> conversation(agent_client agent) {
    const auto ran = co_await agent.async_exec(wire::command("sh", "-c", "echo hello from $0; echo oops >&2; exit 3"),
                                               {}, {.deadline = within(5s)}, use_awaitable);
    std::cout << "out:  " << ran.out << "err:  " << ran.err << "exit: " << ran.exit_code << '\n';

    // A command that cannot be started is an error, not an exit code; the agent's own words come beside it.
    hearth::io::diagnostics said;
    try {
        co_await agent.async_exec(wire::command("no-such-program"), {}, {.deadline = within(5s), .diag = &said},
                                  use_awaitable);
    } catch (const std::system_error& e) {
        std::cout << e.code().message() << ": " << said.peer_text << '\n';
    }
}

int main(int argc, char** argv) { return run(argc, argv, conversation); }

// Prints:
//     out:  hello from sh
//     err:  oops
//     exit: 3
//     the command could not be started: start: exec no-such-program: no such file or directory

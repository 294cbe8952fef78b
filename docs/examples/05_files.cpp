// Files: write atomically, look, list, and read a window of lines.

#include "support/run.hpp"

using namespace example;

net::awaitable<void> conversation(agent_client agent) {
    const hearth::io::call_options soon{.deadline = within(10s)};
    std::string poem;
    for (int i = 1; i <= 1000; ++i)
        poem += "line " + std::to_string(i) + '\n';
    co_await agent.async_write_file("/notes/poem.txt", "0644", hearth::as_bytes(poem), soon, use_awaitable);
    co_await agent.async_write_file("/notes/empty.txt", "0600", {}, soon, use_awaitable);

    const auto file = co_await agent.async_stat("/notes/poem.txt", soon, use_awaitable);
    std::cout << file.name << ": " << file.size << " bytes, mode " << file.mode << '\n';

    const auto list = co_await agent.async_list("/notes", soon, use_awaitable);
    for (const auto& entry : list.entries)
        std::cout << "  " << entry.name << '\n';

    const wire::file_read_request two_lines{.path = "/notes/poem.txt", .offset = 500, .limit = 2};
    const auto window = co_await agent.async_read_file(two_lines, soon, use_awaitable);
    std::cout << window.bytes;

    const wire::file_read_request lost{.path = "/notes/lost.txt"};
    hearth::io::diagnostics said;
    try {
        co_await agent.async_read_file(lost, {.deadline = within(5s), .diag = &said}, use_awaitable);
    } catch (const std::system_error& e) {
        if (e.code() == hearth::errc::no_such_file)
            std::cout << said.peer_text << '\n';
    }
}

int main(int argc, char** argv) { return run(argc, argv, conversation); }

// Prints:
//     poem.txt: 8893 bytes, mode 0644
//       empty.txt
//       poem.txt
//     line 500
//     line 501
//     open /notes/lost.txt: no such file or directory

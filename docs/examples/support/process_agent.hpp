// An agent of your own: commands are real processes of this machine. See 06_agent.cpp.

#ifndef HEARTH_EXAMPLES_PROCESS_AGENT_HPP
#define HEARTH_EXAMPLES_PROCESS_AGENT_HPP

#include "child.hpp"
#include "memory_files.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <array>
#include <memory>
#include <utility>

namespace example {

using hearth::io::process_channel;

class process_agent : public memory_files {
public:
    net::awaitable<void> on_exec(wire::exec_request what, process_channel process) override {
        child run(co_await net::this_coro::executor);
        if (const int failure = run.start(what))
            co_return process.start_failed(
                wire::error_text::start(wire::error_text::system("exec", what.argv[0], failure)));
        process.started();
        using namespace net::experimental::awaitable_operators;
        co_await ((relay(run.out, process_channel::stream::out, process) &&
                   relay(run.err, process_channel::stream::err, process) && ended(run)) ||
                  obey(process, run));
        process.exit(run.reap());
    }

private:
    /// What the process writes goes to the host, no faster than the host reads.
    static net::awaitable<void> relay(descriptor& from, process_channel::stream to, process_channel process) {
        std::array<std::byte, 65'536> buffer;
        for (hearth::net_error_code ec; from.is_open();) {
            const auto n =
                co_await from.async_read_some(net::buffer(buffer), net::redirect_error(net::use_awaitable, ec));
            if (ec)
                co_return;  // end of file, or EIO on a terminal
            co_await process.async_write(to, {buffer.data(), n});
        }
    }
    static net::awaitable<void> ended(child& run) {
        co_await run.exit.async_wait(descriptor::wait_read, net::use_awaitable);
    }
    /// What the host wants goes to the process.
    static net::awaitable<void> obey(process_channel process, child& run) {
        for (;;) {
            auto event = co_await process.async_next();
            if (const auto* input = std::get_if<process_channel::input>(&event)) {
                hearth::net_error_code ec;
                co_await net::async_write(run.in, net::buffer(input->bytes.data(), input->bytes.size()),
                                          net::redirect_error(net::use_awaitable, ec));
                if (ec)
                    process.close_input();
            } else if (std::holds_alternative<process_channel::input_end>(event)) {
                run.in.close();
            } else if (const auto* to = std::get_if<process_channel::resize>(&event)) {
                run.resize(to->size);
            } else if (std::holds_alternative<process_channel::terminate>(event)) {
                run.signal(SIGTERM);
            } else if (std::holds_alternative<process_channel::kill>(event)) {
                run.signal(SIGKILL);
            }
        }
    }
};

}  // namespace example

#endif

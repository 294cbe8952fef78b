// An agent of your own: serves two Unix sockets until it is interrupted. Its handler is support/process_agent.hpp.
//
//     06_agent CONTROL_SOCKET FORWARD_SOCKET [TOKEN]

#include "support/process_agent.hpp"

#include <asio/signal_set.hpp>

#include <csignal>
#include <iostream>

namespace io = hearth::io;
namespace net = hearth::net;

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: 06_agent CONTROL_SOCKET FORWARD_SOCKET [TOKEN]\n";
        return 2;
    }
    net::io_context context{1};
    const auto on = context.get_executor();
    // The forward socket first: whoever sees the control socket may use both.
    auto forward = io::unix_listener{argv[2]}.listen(on);
    auto control = io::unix_listener{argv[1]}.listen(on);
    if (!forward || !control) {
        std::cerr << "cannot listen: " << (forward ? control : forward).error().message() << '\n';
        return 1;
    }
    io::agent_service agent(on, std::make_shared<example::process_agent>(),
                            {.token = argc > 3 ? argv[3] : "", .name = "example"});
    agent.serve(*std::move(forward), io::agent_service::channel::forward);
    agent.serve(*std::move(control), io::agent_service::channel::control);
    std::cout << "ready" << std::endl;

    net::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](hearth::net_error_code, int) { agent.async_stop([](hearth::net_error_code) {}); });
    context.run();
}

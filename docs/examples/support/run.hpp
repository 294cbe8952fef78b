// Runs an example against an agent: the one whose two socket paths are given, else one inside the example itself.

#ifndef HEARTH_EXAMPLES_RUN_HPP
#define HEARTH_EXAMPLES_RUN_HPP

#include "process_agent.hpp"
#include "socket_pair.hpp"

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>

namespace example {

using namespace std::chrono_literals;
using hearth::io::agent_client;
using hearth::io::within;
using net::use_awaitable;

/// \param body  A coroutine: `net::awaitable<void>(agent_client)`.
template <class Body>
int run(int argc, char** argv, Body body) {
    net::io_context context{1};
    const auto on = context.get_executor();
    hearth::io::agent_address address;
    std::optional<hearth::io::agent_service> service;
    if (argc == 3) {
        address = hearth::io::agent_over_unix(argv[1], argv[2]);
    } else {
        const socket_pair control(on), forward(on);
        service.emplace(on, std::make_shared<process_agent>());
        service->serve(control.acceptor(), hearth::io::agent_service::channel::control);
        service->serve(forward.acceptor(), hearth::io::agent_service::channel::forward);
        address = {control.connector(), forward.connector()};
    }
    int status = 0;
    net::co_spawn(on, body(agent_client(on, address)), [&](std::exception_ptr failure) {
        try {
            if (failure)
                std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            std::cerr << e.what() << '\n';
            status = 1;
        }
        if (service)
            service->async_stop([](hearth::net_error_code) {});
    });
    context.run();
    return status;
}

}  // namespace example

#endif

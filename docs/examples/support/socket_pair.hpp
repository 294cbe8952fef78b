// A transport inside one program: each connection is a socket pair. Real agents listen on sockets, see 06_agent.cpp.

#ifndef HEARTH_EXAMPLES_SOCKET_PAIR_HPP
#define HEARTH_EXAMPLES_SOCKET_PAIR_HPP

#include <hearth/io.hpp>

#include <deque>
#include <memory>
#include <utility>

namespace example {

namespace net = hearth::net;
namespace io = hearth::io;

/// Both ends of the transport: give `socket_pair::connector` to a client, `socket_pair::acceptor` to a service.
class socket_pair {
    struct meeting_point {
        net::any_io_executor on;
        io::pending_handler<io::accept_signature> accepting;
        std::deque<io::any_stream> waiting;

        void meet() {
            if (!accepting || waiting.empty())
                return;
            auto stream = std::move(waiting.front());
            waiting.pop_front();
            std::exchange(accepting, {}).post({}, std::move(stream));
        }
    };
    std::shared_ptr<meeting_point> at_;

public:
    struct acceptor_type {
        std::shared_ptr<meeting_point> at;
        net::any_io_executor get_executor() const { return at->on; }
        void async_accept(const net::any_io_executor&, io::accept_handler handler) {
            at->accepting = io::pending_handler<io::accept_signature>(std::move(handler));
            at->meet();
        }
        void close() {
            if (at->accepting)
                std::exchange(at->accepting, {}).post(make_error_code(hearth::errc::operation_cancelled), {});
        }
    };
    struct connector_type {
        std::shared_ptr<meeting_point> at;
        void async_connect(const net::any_io_executor& on, hearth::time_point, io::connect_handler handler) const {
            net::local::stream_protocol::socket ours(on), theirs(at->on);
            net::local::connect_pair(ours, theirs);
            at->waiting.emplace_back(io::stream_socket(std::move(theirs)));
            at->meet();
            io::pending_handler<io::connect_signature>(std::move(handler)).post({}, io::stream_socket(std::move(ours)));
        }
    };

    explicit socket_pair(const net::any_io_executor& on)
        : at_(std::make_shared<meeting_point>(meeting_point{on, {}, {}})) {}
    acceptor_type acceptor() const { return {at_}; }
    connector_type connector() const { return {at_}; }
};

}  // namespace example

#endif

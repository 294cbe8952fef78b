// Frames in memory: encode a request, cut the bytes as a network would, and get the request back.

#include <hearth/wire.hpp>

#include <iostream>
#include <string>

using namespace hearth;

int main() {
    std::string json;
    wire::write_exec_request({.argv = {"echo", "hello"}}, json);
    std::string stream;
    if (const auto sent = wire::append_frame(wire::frame_type::exec_request, as_bytes(json), stream); !sent) {
        std::cerr << sent.error().message() << '\n';
        return 1;
    }
    std::cout << "on the wire: " << stream.size() << " bytes\n";

    wire::frame_parser parser;
    for (const char byte : stream) {
        parser.feed(as_bytes({&byte, 1}));
        const auto found = parser.next();
        if (found.status != wire::parse_status::frame)
            continue;  // half a frame is no error: feed more
        const auto request = wire::parse_exec_request(found.frame.payload);
        if (!request) {
            std::cerr << request.error().message() << '\n';
            return 1;
        }
        std::cout << name_of(found.frame.type) << " for " << request->argv.front() << ' ' << request->argv.back()
                  << '\n';
    }
}

// Prints:
//     on the wire: 30 bytes
//     EXEC_REQ for echo hello

#include <hearth/wire.hpp>

#include <string>

// hearth::core alone: a frame goes out and comes back, and no Asio is needed.
int main() {
    std::string stream;
    if (!hearth::wire::append_frame(hearth::wire::frame_type::stdin_data, hearth::as_bytes("hello"), stream))
        return 1;
    hearth::wire::frame_parser parser;
    parser.feed(hearth::as_bytes(stream));
    return hearth::as_text(parser.next().frame.payload) == "hello" ? 0 : 1;
}

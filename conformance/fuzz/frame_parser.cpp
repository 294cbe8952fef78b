// Any bytes in any pieces: the parser finds the same frames as one look at the whole, and fails at the same point.

#include <hearth/wire/frame.hpp>
#include <hearth/wire/frame_parser.hpp>
#include <hearth/wire/try_parse.hpp>

#include <support/input.hpp>

#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::wire;
using fuzz::require;

namespace {

struct outcome {
    std::string frames;
    std::error_code end;
};

/// The reference: try_parse on what is left of the whole stream.
outcome at_once(bytes_view stream, std::uint32_t max_length) {
    outcome out;
    for (;;) {
        const parsed_frame found = try_parse(stream, max_length);
        if (found.status == parse_status::malformed)
            return {std::move(out.frames), errc::bad_frame_length};
        if (found.status == parse_status::incomplete) {
            require(found.total == 0 || found.total > stream.size(), "an incomplete frame is longer than the buffer");
            return {std::move(out.frames), stream.empty() ? errc::end_of_stream : errc::truncated_frame};
        }
        require(found.total == found.frame.payload.size() + frame_header_size, "a frame is its header and its payload");
        require(append_frame(found.frame.type, found.frame.payload, out.frames).has_value(),
                "a received frame can be sent");
        stream = stream.subspan(found.total);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::uint32_t max_length = in.flip() ? max_frame_length : in.number() + 1;
    std::vector<std::size_t> pieces(in.below(32));
    for (std::size_t& piece : pieces)
        piece = in.size();
    const bytes_view stream = in.rest();

    const outcome wanted = at_once(stream, max_length);
    outcome found;
    frame_parser parser{max_length};
    bytes_view left = stream;
    for (std::size_t turn = 0; !left.empty(); ++turn) {
        const std::size_t n = turn < pieces.size() ? std::min(pieces[turn] + 1, left.size()) : left.size();
        if (turn % 2 == 0) {
            parser.feed(left.first(n));
        } else {
            const mutable_bytes room = parser.prepare(n);
            require(room.size() >= n, "there is as much room as was asked for");
            std::copy_n(left.begin(), n, room.begin());
            parser.commit(n);
        }
        left = left.subspan(n);
        for (auto f = parser.next(); f.status == parse_status::frame; f = parser.next())
            (void)append_frame(f.frame.type, f.frame.payload, found.frames);
        require(parser.capacity() <= 4 * (stream.size() + 1), "memory follows the bytes that arrived");
    }
    (void)parser.next();
    require(found.frames == wanted.frames, "the same frames however the stream is cut");
    require(parser.end_of_stream() == wanted.end, "the same end however the stream is cut");
    return 0;
}

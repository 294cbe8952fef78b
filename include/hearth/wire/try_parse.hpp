#ifndef HEARTH_WIRE_TRY_PARSE_HPP
#define HEARTH_WIRE_TRY_PARSE_HPP

#include <hearth/wire/frame.hpp>

#include <cstddef>

namespace hearth::wire {

/// What the front of a buffer holds.
enum class parse_status {
    incomplete,  ///< the beginning of a frame: feed more
    malformed,   ///< no frame, and none however much is added: `errc::bad_frame_length`
    frame,       ///< a whole frame
};

struct parsed_frame {
    parse_status status{parse_status::incomplete};
    frame_view frame;      ///< valid with `parse_status::frame`; borrows from the buffer
    std::size_t total{0};  ///< bytes the frame occupies; with `incomplete` the bytes it will, 0 while unknown
};

/// Inspects the front of `buffer` without consuming or copying anything. Bytes behind the first frame are ignored.
///
/// \note Four bytes are enough to call a buffer malformed, so nobody waits for the rest of a frame that cannot be.
/// \req  P-FRAME-14, P-FRAME-15, P-FRAME-04, P-FRAME-06
inline parsed_frame try_parse(bytes_view buffer, std::uint32_t max_length = max_frame_length) noexcept {
    if (buffer.size() < 4)
        return {};
    const auto payload = parse_frame_length(buffer.first<4>(), max_length);
    if (!payload)
        return {parse_status::malformed, {}, 0};
    const std::size_t total = frame_header_size + *payload;
    if (buffer.size() < total)
        return {parse_status::incomplete, {}, total};
    return {
        parse_status::frame, {static_cast<frame_type>(buffer[4]), buffer.subspan(frame_header_size, *payload)}, total};
}

}  // namespace hearth::wire

#endif

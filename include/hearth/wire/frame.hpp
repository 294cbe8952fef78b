#ifndef HEARTH_WIRE_FRAME_HPP
#define HEARTH_WIRE_FRAME_HPP

#include <hearth/wire/frame_header.hpp>

#include <array>
#include <string>
#include <string_view>

namespace hearth::wire {

/// A received frame; `payload` borrows from whoever parsed it.
struct frame_view {
    frame_type type{};
    bytes_view payload;
};

/// A frame to be sent without copying its payload: five bytes of header, and the caller's buffer.
struct encoded_frame {
    header_bytes header{};
    bytes_view payload;  ///< borrowed from the caller of `encode_frame`

    /// The two pieces in order, for a gathering write. Write both whole: frames never interleave (P-FRAME-09).
    std::array<bytes_view, 2> buffers() const noexcept { return {bytes_view{header}, payload}; }
    std::size_t size() const noexcept { return header.size() + payload.size(); }
};

/// Prepares a frame for a gathering write.
/// \returns The frame, or `errc::frame_too_long` before any byte of it exists.
/// \req     P-FRAME-05, P-FRAME-08
inline result<encoded_frame> encode_frame(frame_type type, bytes_view payload) noexcept {
    if (payload.size() > max_payload)
        return errc::frame_too_long;
    encoded_frame out;
    write_frame_header({type, static_cast<std::uint32_t>(payload.size())}, out.header);
    out.payload = payload;
    return out;
}

/// Appends a whole frame to `out`; leaves `out` alone and returns `errc::frame_too_long` if the payload does not fit.
inline result<void> append_frame(frame_type type, bytes_view payload, std::string& out) {
    if (payload.size() > max_payload)
        return errc::frame_too_long;
    // Not by way of encode_frame: copying its result right after it was stored stalls for longer than all of this takes.
    header_bytes header;
    write_frame_header({type, static_cast<std::uint32_t>(payload.size())}, header);
    out.reserve(out.size() + header.size() + payload.size());  // if memory runs out, no header goes without its payload
    out.append(as_text(header));
    out.append(as_text(payload));
    return {};
}

}  // namespace hearth::wire

#endif

#ifndef HEARTH_WIRE_FRAME_HEADER_HPP
#define HEARTH_WIRE_FRAME_HEADER_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/frame_type.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hearth::wire {

/// What stands in front of every payload.
struct frame_header {
    frame_type type{};
    std::uint32_t payload_size{0};

    friend bool operator==(const frame_header&, const frame_header&) = default;
};

using header_bytes = std::array<std::byte, frame_header_size>;

/// Reads a frame's length field.
///
/// \param bytes       4 bytes: u32 length, big-endian, counting the type byte and the payload.
/// \param max_length  Ceiling for the length field.
/// \returns           Payload size in bytes, or `errc::bad_frame_length` if length is 0 or above `max_length`.
/// \note              Pure: no allocation, no state, safe from any thread.
/// \req               P-FRAME-01, P-FRAME-02, P-FRAME-03, P-FRAME-04, P-FRAME-06
inline result<std::uint32_t> parse_frame_length(std::span<const std::byte, 4> bytes,
                                                std::uint32_t max_length = max_frame_length) noexcept {
    const std::uint32_t length = load_u32(bytes.data());
    if (length == 0 || length > max_length)
        return errc::bad_frame_length;
    return length - 1;
}

/// Reads the fixed-size header in front of every frame: u32 length, then u8 type.
/// \returns The header, or `errc::bad_frame_length`.
inline result<frame_header> parse_frame_header(std::span<const std::byte, frame_header_size> bytes,
                                               std::uint32_t max_length = max_frame_length) noexcept {
    const auto payload = parse_frame_length(bytes.first<4>(), max_length);
    if (!payload)
        return payload.error();
    return frame_header{static_cast<frame_type>(bytes[4]), *payload};
}

/// Writes a header. An absent and an empty payload give the same five bytes (P-FRAME-08).
/// \pre `head.payload_size <= max_payload`; see `encode_frame` for the checked way.
inline void write_frame_header(const frame_header& head, std::span<std::byte, frame_header_size> out) noexcept {
    store_u32(out.data(), head.payload_size + 1);
    out[4] = static_cast<std::byte>(head.type);
}

}  // namespace hearth::wire

#endif

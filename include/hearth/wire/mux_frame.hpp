#ifndef HEARTH_WIRE_MUX_FRAME_HPP
#define HEARTH_WIRE_MUX_FRAME_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/crc32c.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hearth::wire {

/// Frames of the serial multiplexer; docs/serial-mux.md is their specification. A header, then, if there is a payload,
/// the payload and a trailer.

inline constexpr std::size_t mux_header_size = 24;
inline constexpr std::size_t mux_trailer_size = 4;
inline constexpr std::size_t mux_max_payload = 16'384;
inline constexpr std::size_t mux_max_frame = mux_header_size + mux_max_payload + mux_trailer_size;
inline constexpr std::size_t mux_hello_size = 24;       ///< payload of HELLO and READY in version 1
inline constexpr std::size_t mux_max_hello_size = 64;   ///< with what later versions may append
inline constexpr std::size_t mux_covered_payload = 64;  ///< leading payload bytes that the trailer protects
inline constexpr std::uint32_t mux_version = 1;
inline constexpr std::uint32_t mux_max_credit = 0x7fff'ffff;
/// No byte of it occurs in UTF-8 text at the first place, and filler between frames is zero.
inline constexpr std::array<std::byte, 3> mux_marker{std::byte{0xf9}, std::byte{0x6d}, std::byte{0x78}};

enum class mux_type : std::uint8_t {
    hello = 0x01,  ///< greeting of an end that is in no session; wants an answer
    ready = 0x02,  ///< greeting of an end that is in a session
    open = 0x03,   ///< value: port
    accept = 0x04,
    data = 0x05,
    end = 0x06,     ///< no more data from the sender
    reset = 0x07,   ///< value: mux_reset_reason
    credit = 0x08,  ///< value: further bytes that the receiver of this frame may send
    ping = 0x09,    ///< value: comes back in a PONG
    pong = 0x0a,
};

enum class mux_reset_reason : std::uint32_t {
    closed = 0,   ///< the sender uses the stream no more
    refused = 1,  ///< nobody accepts streams for that port
    limit = 2,    ///< the sender carries as many streams as it may
};

struct mux_header {
    mux_type type{};
    std::uint32_t stream{0};    ///< 0 for frames of the session
    std::uint32_t value{0};     ///< meaning depends on the type
    std::uint32_t sequence{0};  ///< counts the frames of one direction of one session
    std::uint32_t length{0};    ///< payload bytes, at most mux_max_payload

    /// Bytes from the marker to the end of the trailer.
    constexpr std::size_t total() const noexcept {
        return mux_header_size + (length == 0 ? 0 : length + mux_trailer_size);
    }
    friend bool operator==(const mux_header&, const mux_header&) = default;
};

/// Greetings are checked without a session key: they are what makes one.
constexpr bool is_greeting(mux_type t) noexcept { return t == mux_type::hello || t == mux_type::ready; }

constexpr void store_u64(std::byte* to, std::uint64_t v) noexcept {
    store_u32(to, static_cast<std::uint32_t>(v >> 32));
    store_u32(to + 4, static_cast<std::uint32_t>(v));
}
constexpr std::uint64_t load_u64(const std::byte* from) noexcept {
    return std::uint64_t{load_u32(from)} << 32 | load_u32(from + 4);
}

/// What the check of every frame but a greeting starts from, so that frames of another session fail it.
/// \returns The CRC of the sender's nonce, then the receiver's.
constexpr std::uint32_t mux_key(std::uint64_t sender, std::uint64_t receiver) noexcept {
    std::array<std::byte, 16> nonces{};
    store_u64(nonces.data(), sender);
    store_u64(nonces.data() + 8, receiver);
    return crc32c(nonces);
}

/// \returns The header, or `errc::mux_bad_frame` if marker, check or length are wrong.
/// \note    Pure: no allocation, no state. An unknown type is no error here: its receiver skips it.
inline result<mux_header> parse_mux_header(std::span<const std::byte, mux_header_size> bytes,
                                           std::uint32_t key) noexcept {
    const auto type = static_cast<mux_type>(bytes[3]);
    if (!std::equal(mux_marker.begin(), mux_marker.end(), bytes.begin()) ||
        crc32c(bytes.first(20), is_greeting(type) ? 0 : key) != load_u32(bytes.data() + 20))
        return errc::mux_bad_frame;
    const mux_header head{type, load_u32(bytes.data() + 4), load_u32(bytes.data() + 8), load_u32(bytes.data() + 12),
                          load_u32(bytes.data() + 16)};
    if (head.length > mux_max_payload)
        return errc::mux_bad_frame;
    if (is_greeting(type) && (head.length < mux_hello_size || head.length > mux_max_hello_size))
        return errc::mux_bad_frame;
    return head;
}

inline void write_mux_header(const mux_header& head, std::uint32_t key,
                             std::span<std::byte, mux_header_size> out) noexcept {
    std::copy(mux_marker.begin(), mux_marker.end(), out.begin());
    out[3] = static_cast<std::byte>(head.type);
    store_u32(out.data() + 4, head.stream);
    store_u32(out.data() + 8, head.value);
    store_u32(out.data() + 12, head.sequence);
    store_u32(out.data() + 16, head.length);
    store_u32(out.data() + 20, crc32c(out.first(20), is_greeting(head.type) ? 0 : key));
}

/// The four bytes behind a payload. They tell a payload that was cut short from a whole one, and protect its first
/// `mux_covered_payload` bytes; the rest is trusted to the transport.
/// \param check  The header's check field.
inline std::uint32_t mux_trailer(std::uint32_t check, bytes_view payload) noexcept {
    return crc32c(payload.first(std::min(payload.size(), mux_covered_payload)), check);
}

/// Whether the trailer of a complete frame is right. \pre `frame.size()` is the header's `total()`.
inline bool is_mux_frame_whole(bytes_view frame) noexcept {
    if (frame.size() == mux_header_size)
        return true;
    const bytes_view payload = frame.subspan(mux_header_size, frame.size() - mux_header_size - mux_trailer_size);
    return mux_trailer(load_u32(frame.data() + 20), payload) == load_u32(payload.data() + payload.size());
}

/// Appends a whole frame; `head.length` is set from the payload.
/// \pre `payload.size() <= mux_max_payload`
inline void append_mux_frame(mux_header head, bytes_view payload, std::uint32_t key, std::string& out) {
    head.length = static_cast<std::uint32_t>(payload.size());
    std::array<std::byte, mux_header_size> bytes;
    write_mux_header(head, key, bytes);
    out.append(as_text(bytes));
    if (payload.empty())
        return;
    out.append(as_text(payload));
    std::array<std::byte, mux_trailer_size> trailer;
    store_u32(trailer.data(), mux_trailer(load_u32(bytes.data() + 20), payload));
    out.append(as_text(trailer));
}

/// Payload of HELLO and READY.
struct mux_hello {
    std::uint64_t nonce{0};         ///< names the sender's present life; not 0
    std::uint64_t seen{0};          ///< the receiver's nonce as far as the sender knows; 0 if it does not
    std::uint32_t window{0};        ///< bytes that may be sent on a new stream before the first CREDIT
    std::uint32_t max_incoming{0};  ///< streams that the receiver may have open at once

    friend bool operator==(const mux_hello&, const mux_hello&) = default;
};

/// \returns The greeting, or `errc::mux_bad_frame` if it is too short, the nonce is 0 or the window too large. Bytes
///          after the known fields belong to later versions.
inline result<mux_hello> parse_mux_hello(bytes_view payload) noexcept {
    if (payload.size() < mux_hello_size)
        return errc::mux_bad_frame;
    const mux_hello hello{load_u64(payload.data()), load_u64(payload.data() + 8), load_u32(payload.data() + 16),
                          load_u32(payload.data() + 20)};
    if (hello.nonce == 0 || hello.window > mux_max_credit)
        return errc::mux_bad_frame;
    return hello;
}

inline void write_mux_hello(const mux_hello& hello, std::span<std::byte, mux_hello_size> out) noexcept {
    store_u64(out.data(), hello.nonce);
    store_u64(out.data() + 8, hello.seen);
    store_u32(out.data() + 16, hello.window);
    store_u32(out.data() + 20, hello.max_incoming);
}

}  // namespace hearth::wire

#endif

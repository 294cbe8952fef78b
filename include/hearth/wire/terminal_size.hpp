#ifndef HEARTH_WIRE_TERMINAL_SIZE_HPP
#define HEARTH_WIRE_TERMINAL_SIZE_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/result.hpp>

#include <array>
#include <cstdint>

namespace hearth::wire {

/// Payload of RESIZE: u16 rows, then u16 columns, big-endian. Any value is legal, zero included.
struct terminal_size {
    std::uint16_t rows{24};
    std::uint16_t cols{80};

    friend bool operator==(const terminal_size&, const terminal_size&) = default;
};

/// \returns The size in the first four bytes, or `errc::short_payload`: then the frame is to be ignored.
/// \req     P-FRAME-16
inline result<terminal_size> parse_terminal_size(bytes_view payload) noexcept {
    if (payload.size() < 4)
        return errc::short_payload;
    return terminal_size{load_u16(payload.data()), load_u16(payload.data() + 2)};
}

/// \returns The four bytes of a RESIZE payload.
/// \req     P-FRAME-16
inline std::array<std::byte, 4> write_terminal_size(terminal_size size) noexcept {
    std::array<std::byte, 4> out{};
    store_u16(out.data(), size.rows);
    store_u16(out.data() + 2, size.cols);
    return out;
}

}  // namespace hearth::wire

#endif

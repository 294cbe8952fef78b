#ifndef HEARTH_WIRE_CRC32C_HPP
#define HEARTH_WIRE_CRC32C_HPP

#include <hearth/core/bytes.hpp>

#include <array>
#include <cstdint>

namespace hearth::wire {

namespace detail {

constexpr std::array<std::uint32_t, 256> make_crc32c_table() noexcept {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
        table[i] = crc;
    }
    return table;
}
inline constexpr auto crc32c_table = make_crc32c_table();

}  // namespace detail

/// CRC-32C (Castagnoli, reflected, as in RFC 3720): finds accidents, stops no attacker.
/// \param crc  The CRC of the bytes before: `crc32c(b, crc32c(a))` is the CRC of `a` followed by `b`.
/// \note       Byte by byte: made for headers, not for megabytes.
constexpr std::uint32_t crc32c(bytes_view bytes, std::uint32_t crc = 0) noexcept {
    crc = ~crc;
    for (const std::byte b : bytes)
        crc = crc >> 8 ^ detail::crc32c_table[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xff];
    return ~crc;
}

}  // namespace hearth::wire

#endif

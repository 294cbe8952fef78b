#ifndef HEARTH_CORE_BYTES_HPP
#define HEARTH_CORE_BYTES_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hearth {

/// Borrowed bytes; valid as long as whoever handed them out says.
using bytes_view = std::span<const std::byte>;
using mutable_bytes = std::span<std::byte>;

/// \returns The bytes of `text`, not copied.
inline bytes_view as_bytes(std::string_view text) noexcept {
    return std::as_bytes(std::span{text.data(), text.size()});
}

/// \returns The characters of `bytes`, not copied and not validated.
inline std::string_view as_text(bytes_view bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Big-endian integers, as every fixed field of the protocol is.
constexpr void store_u16(std::byte* to, std::uint16_t v) noexcept {
    to[0] = static_cast<std::byte>(v >> 8);
    to[1] = static_cast<std::byte>(v);
}
constexpr void store_u32(std::byte* to, std::uint32_t v) noexcept {
    // One store of four bytes: four stores of one byte make whoever copies the field next wait for them.
    const auto bytes =
        std::bit_cast<std::array<std::byte, 4>>(std::endian::native == std::endian::little ? __builtin_bswap32(v) : v);
    for (std::size_t i = 0; i != bytes.size(); ++i)
        to[i] = bytes[i];
}
constexpr std::uint16_t load_u16(const std::byte* from) noexcept {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(from[0]) << 8 | std::to_integer<unsigned>(from[1]));
}
constexpr std::uint32_t load_u32(const std::byte* from) noexcept {
    return std::uint32_t{load_u16(from)} << 16 | load_u16(from + 2);
}

}  // namespace hearth

#endif

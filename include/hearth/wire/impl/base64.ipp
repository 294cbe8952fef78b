#ifndef HEARTH_WIRE_IMPL_BASE64_IPP
#define HEARTH_WIRE_IMPL_BASE64_IPP

#include <hearth/wire/base64.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hearth::wire {
namespace detail {

inline constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of each digit, 64 for what is none.
inline constexpr auto base64_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(64);
    for (std::size_t i = 0; i < base64_digits.size(); ++i)
        values[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

}  // namespace detail

HEARTH_DECL result<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0)
        return errc::malformed_message;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t at = 0; at < text.size(); at += 4) {
        const std::size_t digits = at + 4 == text.size() ? 4 - padding : 4;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint32_t value =
                i < digits ? detail::base64_values[static_cast<unsigned char>(text[at + i])] : 0;
            if (value == 64)
                return errc::malformed_message;
            group = group << 6 | value;
        }
        for (std::size_t i = 0; i + 1 < digits; ++i)
            out.push_back(static_cast<char>(group >> (16 - 8 * i)));
    }
    return out;
}

HEARTH_DECL void encode_base64(std::string_view bytes, std::string& out) {
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t taken = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < taken ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            out.push_back(i <= taken ? detail::base64_digits[group >> (18 - 6 * i) & 0x3f] : '=');
    }
}

}  // namespace hearth::wire

#endif

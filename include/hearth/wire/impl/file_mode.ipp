#ifndef HEARTH_WIRE_IMPL_FILE_MODE_IPP
#define HEARTH_WIRE_IMPL_FILE_MODE_IPP

#include <hearth/wire/file_mode.hpp>

#include <charconv>
#include <system_error>

namespace hearth::wire {

HEARTH_DECL std::uint32_t parse_file_mode(std::string_view text) noexcept {
    constexpr std::uint32_t otherwise = 0644;
    std::uint32_t mode = 0;
    const char* const end = text.data() + text.size();
    const auto [behind, problem] = std::from_chars(text.data(), end, mode, 8);
    if (behind != end || problem != std::errc{})
        return otherwise;
    mode &= 0777u;
    return mode != 0 ? mode : otherwise;
}

HEARTH_DECL std::string format_file_mode(std::uint32_t mode) {
    const auto digit = [mode](int shift) { return static_cast<char>('0' + (mode >> shift & 7)); };
    return {'0', digit(6), digit(3), digit(0)};
}

}  // namespace hearth::wire

#endif

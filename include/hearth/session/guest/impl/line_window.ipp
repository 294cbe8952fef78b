#ifndef HEARTH_SESSION_GUEST_IMPL_LINE_WINDOW_IPP
#define HEARTH_SESSION_GUEST_IMPL_LINE_WINDOW_IPP

#include <hearth/session/guest/line_window.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace hearth::session::guest {

namespace detail {

/// Newlines among whole words, at most 255 of them: each word adds 0 or 1 to each of eight byte-wide counters. One `memchr`
/// per line would be slower than the required scan speed for short lines.
inline std::size_t count_newlines(const std::byte* words, std::size_t count) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t low7 = 0x7f * ones;
    std::uint64_t lanes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t word;
        std::memcpy(&word, words + 8 * i, 8);
        word ^= '\n' * ones;
        lanes += (~(((word & low7) + low7) | word | low7)) >> 7;  // 1 in each byte that was a newline
    }
    constexpr std::uint64_t even = 0x00ff00ff00ff00ff;
    return ((lanes & even) + ((lanes >> 8) & even)) * 0x0001000100010001 >> 48;
}

inline std::uint64_t positive_or(std::int64_t value, std::uint64_t otherwise) noexcept {
    return value > 0 ? static_cast<std::uint64_t>(value) : otherwise;
}

}  // namespace detail

HEARTH_DECL std::size_t skip_lines(bytes_view text, std::uint64_t& lines) noexcept {
    constexpr std::size_t block_words = 255;
    std::size_t at = 0;
    while (lines != 0 && text.size() - at >= 8) {
        const std::size_t words = std::min(block_words, (text.size() - at) / 8);
        const std::size_t found = detail::count_newlines(text.data() + at, words);
        if (found >= lines)
            break;
        lines -= found;
        at += 8 * words;
    }
    while (lines != 0 && at < text.size()) {
        const void* newline = std::memchr(text.data() + at, '\n', text.size() - at);
        if (newline == nullptr)
            return text.size();
        at = static_cast<std::size_t>(static_cast<const std::byte*>(newline) - text.data()) + 1;
        --lines;
    }
    return at;
}

HEARTH_DECL line_window::line_window(std::int64_t offset, std::int64_t limit, std::int64_t max_bytes) noexcept
    : skip_(detail::positive_or(offset, 1) - 1),
      lines_(detail::positive_or(limit, std::numeric_limits<std::uint64_t>::max())),
      bytes_(detail::positive_or(max_bytes, std::numeric_limits<std::uint64_t>::max())) {}

HEARTH_DECL bytes_view line_window::filter(bytes_view chunk) noexcept {
    if (done())
        return {};
    chunk = chunk.subspan(skip_lines(chunk, skip_));
    if (lines_ != std::numeric_limits<std::uint64_t>::max())
        chunk = chunk.first(skip_lines(chunk, lines_));
    if (bytes_ != std::numeric_limits<std::uint64_t>::max()) {
        chunk = chunk.first(static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), bytes_)));
        bytes_ -= chunk.size();
    }
    return chunk;
}

}  // namespace hearth::session::guest

#endif

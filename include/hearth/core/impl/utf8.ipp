#ifndef HEARTH_CORE_IMPL_UTF8_IPP
#define HEARTH_CORE_IMPL_UTF8_IPP

#include <hearth/core/utf8.hpp>

#include <cstdint>
#include <cstring>

namespace hearth {

HEARTH_DECL std::size_t utf8_sequence_length(std::string_view text) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty())
        return 0;
    const unsigned first = at(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                               : (first & 0xf0) == 0xe0         ? 3
                               : first >= 0xf0 && first <= 0xf4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((at(i) & 0xc0) != 0x80)
            return 0;
    // overlong forms, surrogates, and what lies above U+10FFFF
    const bool bad = (first == 0xe0 && at(1) < 0xa0) || (first == 0xed && at(1) > 0x9f) ||
                     (first == 0xf0 && at(1) < 0x90) || (first == 0xf4 && at(1) > 0x8f);
    return bad ? 0 : length;
}

HEARTH_DECL std::size_t find_invalid_utf8(std::string_view text) noexcept {
    std::size_t i = 0;
    while (i < text.size()) {
        while (text.size() - i >= 8) {  // most text is ASCII: eight bytes at a time
            std::uint64_t word;
            std::memcpy(&word, text.data() + i, 8);
            if (word & 0x8080808080808080u)
                break;
            i += 8;
        }
        if (i == text.size())
            break;
        const std::size_t n = utf8_sequence_length(text.substr(i));
        if (n == 0)
            return i;
        i += n;
    }
    return i;
}

HEARTH_DECL std::string to_valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t good = find_invalid_utf8(text);
        out.append(text.substr(0, good));
        text.remove_prefix(good);
        if (!text.empty()) {
            out.append("\xef\xbf\xbd");
            text.remove_prefix(1);
        }
    }
    return out;
}

namespace detail {

inline constexpr std::string_view ellipsis = "\xe2\x80\xa6";

/// Moves `at` back until it is no continuation byte.
HEARTH_DECL std::size_t character_start(std::string_view valid, std::size_t at) noexcept {
    while (at > 0 && at < valid.size() && (static_cast<unsigned char>(valid[at]) & 0xc0) == 0x80)
        --at;
    return at;
}

}  // namespace detail

HEARTH_DECL std::string shorten_end(std::string_view text, std::size_t max_bytes) {
    // Bad bytes grow threefold: only the front that can survive is worth converting.
    const bool cut = text.size() > max_bytes;
    std::string valid = to_valid_utf8(cut ? text.substr(0, max_bytes) : text);
    if (!cut && valid.size() <= max_bytes)
        return valid;
    if (max_bytes < detail::ellipsis.size())
        return {};
    const std::size_t room = max_bytes - detail::ellipsis.size();
    valid.resize(detail::character_start(valid, valid.size() < room ? valid.size() : room));
    valid.append(detail::ellipsis);
    return valid;
}

HEARTH_DECL std::string shorten_middle(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) {
        std::string valid = to_valid_utf8(text);
        if (valid.size() <= max_bytes)
            return valid;
        return shorten_middle(valid, max_bytes);
    }
    if (max_bytes < detail::ellipsis.size())
        return {};
    const std::size_t room = max_bytes - detail::ellipsis.size();
    const std::string front = to_valid_utf8(text.substr(0, room));
    const std::string back = to_valid_utf8(text.substr(text.size() - room));
    const std::size_t head = detail::character_start(front, room / 2);
    std::size_t tail = back.size() - (room - room / 2);
    while (tail < back.size() && (static_cast<unsigned char>(back[tail]) & 0xc0) == 0x80)
        ++tail;
    std::string out = front.substr(0, head);
    out.append(detail::ellipsis);
    out.append(back, tail);
    return out;
}

}  // namespace hearth

#endif

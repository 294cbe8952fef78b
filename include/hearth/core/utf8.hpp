#ifndef HEARTH_CORE_UTF8_HPP
#define HEARTH_CORE_UTF8_HPP

#include <hearth/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hearth {

/// \returns Offset of the first byte that is not part of valid UTF-8 (RFC 3629), or `text.size()`.
std::size_t find_invalid_utf8(std::string_view text) noexcept;

/// Length of the valid sequence at the front of `text`, 0 if its first byte is invalid.
std::size_t utf8_sequence_length(std::string_view text) noexcept;

/// Copies `text` with each offending byte replaced by U+FFFD.
/// \req P-JSON-09
std::string to_valid_utf8(std::string_view text);

/// Valid UTF-8 of at most `max_bytes`, cut in the middle with an ellipsis: the ends of a path say most.
/// \req P-ERR-05
std::string shorten_middle(std::string_view text, std::size_t max_bytes);

/// Valid UTF-8 of at most `max_bytes`, cut at the end with an ellipsis.
/// \req P-SESS-23
std::string shorten_end(std::string_view text, std::size_t max_bytes);

}  // namespace hearth

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/core/impl/utf8.ipp>
#endif

#endif

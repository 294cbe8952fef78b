#ifndef HEARTH_SESSION_GUEST_LINE_WINDOW_HPP
#define HEARTH_SESSION_GUEST_LINE_WINDOW_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>

#include <cstddef>
#include <cstdint>

namespace hearth::session::guest {

/// Cuts the lines `offset` … `offset + limit - 1`, and of these the first `max_bytes` bytes, out of a file that passes by in
/// chunks: an exact contiguous range of its bytes, without memory of its own.
///
/// A line ends behind its newline or at the end of the file. Counting runs at memory-scan speed whatever the lines' length.
/// \req P-FILE-13, P-FILE-14, P-FILE-16, P-FILE-17, P-FILE-18, P-FILE-19, P-FILE-20
class line_window {
public:
    /// \param offset     First line, 1-based; 1 or less: from the beginning.
    /// \param limit      Lines; 0 or less: all.
    /// \param max_bytes  Bytes; 0 or less: all.
    line_window(std::int64_t offset, std::int64_t limit, std::int64_t max_bytes) noexcept;

    /// \returns The part of the file's next chunk that belongs to the window; may be empty.
    bytes_view filter(bytes_view chunk) noexcept;
    /// Whether no later chunk can belong to the window.
    bool done() const noexcept { return lines_ == 0 || bytes_ == 0; }

private:
    std::uint64_t skip_;   ///< lines before the window
    std::uint64_t lines_;  ///< lines left in it
    std::uint64_t bytes_;  ///< bytes left in it
};

/// Skips lines.
/// \param lines  In: how many to skip; out: how many are left to skip behind `text`.
/// \returns How many bytes of `text` belong to the skipped lines.
std::size_t skip_lines(bytes_view text, std::uint64_t& lines) noexcept;

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/line_window.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_FILE_MODE_HPP
#define HEARTH_WIRE_FILE_MODE_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace hearth::wire {

/// Mode of a FileWriteRequest or of an injected file: octal text, permission bits only.
/// \returns The bits of 0777; 0644 for text that is empty, unparsable, or has none of these bits, such as `01000`.
/// \req P-FILE-43
std::uint32_t parse_file_mode(std::string_view text) noexcept;

/// \returns Permission bits as at least four octal digits, such as `0644`.
std::string format_file_mode(std::uint32_t mode);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/file_mode.ipp>
#endif

#endif

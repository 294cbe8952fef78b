#ifndef HEARTH_WIRE_BASE64_HPP
#define HEARTH_WIRE_BASE64_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <string>
#include <string_view>

namespace hearth::wire {

/// Standard alphabet with padding (RFC 4648 section 4), as `content` of injected files has (P-CFG-09).
/// \returns The decoded bytes, or `errc::malformed_message`.
result<std::string> decode_base64(std::string_view text);

/// Appends `bytes` encoded, with padding.
void encode_base64(std::string_view bytes, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/base64.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_DETACH_REPLY_HPP
#define HEARTH_WIRE_DETACH_REPLY_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <string>

namespace hearth::wire {

/// What a detached exec answers in its STDOUT frames (P-DET-03).
struct detach_reply {
    std::int64_t pid{0};        ///< in the guest; leader of its own session and process group
    std::string output_file{};  ///< where the output goes

    friend bool operator==(const detach_reply&, const detach_reply&) = default;
};

/// \param json  All STDOUT payloads up to EXIT, concatenated (P-CLI-05).
/// \req P-DET-03, P-DET-05
result<detach_reply> parse_detach_reply(bytes_view json);
void write_detach_reply(const detach_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/detach_reply.ipp>
#endif

#endif

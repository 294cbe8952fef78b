#ifndef HEARTH_WIRE_CLOCK_SET_HPP
#define HEARTH_WIRE_CLOCK_SET_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hearth::wire {

/// Payload of CLOCK_SET (extension), sent by the host after a resume.
/// \req P-EXT-07
struct clock_set_request {
    std::int64_t unix_ns{0};
    std::string entropy{};  ///< decoded bytes, at most `max_entropy`; base64 on the wire

    friend bool operator==(const clock_set_request&, const clock_set_request&) = default;
};

inline constexpr std::size_t max_entropy = 512;

/// \returns The request; `errc::malformed_message` also for more than `max_entropy` bytes.
result<clock_set_request> parse_clock_set(bytes_view json);
void write_clock_set(const clock_set_request& request, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/clock_set.ipp>
#endif

#endif

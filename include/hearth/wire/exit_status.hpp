#ifndef HEARTH_WIRE_EXIT_STATUS_HPP
#define HEARTH_WIRE_EXIT_STATUS_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/result.hpp>

#include <array>
#include <cstdint>

namespace hearth::wire {

/// Payload of EXIT: i32, two's complement, big-endian.
/// \returns The code, sign-extended, from the first four bytes, or `errc::short_payload`: a malformed EXIT.
/// \req     P-FRAME-17
inline result<std::int32_t> parse_exit_status(bytes_view payload) noexcept {
    if (payload.size() < 4)
        return errc::short_payload;
    return static_cast<std::int32_t>(load_u32(payload.data()));
}

/// \returns The four bytes of an EXIT payload.
/// \req     P-FRAME-17
inline std::array<std::byte, 4> write_exit_status(std::int32_t code) noexcept {
    std::array<std::byte, 4> out{};
    store_u32(out.data(), static_cast<std::uint32_t>(code));
    return out;
}

/// The exit status of a process that a signal ended (P-EXEC-16).
constexpr std::int32_t exit_status_of_signal(int signal) noexcept { return 128 + signal; }

}  // namespace hearth::wire

#endif

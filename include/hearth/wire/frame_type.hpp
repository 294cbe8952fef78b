#ifndef HEARTH_WIRE_FRAME_TYPE_HPP
#define HEARTH_WIRE_FRAME_TYPE_HPP

#include <hearth/core/config.hpp>

#include <cstdint>
#include <string_view>

namespace hearth::wire {

/// The registry of protocol section 3. The frame layer passes every value; meaning is decided above it (P-FRAME-10).
/// \req P-TYPE-01
enum class frame_type : std::uint8_t {
    stdin_data = 0x01,   ///< h→g process input, or file content in a write
    stdout_data = 0x02,  ///< g→h process output, file content, or detach reply
    stderr_data = 0x03,  ///< g→h error output of a plain exec
    resize = 0x04,       ///< h→g terminal size
    exit = 0x05,         ///< g→h exit status; ends the operation
    error = 0x06,        ///< g→h text; ends the operation
    kill = 0x07,         ///< h→g empty
    exec_request = 0x10,
    auth = 0x11,             ///< h→g raw token bytes
    config_request = 0x12,   ///< g→h empty
    config_response = 0x13,  ///< h→g SandboxConfig
    forward_request = 0x20,
    forward_response = 0x21,
    session_list_request = 0x30,
    session_list_response = 0x31,
    session_kill = 0x32,
    session_info = 0x33,
    activity_request = 0x40,
    activity_response = 0x41,
    file_read_request = 0x50,
    file_read_response = 0x51,
    file_write_request = 0x52,
    file_write_response = 0x53,
    file_stat_request = 0x54,
    file_stat_response = 0x55,
    file_list_request = 0x56,
    file_list_response = 0x57,
    systemctl_request = 0x60,   ///< in-guest socket only (P-SYS-01)
    systemctl_response = 0x61,  ///< in-guest socket only
    hello_request = 0x70,       ///< extension (P-EXT-03)
    hello_response = 0x71,      ///< extension
    stdin_eof = 0x72,           ///< extension: end of input without half-close (P-EXT-06)
    clock_set = 0x74,           ///< extension (P-EXT-07)
};

/// \returns The registry's name, such as `EXEC_REQ`, or `unassigned`.
std::string_view name_of(frame_type type) noexcept;

/// \returns Whether `type` may be the first frame of a control connection (after AUTH), HELLO and CLOCK_SET included.
/// \req P-TYPE-02, P-EXT-01
bool is_control_request(frame_type type) noexcept;

/// Whether `type` lies in 0x70–0x7F, reserved for negotiated Hearth extensions.
constexpr bool is_extension(frame_type type) noexcept { return (static_cast<unsigned>(type) & 0xf0u) == 0x70u; }

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/frame_type.ipp>
#endif

#endif

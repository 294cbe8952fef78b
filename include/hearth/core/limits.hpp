#ifndef HEARTH_CORE_LIMITS_HPP
#define HEARTH_CORE_LIMITS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hearth {

/// Fixed by the protocol; no setting changes them (protocol section 0.3).
inline constexpr std::size_t frame_header_size = 5;           ///< u32 length, u8 type
inline constexpr std::uint32_t max_frame_length = 1'048'576;  ///< largest legal value of the length field
inline constexpr std::size_t max_payload = max_frame_length - 1;
inline constexpr std::uint16_t control_port = 1024;
inline constexpr std::uint16_t forward_port = 1025;
inline constexpr std::uint16_t config_port = 1026;
inline constexpr std::size_t scrollback_bytes = 65'536;  ///< per session
inline constexpr std::size_t max_auth_bytes = 4096;      ///< longer AUTH frames fail unread (P-AUTH-05)
inline constexpr std::size_t max_error_text = 4096;      ///< bytes of an ERROR text (P-ERR-05)
inline constexpr std::size_t max_json_depth = 64;        ///< P-JSON-12

/// Every bound an agent enforces, with Hearth's defaults. No value may weaken a core requirement: an agent serves at
/// least 50 connections and 20 sessions.
/// \req P-LIM-01
struct agent_limits {
    // how many at once
    std::size_t connections = 256;         ///< control connections; the next gets `connection limit exceeded`
    std::size_t reserved_connections = 8;  ///< further ones for list, kill, activity and attach (P-CONN-13)
    std::size_t unauthenticated = 64;      ///< connections that have not shown their token yet (P-CONN-13)
    std::size_t sessions = 64;             ///< running sessions; the next gets `session limit exceeded`
    std::size_t detached = 64;             ///< running detached commands (P-DET-09)
    std::size_t tunnels = 256;             ///< open forwards; the next gets `tunnel limit exceeded` (P-FWD-13)
    // how large
    std::int64_t write_cap = 104'857'600;                ///< bytes of one file write (P-FILE-42)
    std::size_t ls_cap = 10'000;                         ///< entries of one listing (P-FILE-86)
    std::int64_t special_read_cap = 64LL * 1024 * 1024;  ///< bytes read of a file whose size is 0 (P-FILE-23)
    std::size_t stdin_backlog = 1'048'576;               ///< bytes of undelivered STDIN per connection (P-CONN-18)
    std::size_t outbound_backlog = 262'144;              ///< bytes of outbound frames per connection (P-CONN-18)
    // how long; zero means "never" where the comment says so
    std::chrono::milliseconds auth_deadline{5'000};      ///< accept to complete AUTH (P-AUTH-04)
    std::chrono::milliseconds request_deadline{10'000};  ///< AUTH to complete request (P-CONN-14)
    std::chrono::milliseconds drain_grace{
        1'000};  ///< end of the process to EXIT; zero waits for end of file (P-EXEC-19)
    std::chrono::milliseconds kill_grace{2'000};       ///< KILL to EXIT (P-EXEC-21)
    std::chrono::milliseconds kill_ack{1'000};         ///< EXEC_KILL to its acknowledgement (P-SESS-25)
    std::chrono::milliseconds exit_retention{30'000};  ///< an exited session stays attachable (P-SESS-16)
    std::chrono::milliseconds session_stall{
        60'000};                                     ///< a session client that accepts no byte; zero: never (P-SESS-28)
    std::chrono::milliseconds upload_stall{60'000};  ///< an upload without progress (P-FILE-60)
    std::chrono::milliseconds forward_connect{4'000};  ///< connecting to the target (P-FWD-12)
    std::chrono::milliseconds linger{2'000};           ///< discarding input before close (P-CONN-07)
    std::size_t linger_bytes = 1'048'576;              ///< the same in bytes, beyond what was announced
};

}  // namespace hearth

#endif

#ifndef HEARTH_WIRE_ERROR_TEXT_HPP
#define HEARTH_WIRE_ERROR_TEXT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/frame_type.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace hearth::wire {

/// The texts of ERROR frames that a client may rely on, and what they mean.
/// \req P-ERR-01, P-ERR-03, P-ERR-04, P-ERR-05
namespace error_text {
inline constexpr std::string_view connection_limit = "connection limit exceeded";
inline constexpr std::string_view auth_required = "auth required";
inline constexpr std::string_view request_timeout = "request timeout";
inline constexpr std::string_view empty_argv = "empty argv";
inline constexpr std::string_view session_limit = "session limit exceeded";
inline constexpr std::string_view session_not_found = "session not found";
inline constexpr std::string_view session_attached = "session is attached";
inline constexpr std::string_view bad_kill_request = "bad kill request";
inline constexpr std::string_view negative_size = "file size must be >= 0";
inline constexpr std::string_view upload_timeout = "upload timed out";
inline constexpr std::string_view tunnel_limit = "tunnel limit exceeded";
inline constexpr std::string_view not_configured = "not configured";
inline constexpr std::string_view shutting_down = "shutting down";
inline constexpr std::string_view too_many_detached = "start: too many detached commands";

std::string unexpected_frame(frame_type type);          ///< `unexpected frame type 0xNN`
std::string expected_forward(frame_type got);           ///< `expected FWD_REQ, got 0xNN`
std::string bad_exec_request(std::string_view why);     ///< `bad exec request: …`
std::string bad_request(std::string_view why);          ///< `bad request: …`
std::string bad_forward_request(std::string_view why);  ///< `bad forward request: …`
std::string start(std::string_view why);                ///< `start: …`
std::string file_too_large(std::int64_t size, std::int64_t cap);
std::string connection_lost(std::int64_t written, std::int64_t size);
std::string too_many_bytes(std::int64_t size);
std::string is_a_directory(std::string_view path);
std::string is_not_a_directory(std::string_view path);
std::string is_not_a_regular_file(std::string_view path);

/// `<operation> <path>: <message of the operating system, in lower case>`.
std::string system(std::string_view operation, std::string_view path, int os_error);
}  // namespace error_text

/// \returns The lower-case message of an `errno` value as bhatti prints it, such as `no such file or directory`.
/// \req P-ERR-04
std::string os_error_text(int os_error);

/// \returns What the text of an ERROR frame is known to mean, `errc::peer_error` if nothing special.
/// \req P-ERR-03
errc meaning_of_error_text(std::string_view text) noexcept;

/// \returns `text` as it may be sent: valid UTF-8 of at most 4096 bytes, cut in the middle.
/// \req P-ERR-05
std::string sendable_error_text(std::string_view text);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/error_text.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_SESSION_INFO_HPP
#define HEARTH_WIRE_SESSION_INFO_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hearth::wire {

/// Payload of SESSION_INFO, element of EXEC_LIST_RESP.
struct session_info {
    std::string session_id{};
    std::string argv{};  ///< joined with single spaces, for display only
    bool tty{false};
    bool running{false};
    std::optional<std::int32_t> exit_code{};  ///< only when not running
    bool attached{false};
    std::int64_t created_at{0};  ///< Unix seconds

    friend bool operator==(const session_info&, const session_info&) = default;
};

/// Longest `argv` that is sent; the rest becomes an ellipsis (P-SESS-23).
inline constexpr std::size_t max_display_argv = 4096;

/// \returns `argv` joined with single spaces, unquoted, valid UTF-8 of at most `max_display_argv` bytes.
/// \req P-SESS-23
std::string display_argv(std::span<const std::string> argv);

result<session_info> parse_session_info(bytes_view json);
void write_session_info(const session_info& info, std::string& out);

/// \returns The sessions of an EXEC_LIST_RESP; a bare `null` is an empty list (P-JSON-03).
result<std::vector<session_info>> parse_session_list(bytes_view json);

/// Appends the list as JSON, `[]` when empty. If it does not fit `max_bytes`, every `argv` is cut further;
/// with nothing left to cut, sessions are left out from the end.
/// \req P-SESS-21, P-SESS-23, P-ERR-06
void write_session_list(std::span<const session_info> sessions, std::string& out, std::size_t max_bytes = max_payload);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/session_info.ipp>
#endif

#endif

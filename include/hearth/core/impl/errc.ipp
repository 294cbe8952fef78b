#ifndef HEARTH_CORE_IMPL_ERRC_IPP
#define HEARTH_CORE_IMPL_ERRC_IPP

#include <hearth/core/errc.hpp>

#include <string_view>

namespace hearth {
namespace detail {

struct errc_entry {
    std::string_view sentence;
    fault condition;
};

/// The one table of codes: a sentence a user can act on, and the condition it falls under.
HEARTH_DECL errc_entry describe(errc e) noexcept {
    switch (e) {
    case errc::bad_frame_length: return {"frame length is zero or above 1 MiB", fault::protocol};
    case errc::truncated_frame: return {"the stream ended inside a frame", fault::transport};
    case errc::frame_too_long: return {"the payload does not fit one frame", fault::usage};
    case errc::end_of_stream: return {"the peer ended the stream", fault::transport};
    case errc::malformed_message: return {"a message is not valid JSON of the expected shape", fault::protocol};
    case errc::nesting_too_deep: return {"a JSON message is nested deeper than 64 levels", fault::protocol};
    case errc::short_payload: return {"a fixed-size payload is too short", fault::protocol};
    case errc::unexpected_frame: return {"a frame type that has no meaning here", fault::protocol};
    case errc::unexpected_end: return {"the connection ended before the operation did", fault::transport};
    case errc::peer_error: return {"the peer reported an error", fault::refused};
    case errc::auth_required: return {"the agent refused the token", fault::refused};
    case errc::connection_limit: return {"the agent's connection limit is reached", fault::busy};
    case errc::request_timeout: return {"the agent received no request in time", fault::timeout};
    case errc::unknown_operation: return {"the agent does not know this operation", fault::refused};
    case errc::bad_request: return {"the agent could not read the request", fault::refused};
    case errc::empty_argv: return {"the request names neither a command nor a session", fault::usage};
    case errc::start_failed: return {"the command could not be started", fault::refused};
    case errc::session_limit: return {"the agent's session limit is reached", fault::busy};
    case errc::session_not_found: return {"no such session", fault::refused};
    case errc::session_attached: return {"another client is attached to the session", fault::refused};
    case errc::no_such_file: return {"no such file or directory", fault::refused};
    case errc::not_a_directory: return {"not a directory", fault::refused};
    case errc::is_a_directory: return {"is a directory", fault::refused};
    case errc::not_a_regular_file: return {"is not a regular file", fault::refused};
    case errc::permission_denied: return {"permission denied in the guest", fault::refused};
    case errc::file_too_large: return {"the file is above the agent's write limit", fault::refused};
    case errc::upload_incomplete: return {"the upload ended before its announced size", fault::transport};
    case errc::too_many_bytes: return {"more bytes were sent than announced", fault::usage};
    case errc::upload_timeout: return {"the upload made no progress", fault::timeout};
    case errc::forward_refused: return {"nobody listens on the forwarded port", fault::refused};
    case errc::forward_failed: return {"the tunnel could not be opened", fault::refused};
    case errc::tunnel_limit: return {"the agent's tunnel limit is reached", fault::busy};
    case errc::not_configured: return {"the agent is not configured yet", fault::busy};
    case errc::shutting_down: return {"the agent is shutting down", fault::refused};
    case errc::deadline_exceeded: return {"the deadline passed", fault::timeout};
    case errc::operation_cancelled: return {"the operation was cancelled", fault::cancelled};
    case errc::operation_in_progress: return {"an operation of this kind is already in progress", fault::usage};
    case errc::peer_stalled: return {"the peer accepted no data for too long", fault::timeout};
    case errc::connect_failed: return {"no connection could be made", fault::transport};
    case errc::connection_lost: return {"the connection was lost", fault::transport};
    case errc::handshake_refused: return {"the monitor refused the connection", fault::transport};
    case errc::handshake_too_long: return {"the monitor's answer is longer than 64 bytes", fault::protocol};
    case errc::mux_bad_frame: return {"bytes on the serial port are no multiplexer frame", fault::protocol};
    case errc::mux_credit_exceeded: return {"the peer sent more than its credit", fault::protocol};
    case errc::mux_reset: return {"the other end of the serial port restarted", fault::transport};
    case errc::mux_stream_limit: return {"the serial port carries as many streams as it may", fault::busy};
    case errc::size_mismatch: return {"the file changed while it was read", fault::transport};
    case errc::source_failed: return {"the source of the upload failed or ended early", fault::usage};
    case errc::sink_failed: return {"the receiver of the output failed", fault::usage};
    case errc::config_too_large: return {"the sandbox configuration does not fit one frame", fault::usage};
    case errc::invalid_argument: return {"an argument cannot be sent", fault::usage};
    case errc::not_supported: return {"not supported", fault::refused};
    }
    return {"unknown hearth error", fault::protocol};
}

class hearth_category_type final : public std::error_category {
public:
    const char* name() const noexcept override { return "hearth"; }
    std::string message(int value) const override { return std::string{describe(static_cast<errc>(value)).sentence}; }
    std::error_condition default_error_condition(int value) const noexcept override {
        return make_error_condition(describe(static_cast<errc>(value)).condition);
    }
};

class fault_category_type final : public std::error_category {
public:
    const char* name() const noexcept override { return "hearth.fault"; }
    std::string message(int value) const override {
        switch (static_cast<fault>(value)) {
        case fault::protocol: return "the peer broke the protocol";
        case fault::transport: return "the connection is gone";
        case fault::timeout: return "too slow";
        case fault::cancelled: return "cancelled";
        case fault::refused: return "refused by the peer";
        case fault::busy: return "a limit is reached";
        case fault::usage: return "wrong use";
        }
        return "unknown fault";
    }
};

}  // namespace detail

HEARTH_DECL const std::error_category& hearth_category() noexcept {
    static const detail::hearth_category_type instance;
    return instance;
}
HEARTH_DECL const std::error_category& fault_category() noexcept {
    static const detail::fault_category_type instance;
    return instance;
}
HEARTH_DECL std::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), hearth_category()}; }
HEARTH_DECL std::error_condition make_error_condition(fault f) noexcept {
    return {static_cast<int>(f), fault_category()};
}

}  // namespace hearth

#endif

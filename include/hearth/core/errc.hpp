#ifndef HEARTH_CORE_ERRC_HPP
#define HEARTH_CORE_ERRC_HPP

#include <hearth/core/config.hpp>

#include <string>
#include <system_error>

namespace hearth {

/// What went wrong. Numbered from 1: zero means success and never names an error. Numbers are stable: append only.
enum class errc {
    // the frame layer
    bad_frame_length = 1,  ///< length field is zero or above limits::max_frame_length
    truncated_frame,       ///< the stream ended inside a frame
    frame_too_long,        ///< refused to send: the payload does not fit one frame
    end_of_stream,         ///< the peer ended the stream at a frame boundary
    // payloads
    malformed_message,  ///< a JSON payload is not what the specification says
    nesting_too_deep,   ///< JSON nested deeper than 64 levels
    short_payload,      ///< a fixed payload has fewer bytes than its type needs
    // the conversation
    unexpected_frame,  ///< a frame type that has no meaning at this point
    unexpected_end,    ///< the connection ended before the operation did
    peer_error,        ///< the peer answered ERROR with a text of no special meaning
    // what an ERROR text is known to mean (protocol section 7)
    auth_required,       ///< wrong, missing or late token
    connection_limit,    ///< the agent serves as many connections as it may
    request_timeout,     ///< the agent waited too long for the request
    unknown_operation,   ///< the agent does not know this frame type
    bad_request,         ///< the agent could not read the request
    empty_argv,          ///< neither a command nor a session id
    start_failed,        ///< the process could not be started
    session_limit,       ///< the agent runs as many sessions as it may
    session_not_found,   ///< no such session
    session_attached,    ///< `if_detached` was asked for and a client is attached
    no_such_file,        ///< file or directory missing
    not_a_directory,     ///< a path component, or the listed path, is no directory
    is_a_directory,      ///< a directory where a file was needed
    not_a_regular_file,  ///< a device, pipe or socket where a file was needed
    permission_denied,   ///< the operating system refused
    file_too_large,      ///< above the agent's write cap
    upload_incomplete,   ///< fewer bytes arrived than announced
    too_many_bytes,      ///< more bytes arrived than announced
    upload_timeout,      ///< an upload made no progress
    forward_refused,     ///< nobody listens on the forwarded port
    forward_failed,      ///< the tunnel could not be opened for another reason
    tunnel_limit,        ///< the agent carries as many tunnels as it may
    not_configured,      ///< the agent has no configuration yet
    shutting_down,       ///< the agent is on its way down
    // waiting
    deadline_exceeded,      ///< the caller's deadline passed
    operation_cancelled,    ///< the caller cancelled
    operation_in_progress,  ///< a second read or write on an object that allows one
    peer_stalled,           ///< the peer accepted no byte for too long
    // transports
    connect_failed,       ///< no connection could be made
    connection_lost,      ///< the connection broke
    handshake_refused,    ///< the monitor did not answer `OK`
    handshake_too_long,   ///< the monitor's line exceeds 64 bytes
    mux_bad_frame,        ///< the serial multiplexer met bytes that are no frame
    mux_credit_exceeded,  ///< the peer sent more than it had credit for
    mux_reset,            ///< the other end of the serial port restarted
    mux_stream_limit,     ///< the serial multiplexer carries as many streams as it may
    // local use
    size_mismatch,     ///< a download is shorter than announced: the file changed while it was read
    source_failed,     ///< the caller's source of an upload failed or ended early
    sink_failed,       ///< the caller's sink refused output
    config_too_large,  ///< a sandbox configuration does not fit one frame
    invalid_argument,  ///< the caller's argument cannot be sent
    not_supported,     ///< this build, peer or engine cannot do that
};

/// What a caller can do about it.
enum class fault {
    protocol = 1,  ///< the peer broke the specification: close, do not retry
    transport,     ///< the connection is gone: a retry may succeed
    timeout,       ///< too slow: a retry with more time may succeed
    cancelled,     ///< the caller asked for it
    refused,       ///< the peer understood and said no: read its text
    busy,          ///< a limit is reached: retry later
    usage,         ///< the call itself was wrong: fix the caller
};

const std::error_category& hearth_category() noexcept;
const std::error_category& fault_category() noexcept;
std::error_code make_error_code(errc e) noexcept;
std::error_condition make_error_condition(fault f) noexcept;

}  // namespace hearth

template <>
struct std::is_error_code_enum<hearth::errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<hearth::fault> : std::true_type {};

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/core/impl/errc.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_SESSION_KILL_HPP
#define HEARTH_WIRE_SESSION_KILL_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <string>

namespace hearth::wire {

/// Payload of EXEC_KILL.
struct session_kill_request {
    std::string session_id{};

    friend bool operator==(const session_kill_request&, const session_kill_request&) = default;
};

result<session_kill_request> parse_session_kill(bytes_view json);
void write_session_kill(const session_kill_request& request, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/session_kill.ipp>
#endif

#endif

#ifndef HEARTH_SESSION_HOST_DETAIL_EXEC_PAYLOAD_HPP
#define HEARTH_SESSION_HOST_DETAIL_EXEC_PAYLOAD_HPP

#include <hearth/wire/exec_request.hpp>

#include <string>

namespace hearth::session::host::detail {

/// \returns The request as payload of EXEC_REQ.
inline std::string exec_payload(const wire::exec_request& request) {
    std::string json;
    wire::write_exec_request(request, json);
    return json;
}

}  // namespace hearth::session::host::detail

#endif

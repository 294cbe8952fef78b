#ifndef HEARTH_WIRE_IMPL_FRAME_TYPE_IPP
#define HEARTH_WIRE_IMPL_FRAME_TYPE_IPP

#include <hearth/wire/frame_type.hpp>

namespace hearth::wire {

HEARTH_DECL std::string_view name_of(frame_type type) noexcept {
    switch (type) {
    case frame_type::stdin_data: return "STDIN";
    case frame_type::stdout_data: return "STDOUT";
    case frame_type::stderr_data: return "STDERR";
    case frame_type::resize: return "RESIZE";
    case frame_type::exit: return "EXIT";
    case frame_type::error: return "ERROR";
    case frame_type::kill: return "KILL";
    case frame_type::exec_request: return "EXEC_REQ";
    case frame_type::auth: return "AUTH";
    case frame_type::config_request: return "CONFIG_REQ";
    case frame_type::config_response: return "CONFIG_RESP";
    case frame_type::forward_request: return "FWD_REQ";
    case frame_type::forward_response: return "FWD_RESP";
    case frame_type::session_list_request: return "EXEC_LIST_REQ";
    case frame_type::session_list_response: return "EXEC_LIST_RESP";
    case frame_type::session_kill: return "EXEC_KILL";
    case frame_type::session_info: return "SESSION_INFO";
    case frame_type::activity_request: return "ACTIVITY_REQ";
    case frame_type::activity_response: return "ACTIVITY_RESP";
    case frame_type::file_read_request: return "FILE_READ_REQ";
    case frame_type::file_read_response: return "FILE_READ_RESP";
    case frame_type::file_write_request: return "FILE_WRITE_REQ";
    case frame_type::file_write_response: return "FILE_WRITE_RESP";
    case frame_type::file_stat_request: return "FILE_STAT_REQ";
    case frame_type::file_stat_response: return "FILE_STAT_RESP";
    case frame_type::file_list_request: return "FILE_LS_REQ";
    case frame_type::file_list_response: return "FILE_LS_RESP";
    case frame_type::systemctl_request: return "SYSTEMCTL_REQ";
    case frame_type::systemctl_response: return "SYSTEMCTL_RESP";
    case frame_type::hello_request: return "HELLO_REQ";
    case frame_type::hello_response: return "HELLO_RESP";
    case frame_type::stdin_eof: return "STDIN_EOF";
    case frame_type::clock_set: return "CLOCK_SET";
    }
    return "unassigned";
}

HEARTH_DECL bool is_control_request(frame_type type) noexcept {
    switch (type) {
    case frame_type::exec_request:
    case frame_type::session_list_request:
    case frame_type::session_kill:
    case frame_type::activity_request:
    case frame_type::file_read_request:
    case frame_type::file_write_request:
    case frame_type::file_stat_request:
    case frame_type::file_list_request:
    case frame_type::hello_request:
    case frame_type::clock_set: return true;
    default: return false;
    }
}

}  // namespace hearth::wire

#endif

#ifndef HEARTH_SESSION_HOST_IMPL_REQUESTS_IPP
#define HEARTH_SESSION_HOST_IMPL_REQUESTS_IPP

#include <hearth/session/host/requests.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/session_kill.hpp>

#include <string>

namespace hearth::session::host {

namespace detail {

HEARTH_DECL result<acknowledged> parse_acknowledgement(bytes_view exit) {
    const auto code = wire::parse_exit_status(exit);
    if (!code)
        return code.error();
    if (*code != 0)
        return errc::peer_error;
    return acknowledged{};
}

HEARTH_DECL std::string path_request(std::string_view path) {
    std::string json;
    wire::write_file_path_request({std::string{path}}, json);
    return json;
}

}  // namespace detail

HEARTH_DECL request<wire::activity_info> query_activity(const options& opt) {
    return {{wire::frame_type::activity_request, {}, wire::frame_type::activity_response, wire::parse_activity_info},
            opt};
}

HEARTH_DECL request<std::vector<wire::session_info>> list_sessions(const options& opt) {
    return {
        {wire::frame_type::session_list_request, {}, wire::frame_type::session_list_response, wire::parse_session_list},
        opt};
}

HEARTH_DECL request<acknowledged> kill_session(std::string_view session_id, const options& opt) {
    std::string json;
    wire::write_session_kill({std::string{session_id}}, json);
    return {{wire::frame_type::session_kill, json, wire::frame_type::exit, detail::parse_acknowledgement}, opt};
}

HEARTH_DECL request<wire::file_info> stat_file(std::string_view path, const options& opt) {
    const std::string json = detail::path_request(path);
    return {{wire::frame_type::file_stat_request, json, wire::frame_type::file_stat_response, wire::parse_file_info},
            opt};
}

HEARTH_DECL request<wire::file_list> list_files(std::string_view path, const options& opt) {
    const std::string json = detail::path_request(path);
    return {{wire::frame_type::file_list_request, json, wire::frame_type::file_list_response, wire::parse_file_list},
            opt};
}

HEARTH_DECL request<acknowledged> set_clock(const wire::clock_set_request& clock, const options& opt) {
    std::string json;
    wire::write_clock_set(clock, json);
    return {{wire::frame_type::clock_set, json, wire::frame_type::exit, detail::parse_acknowledgement}, opt};
}

}  // namespace hearth::session::host

#endif

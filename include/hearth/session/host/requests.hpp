#ifndef HEARTH_SESSION_HOST_REQUESTS_HPP
#define HEARTH_SESSION_HOST_REQUESTS_HPP

#include <hearth/core/config.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/session/host/request.hpp>
#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/file_info.hpp>
#include <hearth/wire/session_info.hpp>

#include <string_view>
#include <vector>

namespace hearth::session::host {

/// What a request answered by EXIT 0 returns: it was done.
struct acknowledged {
    friend bool operator==(acknowledged, acknowledged) = default;
};

/// The requests that one frame answers, by name.

/// \req P-ACT-01, P-READY-03
request<wire::activity_info> query_activity(const options& opt);
/// \req P-SESS-21
request<std::vector<wire::session_info>> list_sessions(const options& opt);
/// Kills a session; success also when it has already ended.
/// \req P-SESS-24
request<acknowledged> kill_session(std::string_view session_id, const options& opt);
/// \param path  Absolute: a relative one means the agent's directory (P-FILE-03).
/// \req P-FILE-70
request<wire::file_info> stat_file(std::string_view path, const options& opt);
/// \req P-FILE-80, P-FILE-86
request<wire::file_list> list_files(std::string_view path, const options& opt);
/// Sets the guest's clock after a resume. Only for agents with feature `clock.set`; others answer
/// `errc::unknown_operation`. Entropy above 512 bytes is `errc::bad_request` to the agent.
/// \req P-EXT-07
request<acknowledged> set_clock(const wire::clock_set_request& clock, const options& opt);

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/requests.ipp>
#endif

#endif

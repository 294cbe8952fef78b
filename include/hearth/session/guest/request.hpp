#ifndef HEARTH_SESSION_GUEST_REQUEST_HPP
#define HEARTH_SESSION_GUEST_REQUEST_HPP

#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/file_info.hpp>
#include <hearth/wire/file_read.hpp>
#include <hearth/wire/file_write.hpp>
#include <hearth/wire/forward.hpp>
#include <hearth/wire/frame.hpp>
#include <hearth/wire/hello.hpp>
#include <hearth/wire/session_kill.hpp>

#include <string>
#include <system_error>
#include <variant>

namespace hearth::session::guest {

/// Which listener accepted a connection; nothing in the bytes names it (P-TRANS-01).
enum class channel_kind { control, forward };

struct session_list_request {};
struct activity_request {};
struct stat_request {
    std::string path;  ///< raw bytes
};
struct list_request {
    std::string path;  ///< raw bytes
};

/// The one request of a connection.
/// \req P-CONN-01, P-EXEC-09, P-FILE-01
using any_request = std::variant<wire::exec_request, session_list_request, wire::session_kill_request, activity_request,
                                 wire::file_read_request, wire::file_write_request, stat_request, list_request,
                                 wire::hello_request, wire::clock_set_request, wire::forward_request>;

/// Reads the request that `frame` carries. The content of a request without members is ignored.
/// \returns `errc::unexpected_frame` if the type is no request of this channel, or the parser's error.
/// \req P-TYPE-02, P-FWD-04, P-JSON-06
result<any_request> parse_request(channel_kind kind, const wire::frame_view& frame);

/// \returns The text that answers a first frame which `parse_request` refused with `why`.
/// \req P-ERR-03
std::string refusal_text(channel_kind kind, wire::frame_type type, std::error_code why);

/// Whether the request is served although ordinary operations have used up the connections.
/// \req P-CONN-13
bool is_control_plane(const any_request& asked) noexcept;

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/request.ipp>
#endif

#endif

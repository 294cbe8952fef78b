#ifndef HEARTH_SESSION_GUEST_IMPL_REQUEST_IPP
#define HEARTH_SESSION_GUEST_IMPL_REQUEST_IPP

#include <hearth/session/guest/request.hpp>
#include <hearth/wire/error_text.hpp>

#include <type_traits>
#include <utility>

namespace hearth::session::guest {

namespace detail {

/// Wraps what a parser of the wire layer found.
template <class To = void, class T>
result<any_request> as_request(result<T> parsed) {
    if (!parsed)
        return parsed.error();
    if constexpr (std::is_void_v<To>)
        return any_request{*std::move(parsed)};
    else
        return any_request{To{std::move(parsed->path)}};
}

}  // namespace detail

HEARTH_DECL result<any_request> parse_request(channel_kind kind, const wire::frame_view& frame) {
    using wire::frame_type;
    if (kind == channel_kind::forward) {
        if (frame.type != frame_type::forward_request)
            return errc::unexpected_frame;
        return detail::as_request(wire::parse_forward_request(frame.payload));
    }
    switch (frame.type) {
    case frame_type::exec_request: return detail::as_request(wire::parse_exec_request(frame.payload));
    case frame_type::session_list_request: return any_request{session_list_request{}};
    case frame_type::session_kill: return detail::as_request(wire::parse_session_kill(frame.payload));
    case frame_type::activity_request: return any_request{activity_request{}};
    case frame_type::file_read_request: return detail::as_request(wire::parse_file_read_request(frame.payload));
    case frame_type::file_write_request: return detail::as_request(wire::parse_file_write_request(frame.payload));
    case frame_type::file_stat_request:
        return detail::as_request<stat_request>(wire::parse_file_path_request(frame.payload));
    case frame_type::file_list_request:
        return detail::as_request<list_request>(wire::parse_file_path_request(frame.payload));
    case frame_type::hello_request: return detail::as_request(wire::parse_hello_request(frame.payload));
    case frame_type::clock_set: return detail::as_request(wire::parse_clock_set(frame.payload));
    default: return errc::unexpected_frame;
    }
}

HEARTH_DECL std::string refusal_text(channel_kind kind, wire::frame_type type, std::error_code why) {
    using wire::frame_type;
    namespace text = wire::error_text;
    if (why == errc::unexpected_frame)
        return kind == channel_kind::forward ? text::expected_forward(type) : text::unexpected_frame(type);
    switch (type) {
    case frame_type::exec_request: return text::bad_exec_request(why.message());
    case frame_type::session_kill: return std::string{text::bad_kill_request};
    case frame_type::forward_request: return text::bad_forward_request(why.message());
    default: return text::bad_request(why.message());
    }
}

HEARTH_DECL bool is_control_plane(const any_request& asked) noexcept {
    if (const auto* exec = std::get_if<wire::exec_request>(&asked))
        return wire::kind_of(*exec) == wire::exec_kind::attach;
    return std::holds_alternative<session_list_request>(asked) || std::holds_alternative<activity_request>(asked) ||
           std::holds_alternative<wire::session_kill_request>(asked);
}

}  // namespace hearth::session::guest

#endif

#ifndef HEARTH_SESSION_HOST_IMPL_ATTACHED_SESSION_IPP
#define HEARTH_SESSION_HOST_IMPL_ATTACHED_SESSION_IPP

#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/detail/exec_payload.hpp>
#include <hearth/wire/exit_status.hpp>

#include <algorithm>
#include <utility>

namespace hearth::session::host {

HEARTH_DECL attached_session::attached_session(const wire::exec_request& request, const options& opt)
    : talk_(opt, wire::frame_type::exec_request, detail::exec_payload(request)) {
    using wire::exec_kind;
    const exec_kind kind = wire::kind_of(request);
    if (kind == exec_kind::empty_argv)
        talk_.refuse(errc::empty_argv);
    else if (kind != exec_kind::terminal && kind != exec_kind::piped && kind != exec_kind::attach)
        talk_.refuse(errc::invalid_argument);
}

HEARTH_DECL attached_session::action attached_session::poll(time_point now) {
    action next = talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
    if (leaving_ && std::holds_alternative<wait>(next) && channel().backlog() == 0) {
        talk_.finish();
        return detached{};
    }
    return next;
}

HEARTH_DECL void attached_session::resize(wire::terminal_size size) {
    (void)channel().send(wire::frame_type::resize, wire::write_terminal_size(size));
}

HEARTH_DECL void attached_session::kill() { (void)channel().send(wire::frame_type::kill); }

HEARTH_DECL void attached_session::stdin_eof() { (void)channel().send(wire::frame_type::stdin_eof); }

HEARTH_DECL std::optional<attached_session::action> attached_session::on_frame(const wire::frame_view& frame) {
    using wire::frame_type;
    if (frame.type == frame_type::session_info && !open_)
        return on_info(frame.payload);
    if (frame.type != frame_type::stdout_data && frame.type != frame_type::exit)
        return std::nullopt;
    if (!open_)
        return talk_.fail(errc::unexpected_frame);
    if (frame.type == frame_type::exit)
        return on_exit(frame.payload);
    if (frame.payload.empty() || leaving_)
        return std::nullopt;
    return output{frame.payload};
}

HEARTH_DECL attached_session::action attached_session::on_info(bytes_view payload) {
    auto info = wire::parse_session_info(payload);
    if (!info)
        return talk_.fail(info.error());
    open_ = true;
    return opened{*std::move(info)};
}

HEARTH_DECL attached_session::action attached_session::on_exit(bytes_view payload) {
    const auto code = wire::parse_exit_status(payload);
    if (!code)
        return talk_.fail(code.error());
    talk_.finish();
    return exited{*code};
}

HEARTH_DECL bool taken_over(std::string_view session_id, std::span<const wire::session_info> listed) noexcept {
    return std::any_of(listed.begin(), listed.end(),
                       [&](const wire::session_info& s) { return s.session_id == session_id && s.running; });
}

}  // namespace hearth::session::host

#endif

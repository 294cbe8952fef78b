#ifndef HEARTH_SESSION_HOST_IMPL_DETACHED_EXEC_IPP
#define HEARTH_SESSION_HOST_IMPL_DETACHED_EXEC_IPP

#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/detail/exec_payload.hpp>
#include <hearth/wire/exit_status.hpp>

#include <utility>

namespace hearth::session::host {

HEARTH_DECL detached_exec::detached_exec(const wire::exec_request& request, const options& opt)
    : talk_(opt, wire::frame_type::exec_request, detail::exec_payload(request)) {
    if (wire::kind_of(request) != wire::exec_kind::detached)
        talk_.refuse(errc::invalid_argument);
}

HEARTH_DECL detached_exec::action detached_exec::poll(time_point now) {
    return talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
}

HEARTH_DECL std::optional<detached_exec::action> detached_exec::on_frame(const wire::frame_view& frame) {
    if (frame.type == wire::frame_type::exit)
        return on_exit(frame.payload);
    if (frame.type != wire::frame_type::stdout_data)
        return std::nullopt;
    if (frame.payload.size() > max_reply - answer_.size())
        return talk_.fail(errc::malformed_message);
    answer_.append(as_text(frame.payload));
    return std::nullopt;
}

HEARTH_DECL detached_exec::action detached_exec::on_exit(bytes_view payload) {
    const auto code = wire::parse_exit_status(payload);
    if (!code)
        return talk_.fail(code.error());
    auto reply = wire::parse_detach_reply(as_bytes(answer_));
    if (!reply || *code != 0)
        return talk_.fail(errc::malformed_message);
    talk_.finish();
    return started{*std::move(reply)};
}

}  // namespace hearth::session::host

#endif

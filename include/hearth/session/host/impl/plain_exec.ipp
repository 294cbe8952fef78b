#ifndef HEARTH_SESSION_HOST_IMPL_PLAIN_EXEC_IPP
#define HEARTH_SESSION_HOST_IMPL_PLAIN_EXEC_IPP

#include <hearth/session/host/detail/exec_payload.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/wire/exit_status.hpp>

namespace hearth::session::host {

HEARTH_DECL plain_exec::plain_exec(const wire::exec_request& request, const options& opt)
    : talk_(opt, wire::frame_type::exec_request, detail::exec_payload(request)) {
    const wire::exec_kind kind = wire::kind_of(request);
    if (kind == wire::exec_kind::empty_argv)
        talk_.refuse(errc::empty_argv);
    else if (kind != wire::exec_kind::plain)
        talk_.refuse(errc::invalid_argument);
}

HEARTH_DECL plain_exec::action plain_exec::poll(time_point now) {
    if (now >= talk_.deadline())
        stop(errc::deadline_exceeded, now);
    if (input_ == input::closing && !talk_.over()) {
        input_ = input::closed;
        return shutdown_send{};
    }
    return talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
}

HEARTH_DECL void plain_exec::close_stdin() noexcept {
    if (input_ != input::closed)
        input_ = input::closing;
}

HEARTH_DECL void plain_exec::stdin_eof() {
    if (input_ != input::open)
        return;
    input_ = input::ended;
    (void)channel().send(wire::frame_type::stdin_eof);  // empty: cannot be too long
}

HEARTH_DECL bool plain_exec::kill() {
    if (input_ == input::closed)
        return false;
    (void)channel().send(wire::frame_type::kill);
    return true;
}

HEARTH_DECL void plain_exec::stop(std::error_code why, time_point now) {
    if (talk_.over() || talk_.stopping())
        return;
    if (kill())
        talk_.stop(why, now + kill_grace);
    else
        talk_.refuse(why);
}

HEARTH_DECL std::optional<plain_exec::action> plain_exec::on_frame(const wire::frame_view& frame) {
    if (frame.type == wire::frame_type::exit)
        return on_exit(frame.payload);
    const bool out = frame.type == wire::frame_type::stdout_data;
    if ((!out && frame.type != wire::frame_type::stderr_data) || frame.payload.empty() || talk_.stopping())
        return std::nullopt;
    return output{out ? output_stream::out : output_stream::err, frame.payload};
}

HEARTH_DECL plain_exec::action plain_exec::on_exit(bytes_view payload) {
    const auto code = wire::parse_exit_status(payload);
    if (!code || talk_.stopping())
        return talk_.fail(code.error());
    talk_.finish();
    return exited{*code};
}

}  // namespace hearth::session::host

#endif

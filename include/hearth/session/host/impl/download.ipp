#ifndef HEARTH_SESSION_HOST_IMPL_DOWNLOAD_IPP
#define HEARTH_SESSION_HOST_IMPL_DOWNLOAD_IPP

#include <hearth/session/host/download.hpp>
#include <hearth/wire/exit_status.hpp>

#include <string>
#include <utility>

namespace hearth::session::host {

namespace detail {

HEARTH_DECL std::string file_read_payload(const wire::file_read_request& request) {
    std::string json;
    wire::write_file_read_request(request, json);
    return json;
}

}  // namespace detail

HEARTH_DECL download::download(const wire::file_read_request& request, const options& opt)
    : talk_(opt, wire::frame_type::file_read_request, detail::file_read_payload(request)),
      whole_(request.whole_file()) {}

HEARTH_DECL download::action download::poll(time_point now) {
    return talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
}

HEARTH_DECL std::optional<download::action> download::on_frame(const wire::frame_view& frame) {
    using wire::frame_type;
    if (frame.type == frame_type::file_read_response && !open_)
        return on_reply(frame.payload);
    if (frame.type != frame_type::stdout_data && frame.type != frame_type::exit)
        return std::nullopt;
    if (!open_)
        return talk_.fail(errc::unexpected_frame);
    if (frame.type == frame_type::exit)
        return on_exit(frame.payload);
    if (frame.payload.empty())
        return std::nullopt;
    received_ += static_cast<std::int64_t>(frame.payload.size());
    return data{frame.payload};
}

HEARTH_DECL download::action download::on_reply(bytes_view payload) {
    auto reply = wire::parse_file_read_reply(payload);
    if (!reply)
        return talk_.fail(reply.error());
    open_ = true;
    expected_ = whole_ ? reply->size : 0;
    return opened{*std::move(reply)};
}

HEARTH_DECL download::action download::on_exit(bytes_view payload) {
    const auto code = wire::parse_exit_status(payload);
    if (!code)
        return talk_.fail(code.error());
    if (*code != 0)
        return talk_.fail(errc::peer_error);
    if (received_ < expected_)
        return talk_.fail(errc::size_mismatch);
    talk_.finish();
    return completed{};
}

}  // namespace hearth::session::host

#endif

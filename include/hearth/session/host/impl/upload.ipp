#ifndef HEARTH_SESSION_HOST_IMPL_UPLOAD_IPP
#define HEARTH_SESSION_HOST_IMPL_UPLOAD_IPP

#include <hearth/session/host/upload.hpp>
#include <hearth/wire/error_text.hpp>

#include <algorithm>
#include <string>

namespace hearth::session::host {

namespace detail {

HEARTH_DECL std::string file_write_payload(const wire::file_write_request& request) {
    std::string json;
    wire::write_file_write_request(request, json);
    return json;
}

}  // namespace detail

HEARTH_DECL upload::upload(const wire::file_write_request& request, const options& opt)
    : talk_(opt, wire::frame_type::file_write_request, detail::file_write_payload(request)), remaining_(request.size) {
    if (request.size < 0)
        talk_.refuse(errc::invalid_argument);
}

HEARTH_DECL upload::action upload::poll(time_point now) {
    return talk_.poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
}

HEARTH_DECL std::size_t upload::room() const noexcept {
    const auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(remaining_, 0));
    return static_cast<std::size_t>(std::min<std::uint64_t>(talk_.input_room(), left));
}

HEARTH_DECL std::size_t upload::write(bytes_view bytes) {
    if (static_cast<std::uint64_t>(bytes.size()) > static_cast<std::uint64_t>(std::max<std::int64_t>(remaining_, 0))) {
        talk_.refuse(errc::too_many_bytes);
        return 0;
    }
    const std::size_t taken = talk_.send_input(bytes);
    remaining_ -= static_cast<std::int64_t>(taken);
    return taken;
}

HEARTH_DECL std::optional<upload::action> upload::on_frame(const wire::frame_view& frame) {
    if (frame.type == wire::frame_type::exit)
        return talk_.fail(errc::unexpected_frame);
    if (frame.type != wire::frame_type::file_write_response)
        return std::nullopt;
    const auto reply = wire::parse_file_write_reply(frame.payload);
    if (!reply)
        return talk_.fail(reply.error());
    if (reply->status != "ok")
        return talk_.fail(errc::peer_error, wire::sendable_error_text(reply->status));
    if (remaining_ > 0)  // the agent cannot have what was not even queued
        return talk_.fail(errc::unexpected_frame);
    talk_.finish();
    return completed{};
}

}  // namespace hearth::session::host

#endif

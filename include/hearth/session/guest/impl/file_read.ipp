#ifndef HEARTH_SESSION_GUEST_IMPL_FILE_READ_IPP
#define HEARTH_SESSION_GUEST_IMPL_FILE_READ_IPP

#include <hearth/session/guest/file_read.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/frame_header.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace hearth::session::guest {

HEARTH_DECL file_read::file_read(frame_channel channel, const wire::file_read_request& request,
                                 const wire::file_read_reply& file, const agent_limits& limits)
    : channel_(std::move(channel)),
      linger_(limits),
      window_(request.offset, request.limit, request.max_bytes),
      left_(file.size <= 0         ? limits.special_read_cap
            : request.whole_file() ? file.size
                                   : std::numeric_limits<std::int64_t>::max()),
      left_is_cap_(file.size <= 0) {
    const std::int64_t expected = file.size <= 0 ? small_chunk : file.size;
    chunk_size_ = static_cast<std::size_t>(std::min<std::int64_t>(expected, chunk_bytes));
    std::string json;
    wire::write_file_read_reply(file, json);
    (void)channel_.send(wire::frame_type::file_read_response, json);
}

HEARTH_DECL file_read::action file_read::poll(time_point now) {
    if (!linger_.started()) {
        std::error_code gone = channel_.lost();
        for (auto in = channel_.next(); !gone && in.what != frame_channel::inbound::kind::nothing;
             in = channel_.next()) {
            if (in.what == frame_channel::inbound::kind::ended)
                break;
            if (in.what != frame_channel::inbound::kind::frame)
                gone = in.why;
        }
        if (!gone)
            return wait{};
        channel_.on_lost(gone);
        linger_.start(channel_, now);
        return failed{gone, {}};
    }
    return std::visit([](auto todo) -> action { return todo; }, linger_.poll(channel_, now));
}

HEARTH_DECL mutable_bytes file_read::data_buffer() {
    if (linger_.started() || channel_.lost() || channel_.lent() || channel_.backlog() >= small_chunk)
        return {};
    if (!chunk_)
        chunk_.reset(new std::byte[frame_header_size + chunk_size_]);
    const std::int64_t wanted = left_is_cap_ ? left_ + 1 : left_;
    const auto n = std::min(static_cast<std::int64_t>(chunk_size_), wanted);
    return {chunk_.get() + frame_header_size, static_cast<std::size_t>(n)};
}

HEARTH_DECL void file_read::on_data(std::size_t n, time_point now) {
    if (linger_.started())
        return;
    if (left_is_cap_ && std::cmp_greater(n, left_))
        return on_error("too much content for a file without a size", now);
    left_ -= static_cast<std::int64_t>(n);
    send_chunk(window_.filter({chunk_.get() + frame_header_size, n}));
    if (n != 0 && !window_.done() && (left_ != 0 || left_is_cap_))
        return;
    (void)channel_.send(wire::frame_type::exit, wire::write_exit_status(0));
    linger_.start(channel_, now);
}

/// The header goes into the bytes in front of the content: headroom, or content outside the window.
HEARTH_DECL void file_read::send_chunk(bytes_view bytes) {
    if (bytes.empty())
        return;
    std::byte* const frame = chunk_.get() + (bytes.data() - chunk_.get()) - frame_header_size;
    wire::write_frame_header({wire::frame_type::stdout_data, static_cast<std::uint32_t>(bytes.size())},
                             std::span<std::byte, frame_header_size>{frame, frame_header_size});
    const bytes_view whole{frame, frame_header_size + bytes.size()};
    if (channel_.backlog() == 0)
        channel_.lend(whole);
    else
        channel_.send_raw(whole);
}

HEARTH_DECL void file_read::on_error(std::string_view text, time_point now) {
    if (linger_.started())
        return;
    (void)channel_.send(wire::frame_type::error, wire::sendable_error_text(text));
    linger_.start(channel_, now);
}

}  // namespace hearth::session::guest

#endif

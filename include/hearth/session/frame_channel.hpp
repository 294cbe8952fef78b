#ifndef HEARTH_SESSION_FRAME_CHANNEL_HPP
#define HEARTH_SESSION_FRAME_CHANNEL_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/wire/frame.hpp>
#include <hearth/wire/frame_parser.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace hearth::session {

/// One end of a frame connection without the connection: whoever drives it moves the bytes, the machine that owns it
/// moves the frames.
///
/// Driver: read into `receive_buffer` and report `on_received`, write `send_buffer` and report `on_sent`; report the
/// peer's half-close with `on_end_of_stream` and anything worse with `on_lost`. At most one read and one write at a time.
/// Machine: `next` and `send`.
class frame_channel {
public:
    static constexpr std::size_t default_read_size = 65'536;

    explicit frame_channel(std::uint32_t max_length = max_frame_length) : parser_(max_length) {}

    // --- for the driver ---------------------------------------------------------------------------------------------

    /// Whether the driver should have a read outstanding.
    bool wants_read() const noexcept { return !ended_ && !lost_ && !paused_; }
    /// Space to read into, valid until the next call. Frames that `next` handed out before are gone.
    mutable_bytes receive_buffer(std::size_t n = default_read_size) { return parser_.prepare(n); }
    void on_received(std::size_t n) noexcept { parser_.commit(n); }
    /// The peer will send nothing more; it may still read.
    void on_end_of_stream() noexcept { ended_ = true; }
    /// The connection is unusable in both directions.
    void on_lost(std::error_code why) noexcept {
        if (!lost_)
            lost_ = why;
    }
    /// Writing failed, reading may still bring the reason: an ERROR frame that the peer sent before it closed (P-CLI-06).
    /// Nothing more is sent; the end of the stream then counts as loss. An agent calls `on_lost` instead.
    void on_send_failed(std::error_code why) noexcept {
        if (!send_failed_)
            send_failed_ = why;
    }

    /// Bytes to be written; stable until `on_sent` has taken them all. Empty when nothing is pending or the connection
    /// is lost.
    bytes_view send_buffer() noexcept {
        if (lost_ || send_failed_)
            return {};
        if (!lent_.empty())
            return lent_;
        if (sent_ == sending_.size()) {
            sending_.clear();
            sent_ = 0;
            std::swap(sending_, pending_);
        }
        return as_bytes(sending_).subspan(sent_);
    }
    void on_sent(std::size_t n) noexcept {
        const std::size_t taken = std::min(n, lent_.empty() ? sending_.size() - sent_ : lent_.size());
        if (lent_.empty())
            sent_ += taken;
        else
            lent_ = lent_.subspan(taken);
        sent_total_ += taken;
    }

    // --- for the machine --------------------------------------------------------------------------------------------

    /// What came in.
    struct inbound {
        enum class kind {
            nothing,    ///< wait for more
            frame,      ///< `frame` holds one; valid until the driver's next `receive_buffer`
            ended,      ///< clean half-close of the peer, after its last frame
            malformed,  ///< framing error, or end inside a frame: `why`
            lost,       ///< the connection broke: `why`
        } what{kind::nothing};
        wire::frame_view frame;
        std::error_code why;
    };

    /// Takes the next inbound frame or condition; conditions repeat. Frames that arrived before a loss come first: a
    /// reset may follow the reply at once. A machine for which the loss matters more asks `lost()`.
    /// \req P-FRAME-07, P-FRAME-11, P-FRAME-12
    inbound next() noexcept {
        using kind = inbound::kind;
        const auto found = parser_.next();
        if (found.status == wire::parse_status::frame)
            return {kind::frame, found.frame, {}};
        if (lost_)
            return {kind::lost, {}, lost_};
        if (found.status == wire::parse_status::malformed)
            return {kind::malformed, {}, errc::bad_frame_length};
        if (!ended_)
            return {};
        const std::error_code end = parser_.end_of_stream();
        if (end == errc::end_of_stream && send_failed_)
            return {kind::lost, {}, send_failed_};
        if (end == errc::end_of_stream)
            return {kind::ended, {}, end};
        return {kind::malformed, {}, end};
    }

    /// Queues a frame. A payload that does not fit is refused whole (P-FRAME-05).
    result<void> send(wire::frame_type type, bytes_view payload = {}) {
        return wire::append_frame(type, payload, pending_);
    }
    result<void> send(wire::frame_type type, std::string_view payload) { return send(type, as_bytes(payload)); }
    /// Queues bytes without framing: the tunnel after FWD_RESP.
    void send_raw(bytes_view bytes) { pending_.append(as_text(bytes)); }
    /// Sends `bytes` without copying them: whole frames, or bytes of a tunnel. Nothing else may be waiting to be sent, and
    /// the bytes stay where they are until `lent()` is false.
    void lend(bytes_view bytes) noexcept {
        assert(backlog() == 0);
        lent_ = bytes;
    }
    bool lent() const noexcept { return !lent_.empty(); }

    /// Bytes queued and not yet sent.
    std::size_t backlog() const noexcept { return pending_.size() + sending_.size() - sent_ + lent_.size(); }
    /// Bytes the connection has accepted so far: no progress means that the peer does not read.
    std::uint64_t sent_total() const noexcept { return sent_total_; }

    /// Back-pressure: no reads while paused.
    void pause_reading(bool paused) noexcept { paused_ = paused; }
    bool ended() const noexcept { return ended_; }
    std::error_code lost() const noexcept { return lost_; }
    std::error_code send_failed() const noexcept { return send_failed_; }

    /// The parser, for what is not frames: a lower bound before authentication, bytes of a tunnel behind the last frame.
    wire::frame_parser& parser() noexcept { return parser_; }

private:
    wire::frame_parser parser_;
    std::string pending_;
    std::string sending_;
    std::size_t sent_{0};
    bytes_view lent_;
    std::uint64_t sent_total_{0};
    std::error_code lost_;
    std::error_code send_failed_;
    bool ended_{false};
    bool paused_{false};
};

}  // namespace hearth::session

#endif

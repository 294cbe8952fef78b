#ifndef HEARTH_SESSION_SERIAL_MUX_HPP
#define HEARTH_SESSION_SERIAL_MUX_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/core/result.hpp>
#include <hearth/session/action.hpp>
#include <hearth/wire/mux_frame.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unordered_map>
#include <variant>

namespace hearth::session {

/// Which end of the serial port this is. It decides the parity of stream ids, nothing else.
enum class mux_end {
    host = 1,   ///< opens odd ids
    guest = 2,  ///< opens even ids
};

struct serial_mux_options {
    mux_end end{mux_end::host};
    /// Random, fresh for every machine: tells this life of the end from its former ones. Not 0.
    std::uint64_t nonce{0};
    /// Bytes that the peer may send on one stream before the user has consumed any; at most wire::mux_max_credit. What
    /// is received and not consumed never exceeds `window * (max_incoming + max_outgoing)`.
    std::uint32_t window{262'144};
    /// Streams opened by the peer and not yet released here; a further one is refused.
    std::uint32_t max_incoming{256};
    /// Streams opened here and not yet released; `open` then fails with `errc::mux_stream_limit`.
    std::uint32_t max_outgoing{256};
    /// How often an unanswered greeting is repeated.
    std::chrono::milliseconds greeting_interval{1'000};
    /// How long the rest of a frame may take once the peer, asked by a ping, has shown that it runs; then bytes were
    /// lost, and the session is given up with `errc::mux_bad_frame`.
    std::chrono::milliseconds frame_patience{5'000};
    /// Silence after which the peer is pinged; zero: never. Off by default: a paused guest is silent and well.
    std::chrono::milliseconds ping_after{0};
    /// Silence after which the session is given up with `errc::peer_stalled`; used if `ping_after` is set.
    std::chrono::milliseconds patience{30'000};
};

/// Many streams over one byte stream, such as a virtio-serial port, without the port: whoever drives it moves the bytes.
/// docs/serial-mux.md specifies the bytes. Both ends run this machine.
///
/// Either end may restart, or be restored from a snapshot, at any time; bytes of the former life may still arrive. The
/// machine then gives up all streams, greets the peer again and goes on. So it does when bytes are no frames.
///
/// Driver: read into `receive_buffer` and report `on_received`, write `send_buffer` and report `on_sent`, then `poll`
/// until it answers `wait` or `close`; `send_buffer` makes room, so poll again after calling it.
/// User: commands below, then let the driver go round. A stream belongs to the user from `open` or `incoming` until it
/// calls `release`, exactly once, whatever happened in between. Nothing is sent outside `send_buffer`.
class serial_mux {
public:
    /// Names one stream for the life of the machine; never reused.
    using stream_id = std::uint64_t;

    /// A session with the peer begins: streams can be opened.
    struct established {};
    /// The session is over, all its streams are about to break. Another begins by itself unless `close` follows.
    /// `errc::mux_reset`: the peer restarted; `errc::mux_bad_frame`, `errc::mux_credit_exceeded`,
    /// `errc::mux_stream_limit`: it broke the specification; `errc::peer_stalled`: it was silent for too long;
    /// otherwise what was reported about the port.
    struct down {
        std::error_code why;
    };
    /// The peer opened a stream. `accept` it, or `release` it to refuse. Data may arrive at once.
    struct incoming {
        stream_id stream;
        std::uint32_t port;
    };
    /// The peer accepted a stream of ours.
    struct accepted {
        stream_id stream;
    };
    /// Bytes received, valid until the next `poll` or `receive_buffer`. Report `consumed` once they need no more memory.
    struct data {
        stream_id stream;
        bytes_view bytes;
    };
    /// The peer sends no more on this stream.
    struct ended {
        stream_id stream;
    };
    /// Writing on the stream is over and, unless it had `ended`, reading too. `errc::connect_failed`: refused;
    /// `errc::mux_stream_limit`: refused, too many streams; `errc::connection_lost`: the peer is done with it; or what
    /// brought the session down.
    struct broken {
        stream_id stream;
        std::error_code why;
    };
    /// It is this stream's turn: a `write` before the next `poll` is served.
    struct writable {
        stream_id stream;
    };

    using action = std::variant<wait, close, established, down, incoming, accepted, data, ended, broken, writable>;

    /// \pre `options.nonce != 0`
    explicit serial_mux(const serial_mux_options& options);

    // --- for the driver ---------------------------------------------------------------------------------------------

    /// Whether the driver should have a read outstanding.
    bool wants_read() const noexcept { return !port_lost_ && !closed_; }
    /// Space to read into, valid until the next call. Empty only if `poll` has been neglected.
    mutable_bytes receive_buffer();
    void on_received(std::size_t n) noexcept;
    /// The port ended or broke. What was received before is still handed out, then the streams break with `why`.
    void on_lost(std::error_code why) noexcept { port_lost_ = port_lost_ ? port_lost_ : why; }
    /// Bytes to be written; stable until `on_sent` has taken them all. Empty when nothing is pending.
    bytes_view send_buffer();
    void on_sent(std::size_t n) noexcept;

    /// \returns The one thing to do next. Do it, then call again.
    action poll(time_point now);

    // --- for the user -----------------------------------------------------------------------------------------------

    /// Opens a stream. Data may be written at once; `accepted` or `broken` tells what became of it.
    /// \returns `errc::mux_stream_limit` if either end has as many as it may, `errc::mux_reset` between sessions.
    result<stream_id> open(std::uint32_t port);
    /// Takes an incoming stream. Writing before that sends nothing.
    void accept(stream_id stream);
    /// Sends at most one frame's worth of `bytes`, copied. Fair: a stream waits while others wait that came before.
    /// \returns How many bytes were taken. If not all, `writable` follows once the rest, or part of it, can go.
    std::size_t write(stream_id stream, bytes_view bytes);
    /// Ends our direction behind what was written; of an incoming stream, once it is accepted.
    void shutdown(stream_id stream);
    /// `n` received bytes need no more memory: the peer may send as many again.
    void consumed(stream_id stream, std::size_t n);
    /// Forgets the stream: what was written and our end still reach the peer, what it sends is dropped. An incoming
    /// stream that was not accepted is refused.
    void release(stream_id stream);

    /// Whether streams can be opened now.
    bool in_session() const noexcept { return in_session_; }
    /// Streams known, including those whose last frame is not sent yet.
    std::size_t streams() const noexcept { return streams_.size(); }
    /// Bytes queued and not yet sent.
    std::size_t backlog() const noexcept { return pending_.size() + sending_.size() - sent_; }

    /// Most bytes that `backlog` reaches.
    static constexpr std::size_t max_backlog = 2 * 65'536;
    static constexpr std::size_t receive_capacity = 131'072;

private:
    enum class phase {
        opening,  // ours, not accepted yet
        offered,  // the peer's, not accepted yet
        accepted,
        broken,    // no frames go either way, the user has not released it
        released,  // the user is gone, the last frames are not sent
    };
    enum class rest { none, awaited, asked_for, overdue };  // of an incomplete frame
    enum class greeting { none, answer, unasked };          // ordered: the later includes the earlier
    enum due : unsigned { due_open = 1, due_accept = 2, due_credit = 4, due_end = 8, due_reset = 16 };

    struct entry {
        phase at;
        std::uint32_t port;
        std::uint32_t may_send;       // credit from the peer
        std::uint32_t may_receive;    // credit to the peer
        std::uint32_t unconsumed{0};  // handed to the user
        std::uint32_t ungranted{0};   // consumed, not yet credited to the peer
        bool send_ended{false};
        bool receive_ended{false};
        bool wants_write{false};  // the last write was not taken whole
        bool in_turns{false};
        bool in_control{false};
        unsigned frames_due{0};
        wire::mux_reset_reason reason{};
        std::error_code why{};  // of a break that `poll` has yet to tell
    };
    using table = std::unordered_map<stream_id, entry>;

    bool is_ours(stream_id s) const noexcept { return (s & 1) == (static_cast<unsigned>(options_.end) & 1); }
    bool is_current(stream_id s) const noexcept { return s >> 32 == session_; }
    entry* find(stream_id s) noexcept;
    entry* find_live(stream_id s) noexcept;
    void erase(stream_id s);
    std::size_t room() const noexcept;

    // sending
    void append(wire::mux_type type, stream_id stream, std::uint32_t value = 0, bytes_view payload = {});
    void append_greeting();
    void append_control();
    void append_due(stream_id s, entry& e);
    void make_due(stream_id s, entry& e, unsigned what);
    void wait_for_turn(stream_id s, entry& e);

    // the session
    void begin_session();
    void end_session(std::error_code why);
    void begin_life(std::error_code why);
    void check_time(time_point now);
    bool gives_up_frame(time_point now);
    time_point next_deadline() const noexcept;
    std::optional<action> next_notice();
    std::optional<action> next_turn();

    // receiving
    bytes_view unread() const noexcept { return {received_.get() + begin_, end_ - begin_}; }
    stream_id local_id(std::uint64_t wire_id) const noexcept { return session_ << 32 | wire_id; }
    bool take_frame(std::optional<action>& event);
    bool find_greeting();
    void on_greeting(const wire::mux_header& head, bytes_view payload);
    std::optional<action> on_frame(const wire::mux_header& head, bytes_view payload);
    std::optional<action> on_open(stream_id s, std::uint32_t port);
    std::optional<action> on_stream_frame(stream_id s, entry& e, const wire::mux_header& head, bytes_view payload);
    std::optional<action> on_reset(stream_id s, entry& e, std::uint32_t reason);
    std::optional<action> on_violation(errc why);

    serial_mux_options options_;
    table streams_;
    std::size_t ours_{0};    // opened here, in the table
    std::size_t theirs_{0};  // opened by the peer, not released
    std::size_t theirs_released_{0};

    // the two lives and their session
    std::uint64_t nonce_;
    std::uint64_t peer_nonce_{0};  // 0: not heard of
    std::uint32_t peer_window_{0};
    std::uint32_t peer_limit_{0};  // streams that the peer lets us open
    std::uint64_t session_{0};     // counts sessions; upper half of their stream ids
    bool in_session_{false};
    std::uint32_t send_key_{0}, receive_key_{0};
    std::uint32_t sent_frames_{0}, received_frames_{0};
    std::uint64_t next_ours_{0}, next_theirs_{0};  // wire ids

    // what poll has yet to tell
    std::error_code down_why_;
    std::deque<stream_id> breaking_;
    bool tell_established_{false};

    // what is to be sent
    greeting greeting_due_{greeting::none};
    std::optional<std::uint32_t> pong_due_;
    bool ping_due_{false};
    std::deque<stream_id> control_;  // streams with frames due
    std::deque<stream_id> turns_;    // streams that wait to write
    stream_id turn_{0};              // whose turn it is until the next poll
    std::string pending_, sending_;
    std::size_t sent_{0};

    // what was received
    std::unique_ptr<std::byte[]> received_;
    std::size_t begin_{0}, end_{0};

    // time
    time_point now_{};
    time_point next_greeting_{time_point::min()};
    time_point heard_at_{};
    bool heard_{false};
    bool pinged_{false};
    rest rest_{rest::none};
    std::uint32_t rest_of_{0};  // the frame's sequence
    bool answered_{false};
    time_point rest_until_{no_deadline};

    std::error_code port_lost_;
    bool closed_{false};
};

}  // namespace hearth::session

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/impl/serial_mux.ipp>
#endif

#endif

#ifndef HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_GUEST_END_HPP
#define HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_GUEST_END_HPP

#include "session/support/replay.hpp"

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/frame_parser.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::test {

inline std::string exit_frame(std::int32_t status) {
    return frame(wire::frame_type::exit, bytes_view{wire::write_exit_status(status)});
}

/// `STDOUT hello`, `EXIT 3`, one word and the payload.
inline std::string in_words(const wire::frame_view& one) {
    std::string out{wire::name_of(one.type)};
    if (one.type == wire::frame_type::exit)
        return out + ' ' + std::to_string(wire::parse_exit_status(one.payload).value());
    return one.payload.empty() ? out : out + ' ' + std::string{as_text(one.payload)};
}

/// What a stream of bytes says, frame by frame.
inline std::vector<std::string> frames_in(std::string_view bytes) {
    wire::frame_parser parser;
    parser.feed(as_bytes(bytes));
    std::vector<std::string> out;
    for (auto found = parser.next(); found.status == wire::parse_status::frame; found = parser.next())
        out.push_back(in_words(found.frame));
    REQUIRE(parser.unread().empty());
    return out;
}

/// Drives a guest's machine as a socket would: a host at the other end sends, reads or does not, ends, vanishes.
template <class M>
class guest_end {
public:
    using action = typename M::action;

    /// \param at  Told of the machine's own events.
    explicit guest_end(M& machine, time_point now = t0, std::function<void(const action&)> at = {})
        : machine_(machine), now_(now), at_(std::move(at)) {
        settle();
    }

    // --- the host ----------------------------------------------------------------------------------------------------

    guest_end& host_sends(std::string_view bytes, std::size_t cut = std::numeric_limits<std::size_t>::max()) {
        cut_ = cut;
        unread_ += bytes;
        settle();
        return *this;
    }
    /// \param type  STDIN and so on.
    guest_end& host_sends(wire::frame_type type, std::string_view payload = {}) {
        return host_sends(frame(type, payload));
    }
    guest_end& host_ends() {
        ended_ = true;
        settle();
        return *this;
    }
    guest_end& host_vanishes() {
        machine_.channel().on_lost(errc::connection_lost);
        settle();
        return *this;
    }
    /// The host reads at most `n` more bytes.
    guest_end& host_reads(std::size_t n) {
        window_ = n;
        settle();
        return *this;
    }
    guest_end& pass(duration time) {
        now_ += time;
        settle();
        return *this;
    }
    /// As a driver does when its machine was woken.
    void settle() {
        for (int turns = 0; turns < 100'000; ++turns)
            if (!step())
                return;
        FAIL("the machine spins");
    }

    // --- what was seen -----------------------------------------------------------------------------------------------

    const std::string& sent() const { return sent_; }
    std::vector<std::string> frames() const { return frames_in(sent_); }
    bool half_closed() const { return half_closed_; }
    bool closed() const { return closed_; }
    std::optional<std::error_code> failure() const { return failure_; }
    time_point until() const { return until_; }
    time_point now() const { return now_; }
    /// Bytes the agent has not read yet.
    std::size_t unread() const { return unread_.size(); }

private:
    /// \returns Whether anything moved.
    bool step() {
        if (poll())
            return true;
        if (closed_)
            return flush();
        return flush() || read();
    }

    bool poll() {
        const action todo = machine_.poll(now_);
        if (const auto* idle = std::get_if<session::wait>(&todo)) {
            CHECK_FALSE(closed_);
            until_ = idle->until;
            return false;
        }
        if (std::holds_alternative<session::close>(todo)) {
            closed_ = true;
            return false;
        }
        CHECK_FALSE(closed_);
        note(todo);
        return true;
    }

    void note(const action& todo) {
        if constexpr (has<session::failed>(static_cast<const action*>(nullptr)))
            if (const auto* no = std::get_if<session::failed>(&todo)) {
                CHECK_FALSE(failure_);
                failure_ = no->why;
                return;
            }
        if constexpr (has<session::shutdown_send>(static_cast<const action*>(nullptr)))
            if (std::holds_alternative<session::shutdown_send>(todo)) {
                CHECK_FALSE(half_closed_);
                half_closed_ = true;
                return;
            }
        REQUIRE(at_);
        at_(todo);
    }

    bool flush() {
        const bytes_view bytes = machine_.channel().send_buffer();
        const std::size_t n = std::min(bytes.size(), window_);
        sent_ += as_text(bytes.first(n));
        machine_.channel().on_sent(n);
        window_ -= window_ == std::numeric_limits<std::size_t>::max() ? 0 : n;
        return n != 0;
    }

    bool read() {
        session::frame_channel& channel = machine_.channel();
        if (!channel.wants_read())
            return false;
        if (unread_.empty()) {
            if (ended_)
                channel.on_end_of_stream();
            return ended_;
        }
        const mutable_bytes room = channel.receive_buffer();
        const std::size_t n = std::min({room.size(), unread_.size(), cut_});
        std::copy_n(as_bytes(unread_).begin(), n, room.begin());
        channel.on_received(n);
        unread_.erase(0, n);
        return true;
    }

    template <class Alternative, class... Ts>
    static constexpr bool has(const std::variant<Ts...>*) {
        return (std::is_same_v<Alternative, Ts> || ...);
    }

    M& machine_;
    time_point now_;
    std::function<void(const action&)> at_;
    std::string unread_;
    std::string sent_;
    std::size_t cut_{std::numeric_limits<std::size_t>::max()};
    std::size_t window_{std::numeric_limits<std::size_t>::max()};
    time_point until_{no_deadline};
    std::optional<std::error_code> failure_;
    bool ended_{false};
    bool half_closed_{false};
    bool closed_{false};
};

}  // namespace hearth::test

#endif

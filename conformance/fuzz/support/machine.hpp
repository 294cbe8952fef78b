#ifndef HEARTH_CONFORMANCE_FUZZ_SUPPORT_MACHINE_HPP
#define HEARTH_CONFORMANCE_FUZZ_SUPPORT_MACHINE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/wire/frame.hpp>

#include <support/input.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace hearth::fuzz {

/// When every conversation starts.
inline constexpr time_point t0{std::chrono::hours{1000}};

/// What an event means for the conversation.
enum class verdict {
    more,  ///< others may follow
    last,  ///< only the end of the connection may follow
    stop,  ///< the connection goes on without this machine
};

/// What has been seen of one machine.
struct life {
    std::size_t causes{0};  ///< bytes received and calls made
    std::size_t events{0};
    bool last_seen{false};
    bool half_closed{false};
    bool closed{false};
    bool stopped{false};
    time_point until{no_deadline};
    std::error_code why;  ///< of the failure, if it failed

    bool over() const noexcept { return closed || stopped; }
};

template <class Event, class Action>
inline constexpr bool can_be = false;
template <class Event, class... Ts>
inline constexpr bool can_be<Event, std::variant<Ts...>> = (std::is_same_v<Event, Ts> || ...);

template <class Event, class Action>
const Event* event_if(const Action& action) {
    if constexpr (can_be<Event, Action>)
        return std::get_if<Event>(&action);
    else
        return nullptr;
}

/// Polls until the machine waits, closes or has said its last word, and checks what must hold for every machine.
/// \param on_event  Gets each event of the machine's own.
template <class Machine, class OnEvent>
void settle(Machine& machine, life& seen, time_point now, OnEvent&& on_event) {
    while (!seen.stopped) {
        const auto todo = machine.poll(now);
        if (std::holds_alternative<session::close>(todo)) {
            seen.closed = true;
            return;
        }
        require(!seen.closed, "who closed stays closed");
        if (const auto* idle = std::get_if<session::wait>(&todo)) {
            require(idle->until > now, "who waits for a time that has come spins");
            seen.until = idle->until;
            return;
        }
        require(++seen.events <= 16 + seen.causes, "every event has a cause");
        if (event_if<session::shutdown_send>(todo)) {
            require(!seen.half_closed, "a direction ends once");
            seen.half_closed = true;
            continue;
        }
        require(!seen.last_seen, "nothing follows the last event");
        const session::failed* why = event_if<session::failed>(todo);
        if (why) {
            require(static_cast<bool>(why->why), "every failure has a code");
            seen.why = why->why;
        }
        const verdict means = why ? verdict::last : on_event(todo);
        seen.last_seen = means != verdict::more;
        seen.stopped = means == verdict::stop;
    }
}

// --- what happens to a connection -------------------------------------------------------------------------------------

inline void receive(session::frame_channel& channel, life& seen, bytes_view bytes) {
    if (!channel.wants_read() || bytes.empty())
        return;
    const mutable_bytes room = channel.receive_buffer(bytes.size());
    require(room.size() >= bytes.size(), "there is as much room as was asked for");
    std::copy(bytes.begin(), bytes.end(), room.begin());
    channel.on_received(bytes.size());
    seen.causes += bytes.size();
}

/// \returns The bytes that were taken, at most `n`.
inline std::string take_sent(session::frame_channel& channel, std::size_t n = std::size_t{1} << 30) {
    const bytes_view pending = channel.send_buffer();
    const std::string taken{as_text(pending.first(std::min(n, pending.size())))};
    channel.on_sent(taken.size());
    return taken;
}

/// A frame as a well-behaved peer sends it; its content may still make no sense at this point.
inline std::string typical_frame(input& in) {
    using wire::frame_type;
    struct sample {
        frame_type type;
        std::string_view payload;
    };
    static constexpr sample samples[] = {
        {frame_type::stdin_data, "input"},
        {frame_type::stdout_data, "output"},
        {frame_type::stdout_data, R"({"pid":7,"output_file":"/o"})"},
        {frame_type::stdout_data, ""},
        {frame_type::stderr_data, "error"},
        {frame_type::resize, {"\0\x28\0\x78", 4}},
        {frame_type::exit, {"\0\0\0\0", 4}},
        {frame_type::exit, {"\0\0\0\x89", 4}},
        {frame_type::exit, "x"},
        {frame_type::error, "auth required"},
        {frame_type::error, "start: no such file or directory"},
        {frame_type::kill, ""},
        {frame_type::stdin_eof, ""},
        {frame_type::auth, "t"},
        {frame_type::auth, "wrong"},
        {frame_type::exec_request, R"({"argv":["a"]})"},
        {frame_type::exec_request, R"({"argv":["a"],"tty":true})"},
        {frame_type::exec_request, R"({"argv":["a"],"session":true,"max_idle_sec":1})"},
        {frame_type::exec_request, R"({"argv":["a"],"detach":true})"},
        {frame_type::exec_request, R"({"session_id":"s1"})"},
        {frame_type::exec_request, R"({"session_id":"s2","rows":3,"cols":4})"},
        {frame_type::exec_request, R"({"session_id":"s1","if_detached":true})"},
        {frame_type::exec_request, R"({"argv":[]})"},
        {frame_type::exec_request, "{"},
        {frame_type::session_list_request, ""},
        {frame_type::session_list_response, "[]"},
        {frame_type::session_kill, R"({"session_id":"s1"})"},
        {frame_type::session_kill, R"({"session_id":"s2"})"},
        {frame_type::session_info,
         R"({"session_id":"s1","argv":"a","tty":true,"running":true,"attached":true,"created_at":1})"},
        {frame_type::activity_request, ""},
        {frame_type::activity_response, R"({"last_activity_unix":1,"active_sessions":0,"attached_sessions":0})"},
        {frame_type::file_read_request, R"({"path":"/a"})"},
        {frame_type::file_read_request, R"({"path":"/a","offset":2,"limit":1,"max_bytes":9})"},
        {frame_type::file_read_response, R"({"size":6,"mode":"0644"})"},
        {frame_type::file_write_request, R"({"path":"/a","mode":"0644","size":5})"},
        {frame_type::file_write_request, R"({"path":"/a","size":0})"},
        {frame_type::file_write_request, R"({"path":"/a","size":-1})"},
        {frame_type::file_write_response, R"({"status":"ok"})"},
        {frame_type::file_stat_request, R"({"path":"/a"})"},
        {frame_type::file_stat_response, R"({"name":"a","size":5,"mode":"0644","is_dir":false,"mtime":1})"},
        {frame_type::file_list_request, R"({"path":"/"})"},
        {frame_type::file_list_response, "[]"},
        {frame_type::forward_request, R"({"port":80})"},
        {frame_type::forward_response, R"({"status":"ok"})"},
        {frame_type::forward_response, R"({"status":"error","message":"connection refused"})"},
        {frame_type::config_request, ""},
        {frame_type::config_response, R"({"sandbox_id":"s","token":"t"})"},
        {frame_type::hello_request, R"({"client":"fuzz"})"},
        {frame_type::hello_response, R"({"agent":"a","revision":1,"features":["stdin.eof"]})"},
        {frame_type::clock_set, R"({"unix_ns":1})"},
    };
    std::string out;
    const std::size_t choice = in.below(std::size(samples) + 4);
    if (choice < std::size(samples)) {
        (void)wire::append_frame(samples[choice].type, as_bytes(samples[choice].payload), out);
    } else {
        const auto type = static_cast<wire::frame_type>(in.byte());
        (void)wire::append_frame(type, in.bytes(in.size()), out);
    }
    return out;
}

/// One thing that a connection can do to its machine. An agent's driver does not tell failed writes from loss.
enum class role { host, guest };
inline void disturb(role who, session::frame_channel& channel, life& seen, input& in) {
    switch (in.below(16)) {
    default: return receive(channel, seen, as_bytes(typical_frame(in)));
    case 8: return receive(channel, seen, as_bytes(typical_frame(in)).first(std::min<std::size_t>(in.below(8), 5)));
    case 9: return receive(channel, seen, in.bytes(in.size()));
    case 10:
    case 11: (void)take_sent(channel); return;
    case 12: (void)take_sent(channel, in.size()); return;
    case 13: return channel.on_end_of_stream();
    case 14:
        if (who == role::host)
            return channel.on_send_failed(errc::connection_lost);
        [[fallthrough]];
    case 15: return channel.on_lost(errc::connection_lost);
    }
}

/// Time passes; sometimes exactly until somebody wants to be woken.
inline time_point later(time_point now, time_point until, input& in) {
    using namespace std::chrono_literals;
    static constexpr std::chrono::milliseconds steps[] = {0ms, 1ms, 249ms, 250ms, 1000ms, 5000ms, 10'000ms, 61'000ms};
    const std::size_t choice = in.below(std::size(steps) + 2);
    if (choice < std::size(steps))
        return now + steps[choice];
    return until == no_deadline ? now : std::max(now, until);
}

}  // namespace hearth::fuzz

#endif

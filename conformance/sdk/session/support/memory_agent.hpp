#ifndef HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_MEMORY_AGENT_HPP
#define HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_MEMORY_AGENT_HPP

#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/admission.hpp>
#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/connection.hpp>
#include <hearth/session/guest/directory_collector.hpp>
#include <hearth/session/guest/file_read.hpp>
#include <hearth/session/guest/file_write.hpp>
#include <hearth/session/guest/hello.hpp>
#include <hearth/session/guest/kill_acknowledgement.hpp>
#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/guest/relay.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/guest/session_registry.hpp>
#include <hearth/session/guest/tunnel.hpp>
#include <hearth/wire/error_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::test {

/// A program that lives in memory, named by `argv[0]`:
/// `both` writes `out` and `err` and exits with 3; `cat` repeats its input; `flood N` writes N bytes; `stay` does nothing.
/// SIGTERM and SIGKILL end all of them.
class memory_process {
public:
    using port_type = session::guest::process_port;
    using stream = port_type::stream;

    memory_process(std::vector<std::string> argv, std::shared_ptr<port_type> port, time_point now)
        : argv_(std::move(argv)), port_(std::move(port)) {
        if (argv_[0] == "missing")
            port_->on_start_failed("start: exec missing: no such file or directory", now);
        else
            port_->on_started(now);
        if (argv_[0] == "both") {
            port_->on_output(stream::err, as_bytes("err"), now);
            port_->on_output(stream::out, as_bytes("out"), now);
            end(3, now);
        } else if (argv_[0] == "flood") {
            pending_.assign(std::stoul(argv_.at(1)), 'f');
            input_closed_ = true;
        }
    }

    /// \returns Whether anything happened.
    bool step(time_point now) {
        if (!port_)
            return false;
        if (const auto todo = port_->next_order(); !std::holds_alternative<port_type::none>(todo))
            return obey(todo, now), true;
        if (ended_)
            return false;
        if (const bytes_view input = port_->input(); !input.empty()) {
            if (argv_[0] == "cat")
                pending_ += as_text(input);
            port_->on_input_written(input.size(), now);
            return true;
        }
        if (const std::size_t n = std::min(pending_.size(), port_->output_room()); n != 0) {
            port_->on_output(stream::out, as_bytes(pending_).first(n), now);
            pending_.erase(0, n);
            return true;
        }
        if (pending_.empty() && input_closed_ && argv_[0] != "stay")
            return end(0, now), true;
        return false;
    }

    bool over() const { return !port_; }

private:
    void obey(const port_type::order& todo, time_point now) {
        if (std::holds_alternative<port_type::kill>(todo))
            end(137, now);
        else if (std::holds_alternative<port_type::terminate>(todo))
            end(143, now);
        else if (std::holds_alternative<port_type::close_input>(todo))
            input_closed_ = true;
        else if (std::holds_alternative<port_type::drain>(todo))
            port_->on_drained(now);
        else if (std::holds_alternative<port_type::release>(todo))
            port_.reset();
    }
    void end(std::int32_t status, time_point now) {
        if (std::exchange(ended_, true))
            return;
        const std::shared_ptr<port_type> keep = port_;
        keep->on_exited(status, now);
        keep->on_output_end(stream::out, now);
        keep->on_output_end(stream::err, now);
    }

    std::vector<std::string> argv_;
    std::shared_ptr<port_type> port_;
    std::string pending_;
    bool input_closed_{false};
    bool ended_{false};
};

/// An agent made of the guest machines, with processes, files and ports that live in memory.
class memory_agent {
public:
    explicit memory_agent(std::string with_token = {}, agent_limits with = {})
        : token(std::move(with_token)), limits(with), seen(now), sessions(limits, seen), door(limits) {}

    /// One connection: a socket's worth of bytes in both directions.
    struct link {
        std::string to_agent;
        std::string to_host;
        std::size_t window{static_cast<std::size_t>(-1)};  ///< what the host's socket takes before the host reads
        bool host_ended{false};
        bool agent_ended{false};
        bool host_gone{false};
        bool agent_gone{false};

        session::guest::channel_kind kind{};
        session::guest::admission::ticket who{};
        std::unique_ptr<session::guest::connection> gate;
        std::unique_ptr<session::guest::reply> answer;
        std::shared_ptr<session::guest::plain_exec> exec;
        std::unique_ptr<session::guest::attachment> client;
        std::unique_ptr<session::guest::kill_acknowledgement> killing;
        std::unique_ptr<session::guest::file_read> reading;
        std::unique_ptr<session::guest::file_write> writing;
        std::unique_ptr<session::guest::tunnel> tunnel;
        std::unique_ptr<session::guest::relay> relay;
        std::string path;     ///< of the file that is read or written
        std::string content;  ///< of it, so far
        time_point until{no_deadline};
    };

    std::shared_ptr<link> connect(session::guest::channel_kind kind) {
        auto one = std::make_shared<link>();
        one->kind = kind;
        one->gate = std::make_unique<session::guest::connection>(kind, token, limits, now);
        const auto arrival = door.enter(!token.empty(), now);
        one->who = arrival.who;
        if (!arrival.what.admitted)
            one->gate->refuse(errc::connection_limit, wire::error_text::connection_limit);
        links.push_back(one);
        return one;
    }

    /// \returns Whether anything happened.
    bool step(std::size_t cut) {
        bool moved = false;
        for (const auto& one : std::vector{links})
            moved |= step(*one, cut);
        for (const auto& one : processes)
            moved |= one->step(now);
        std::erase_if(processes, [](const auto& one) { return one->over(); });
        std::erase_if(links, [this](const auto& one) {
            if (one->agent_gone)
                door.leave(one->who);
            return one->agent_gone;
        });
        due = sessions.tick(now);
        return moved;
    }

    /// When something happens by itself.
    time_point next() const {
        time_point out = due;
        for (const auto& one : links)
            out = std::min(out, one->until);
        return out;
    }

    time_point now{std::chrono::hours{1000}};
    std::string token;
    agent_limits limits;
    session::guest::activity seen;
    session::guest::session_registry sessions;
    session::guest::admission door;
    std::map<std::string, std::string> files;
    std::vector<std::uint16_t> ports;  ///< where an echo server listens
    std::int64_t clock_ns{0};
    std::vector<std::unique_ptr<memory_process>> processes;
    std::vector<std::shared_ptr<link>> links;
    time_point due{no_deadline};

private:
    bool step(link& one, std::size_t cut) {
        if (one.relay)
            return relay(one);
        // Events first, then bytes; whoever is the machine now.
        return with(one, [&](auto& machine) {
            const auto todo = machine.poll(now);
            return std::visit([&](const auto& event) { return on(one, machine, event, cut); }, todo);
        });
    }

    template <class F>
    static bool with(link& one, F f) {
        if (one.gate)
            return f(*one.gate);
        if (one.answer)
            return f(*one.answer);
        if (one.exec)
            return f(*one.exec);
        if (one.client)
            return f(*one.client);
        if (one.killing)
            return f(*one.killing);
        if (one.reading)
            return f(*one.reading);
        if (one.writing)
            return f(*one.writing);
        return f(*one.tunnel);
    }

    // --- what every machine says -------------------------------------------------------------------------------------

    template <class M>
    bool on(link& one, M& machine, const session::wait& pause, std::size_t cut) {
        one.until = pause.until;
        return move_bytes(one, machine.channel(), cut) || read_file(one);
    }
    template <class M>
    bool on(link& one, M& machine, const session::shutdown_send&, std::size_t cut) {
        while (move_out(one, machine.channel(), cut))
            continue;
        return one.agent_ended = true;
    }
    template <class M>
    bool on(link& one, M& machine, const session::close&, std::size_t cut) {
        while (move_out(one, machine.channel(), cut))
            continue;
        one.agent_ended = one.agent_gone = true;
        one.gate.reset(), one.answer.reset(), one.exec.reset(), one.client.reset();
        return true;
    }
    template <class M>
    bool on(link&, M&, const session::failed&, std::size_t) {
        return true;
    }

    // --- what some say -----------------------------------------------------------------------------------------------

    bool on(link& one, session::guest::connection& gate, const session::guest::connection::received& got, std::size_t) {
        seen.on_request(*gate.request_type(), now);
        session::frame_channel channel = gate.take_channel();
        one.gate.reset();
        door.authenticated(one.who, now);
        if (!door.serve(one.who, got.what))
            return answer(one, std::move(channel)).error(wire::error_text::connection_limit), true;
        std::visit([&](const auto& asked) { serve(one, std::move(channel), asked); }, got.what);
        return true;
    }
    bool on(link&, session::guest::file_write&, const session::guest::file_write::begin&, std::size_t) { return true; }
    bool on(link& one, session::guest::file_write&, const session::guest::file_write::data& some, std::size_t) {
        one.content += as_text(some.bytes);
        return true;
    }
    bool on(link& one, session::guest::file_write& machine, const session::guest::file_write::commit&, std::size_t) {
        files[one.path] = one.content;
        machine.on_committed(now);
        return true;
    }
    bool on(link&, session::guest::file_write&, const session::guest::file_write::abandon&, std::size_t) {
        return true;
    }
    bool on(link&, session::guest::tunnel& machine, const session::guest::tunnel::connect_target& to, std::size_t) {
        if (to.address == session::guest::tunnel::family::v4 && std::ranges::count(ports, to.port) != 0)
            machine.on_connected();
        else
            machine.on_refused("connection refused");
        return true;
    }
    bool on(link& one, session::guest::tunnel& machine, const session::guest::tunnel::opened&, std::size_t) {
        one.relay = std::make_unique<session::guest::relay>(machine.take_channel());
        return true;
    }

    // --- the requests ------------------------------------------------------------------------------------------------

    session::guest::reply& answer(link& one, session::frame_channel channel, std::uint64_t announced = 0) {
        one.answer = std::make_unique<session::guest::reply>(std::move(channel), limits, announced);
        return *one.answer;
    }

    void serve(link& one, session::frame_channel channel, const wire::exec_request& asked) {
        switch (wire::kind_of(asked)) {
        case wire::exec_kind::empty_argv: return answer(one, std::move(channel)).error(wire::error_text::empty_argv);
        case wire::exec_kind::detached:
            return answer(one, std::move(channel)).detached({.pid = 7, .output_file = asked.output_file});
        case wire::exec_kind::plain:
            one.exec = std::make_shared<session::guest::plain_exec>(std::move(channel), limits);
            processes.push_back(std::make_unique<memory_process>(asked.argv, one.exec, now));
            return;
        case wire::exec_kind::attach: return attach(one, std::move(channel), asked);
        case wire::exec_kind::terminal:
        case wire::exec_kind::piped: break;
        }
        const auto made = sessions.create(asked, now, unix_now);
        if (!made)
            return answer(one, std::move(channel)).error(wire::error_text::session_limit);
        one.client = std::make_unique<session::guest::attachment>(std::move(channel), *made, std::nullopt, limits, now);
        processes.push_back(std::make_unique<memory_process>(asked.argv, *made, now));
    }
    void attach(link& one, session::frame_channel channel, const wire::exec_request& asked) {
        const auto found = sessions.to_attach(*asked.session_id, asked.if_detached);
        if (!found)
            return answer(one, std::move(channel))
                .error(found.error() == errc::session_attached ? wire::error_text::session_attached
                                                               : wire::error_text::session_not_found);
        std::optional<wire::terminal_size> size;
        if (asked.rows || asked.cols)
            size = asked.size();
        one.client = std::make_unique<session::guest::attachment>(std::move(channel), *found, size, limits, now);
    }
    void serve(link& one, session::frame_channel channel, const session::guest::session_list_request&) {
        std::string json;
        wire::write_session_list(sessions.list(), json);
        answer(one, std::move(channel)).answer(wire::frame_type::session_list_response, json);
    }
    void serve(link& one, session::frame_channel channel, const wire::session_kill_request& asked) {
        if (auto found = sessions.find(asked.session_id))
            one.killing =
                std::make_unique<session::guest::kill_acknowledgement>(std::move(channel), found, limits, now);
        else
            answer(one, std::move(channel)).error(wire::error_text::session_not_found);
    }
    void serve(link& one, session::frame_channel channel, const session::guest::activity_request&) {
        std::string json;
        wire::write_activity_info(seen.info(sessions.running(), sessions.attached(), now, unix_now), json);
        answer(one, std::move(channel)).answer(wire::frame_type::activity_response, json);
    }
    void serve(link& one, session::frame_channel channel, const wire::file_read_request& asked) {
        const auto found = files.find(asked.path);
        if (found == files.end())
            return answer(one, std::move(channel)).error("open " + asked.path + ": no such file or directory");
        one.content = found->second;
        one.reading = std::make_unique<session::guest::file_read>(
            std::move(channel), asked,
            wire::file_read_reply{.size = static_cast<std::int64_t>(one.content.size()), .mode = "0644"}, limits);
    }
    void serve(link& one, session::frame_channel channel, const wire::file_write_request& asked) {
        one.path = asked.path;
        one.writing = std::make_unique<session::guest::file_write>(std::move(channel), asked, limits, now);
    }
    void serve(link& one, session::frame_channel channel, const session::guest::stat_request& asked) {
        const auto found = files.find(asked.path);
        if (found == files.end())
            return answer(one, std::move(channel)).error("stat " + asked.path + ": no such file or directory");
        std::string json;
        wire::write_file_info(describe(*found), json);
        answer(one, std::move(channel)).answer(wire::frame_type::file_stat_response, json);
    }
    void serve(link& one, session::frame_channel channel, const session::guest::list_request&) {
        session::guest::directory_collector names{limits.ls_cap};
        for (const auto& [path, content] : files)
            names.add(path);
        const std::uint64_t total = names.total();
        std::vector<wire::file_info> entries;
        for (const std::string& name : names.take())
            entries.push_back(describe(*files.find(name)));
        std::string json;
        wire::write_file_list(entries, total, json);
        answer(one, std::move(channel)).answer(wire::frame_type::file_list_response, json);
    }
    void serve(link& one, session::frame_channel channel, const wire::hello_request&) {
        std::string json;
        wire::write_hello_reply(session::guest::make_hello("memory", {"stdin.eof", "clock.set"}, limits), json);
        answer(one, std::move(channel)).answer(wire::frame_type::hello_response, json);
    }
    void serve(link& one, session::frame_channel channel, const wire::clock_set_request& asked) {
        clock_ns = asked.unix_ns;
        answer(one, std::move(channel)).exit(0);
    }
    void serve(link& one, session::frame_channel channel, const wire::forward_request& asked) {
        one.tunnel = std::make_unique<session::guest::tunnel>(std::move(channel), asked, limits, now);
    }

    static wire::file_info describe(const std::pair<const std::string, std::string>& file) {
        wire::file_info out;
        out.name = wire::last_path_element(file.first);
        out.size = static_cast<std::int64_t>(file.second.size());
        out.mode = "0644";
        return out;
    }

    bool read_file(link& one) {
        if (!one.reading)
            return false;
        const mutable_bytes room = one.reading->data_buffer();
        if (room.empty())
            return false;
        const std::size_t n = std::min(room.size(), one.content.size());
        std::copy_n(as_bytes(one.content).begin(), n, room.begin());
        one.content.erase(0, n);
        one.reading->on_data(n, now);
        return true;
    }

    // --- bytes -------------------------------------------------------------------------------------------------------

    static bool move_bytes(link& one, session::frame_channel& channel, std::size_t cut) {
        return move_out(one, channel, cut) || move_in(one, channel, cut);
    }
    static bool move_out(link& one, session::frame_channel& channel, std::size_t cut) {
        const bytes_view bytes = channel.send_buffer();
        const std::size_t n = std::min({bytes.size(), cut, one.window - std::min(one.window, one.to_host.size())});
        if (one.host_gone && n != 0) {
            channel.on_lost(errc::connection_lost);
            return true;
        }
        one.to_host += as_text(bytes.first(n));
        channel.on_sent(n);
        return n != 0;
    }
    static bool move_in(link& one, session::frame_channel& channel, std::size_t cut) {
        if (one.host_gone && !channel.lost() && one.to_agent.empty()) {
            channel.on_lost(errc::connection_lost);
            return true;
        }
        if (!channel.wants_read())
            return false;
        if (one.to_agent.empty()) {
            if (one.host_ended)
                channel.on_end_of_stream();
            return one.host_ended;
        }
        const mutable_bytes room = channel.receive_buffer();
        const std::size_t n = std::min({room.size(), one.to_agent.size(), cut});
        std::copy_n(as_bytes(one.to_agent).begin(), n, room.begin());
        channel.on_received(n);
        one.to_agent.erase(0, n);
        return true;
    }

    /// The target is an echo server that half-closes when it is half-closed.
    static bool relay(link& one) {
        using side = session::guest::relay::side;
        session::guest::relay& both = *one.relay;
        bool moved = false;
        if (const mutable_bytes room = both.receive_buffer(side::host); !room.empty()) {
            const std::size_t n = std::min(room.size(), one.to_agent.size());
            std::copy_n(as_bytes(one.to_agent).begin(), n, room.begin());
            both.on_received(side::host, n);
            one.to_agent.erase(0, n);
            moved = n != 0;
            if (one.to_agent.empty() && n == 0 && one.host_ended)
                both.on_end_of_stream(side::host);
        }
        for (bytes_view some = both.send_buffer(side::target); !some.empty(); some = both.send_buffer(side::target)) {
            one.content += as_text(some);
            both.on_sent(side::target, some.size());
        }
        if (const mutable_bytes room = both.receive_buffer(side::target); !room.empty() && !one.content.empty()) {
            const std::size_t n = std::min(room.size(), one.content.size());
            std::copy_n(as_bytes(one.content).begin(), n, room.begin());
            both.on_received(side::target, n);
            one.content.erase(0, n);
            moved = true;
        }
        for (bytes_view some = both.send_buffer(side::host); !some.empty(); some = both.send_buffer(side::host)) {
            one.to_host += as_text(some);
            both.on_sent(side::host, some.size());
            moved = true;
        }
        if (one.host_gone)
            both.on_lost();
        const auto todo = both.poll();
        if (const auto* end = std::get_if<session::guest::relay::shutdown_side>(&todo)) {
            if (end->whom == side::target)
                both.on_end_of_stream(side::target);
            else
                one.agent_ended = true;
            return true;
        }
        one.agent_gone = one.agent_gone || std::holds_alternative<session::close>(todo);
        one.agent_ended = one.agent_ended || one.agent_gone;
        return moved;
    }

    std::int64_t unix_now{1'700'000'000};
};

}  // namespace hearth::test

#endif

#ifndef HEARTH_CONFORMANCE_FUZZ_SUPPORT_AGENT_HPP
#define HEARTH_CONFORMANCE_FUZZ_SUPPORT_AGENT_HPP

#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/admission.hpp>
#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/connection.hpp>
#include <hearth/session/guest/file_read.hpp>
#include <hearth/session/guest/file_write.hpp>
#include <hearth/session/guest/hello.hpp>
#include <hearth/session/guest/kill_acknowledgement.hpp>
#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/guest/relay.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/guest/request.hpp>
#include <hearth/session/guest/session_registry.hpp>
#include <hearth/session/guest/tunnel.hpp>
#include <hearth/wire/error_text.hpp>

#include <support/input.hpp>
#include <support/machine.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::fuzz {

namespace guest = hearth::session::guest;

/// A process that exists only in the fuzzer's mind. It keeps the contract of `guest::process_port` and otherwise does
/// whatever it likes.
class process {
public:
    process(guest::process_port& port, std::shared_ptr<void> owner, unsigned streams)
        : port_(&port), owner_(std::move(owner)), streams_(streams), open_(streams) {}

    bool released() const noexcept { return port_ == nullptr; }
    bool killed() const noexcept { return killed_; }
    bool ran() const noexcept { return started_ && !refused_; }
    const std::string& written() const noexcept { return written_; }  ///< to standard output
    const std::string& read() const noexcept { return read_; }        ///< from standard input

    /// The port is gone.
    void forget() noexcept {
        port_ = nullptr;
        owner_.reset();
    }

    /// One thing happens.
    void live(input& in, time_point now) {
        if (released())
            return;
        if (!started_) {
            started_ = true;
            if (in.byte() == 0xff) {
                open_ = 0;
                reaped_ = refused_ = true;
                port_->on_start_failed("start: no", now);
            } else {
                port_->on_started(now);
            }
            return;
        }
        switch (in.below(8)) {
        default: output(in, now); break;
        case 3:
        case 4: take_input(in.size(), now); break;
        case 5: end_output(in.flip() ? guest::process_port::stream::out : guest::process_port::stream::err, now); break;
        case 6: exit(in.byte(), now); break;
        case 7: port_->on_input_closed(now); break;
        }
    }

    /// Everything that a real process does once nobody disturbs it: reads its input, ends.
    void finish(time_point now) {
        if (released())
            return;
        if (!std::exchange(started_, true))
            port_->on_started(now);
        take_input(std::size_t{1} << 30, now);
        exit(0, now);
        end_output(guest::process_port::stream::out, now);
        end_output(guest::process_port::stream::err, now);
    }

    /// Does what the port orders.
    void obey(time_point now) {
        for (int orders = 0; port_; ++orders) {
            require(orders < 16, "orders come to an end");
            const auto order = port_->next_order();
            if (std::holds_alternative<guest::process_port::none>(order))
                return;
            if (std::holds_alternative<guest::process_port::kill>(order) ||
                std::holds_alternative<guest::process_port::terminate>(order)) {
                require(started_ && !reaped_, "signals go to a process that lives");
                killed_ = true;
            } else if (std::holds_alternative<guest::process_port::close_input>(order)) {
                require(!input_closed_, "input is closed once");
                input_closed_ = true;
            } else if (std::holds_alternative<guest::process_port::drain>(order)) {
                port_->on_drained(now);
            } else if (std::holds_alternative<guest::process_port::release>(order)) {
                forget();
            }
        }
    }

private:
    void output(input& in, time_point now) {
        const bool both = (streams_ & static_cast<unsigned>(guest::process_port::stream::err)) != 0;
        const auto from = both && in.flip() ? guest::process_port::stream::err : guest::process_port::stream::out;
        if ((open_ & static_cast<unsigned>(from)) == 0)
            return;
        std::string text(std::min(in.size(), port_->output_room()), '\0');
        for (char& c : text)
            c = static_cast<char>('a' + counter_++ % 26);
        if (text.empty())
            return;
        if (from == guest::process_port::stream::out)
            written_ += text;
        port_->on_output(from, as_bytes(text), now);
    }
    void take_input(std::size_t n, time_point now) {
        const bytes_view pending = port_->input();
        require(pending.empty() || !input_closed_, "nothing is written to a closed input");
        n = std::min(n, pending.size());
        if (n == 0)
            return;
        read_.append(as_text(pending.first(n)));
        port_->on_input_written(n, now);
    }
    void end_output(guest::process_port::stream which, time_point now) {
        if ((open_ & static_cast<unsigned>(which)) == 0)
            return;
        open_ &= ~static_cast<unsigned>(which);
        port_->on_output_end(which, now);
    }
    void exit(int status, time_point now) {
        if (!std::exchange(reaped_, true))
            port_->on_exited(killed_ ? 137 : status, now);
    }

    guest::process_port* port_;
    std::shared_ptr<void> owner_;
    unsigned streams_;
    unsigned open_;
    std::string written_;
    std::string read_;
    std::size_t counter_{0};
    bool started_{false};
    bool refused_{false};
    bool reaped_{false};
    bool killed_{false};
    bool input_closed_{false};
};

/// An agent without an operating system: the guest's machines put together as an agent does, with processes, files and
/// targets of tunnels made up from the fuzzer's bytes.
class agent {
public:
    agent(std::string_view token, const agent_limits& limits)
        : token_(token), limits_(limits), seen_(t0), sessions_(limits, seen_), admission_(limits) {}
    ~agent() {
        for (auto& end : connections_)
            close(*end);
    }
    agent(const agent&) = delete;
    agent& operator=(const agent&) = delete;

    struct connection {
        using machine = std::variant<std::monostate, std::unique_ptr<guest::connection>, std::unique_ptr<guest::reply>,
                                     std::unique_ptr<guest::plain_exec>, std::unique_ptr<guest::attachment>,
                                     std::unique_ptr<guest::kill_acknowledgement>, std::unique_ptr<guest::file_read>,
                                     std::unique_ptr<guest::file_write>, std::unique_ptr<guest::tunnel>,
                                     std::unique_ptr<guest::relay>>;
        machine does;
        life seen;
        guest::admission::ticket ticket{0};
        process* runs{nullptr};           ///< of a plain exec that goes on
        const process* started{nullptr};  ///< of a plain exec or a session that it created
        std::string file;                 ///< what an upload has written, or a download has read
        bool committing{false};
        bool connecting{false};
        bool known{false};  ///< has shown the token

        bool open() const noexcept { return !std::holds_alternative<std::monostate>(does); }
        /// Null once closed, and for a tunnel that carries raw bytes.
        session::frame_channel* channel() {
            return std::visit(
                [](auto& machine) -> session::frame_channel* {
                    if constexpr (requires { machine->channel(); })
                        return &machine->channel();
                    else
                        return nullptr;
                },
                does);
        }
    };

    /// \returns The new connection, or null if there is no room for it.
    connection* accept(guest::channel_kind kind, time_point now) {
        if (admission_.accept_at(!token_.empty(), now) > now)
            return nullptr;
        auto fresh = std::make_unique<connection>();
        auto gate = std::make_unique<guest::connection>(kind, token_, limits_, now);
        const auto arrived = admission_.enter(!token_.empty(), now);
        fresh->ticket = arrived.who;
        if (!arrived.what.admitted)
            gate->refuse(errc::connection_limit, wire::error_text::connection_limit);
        evict(arrived.what.evict);
        fresh->does = std::move(gate);
        connections_.push_back(std::move(fresh));
        return connections_.back().get();
    }

    std::vector<std::unique_ptr<connection>>& connections() noexcept { return connections_; }
    std::vector<std::unique_ptr<process>>& processes() noexcept { return processes_; }
    guest::session_registry& sessions() noexcept { return sessions_; }
    time_point until() const noexcept { return until_; }

    /// Everything goes as far as it can: connections, processes, sessions. For lack of memory a connection is closed.
    void settle(time_point now, input& in) {
        for (int round = 0; round < 3; ++round) {  // what one does, another may have to react to
            until_ = sessions_.tick(now);
            for (auto& end : connections_) {
                try {
                    step(*end, now, in);
                } catch (const std::bad_alloc&) {
                    close(*end);
                }
            }
            for (auto& one : processes_)
                one->obey(now);
        }
        check();
    }

    /// One thing happens that is no connection.
    void live(input& in, time_point now) {
        if (!processes_.empty() && in.flip())
            processes_[in.below(processes_.size())]->live(in, now);
        else if (!connections_.empty())
            serve(*connections_[in.below(connections_.size())], in, now);
    }

    /// Whatever is still to be done outside is done well.
    void finish(input& in, time_point now) {
        for (auto& one : processes_)
            one->finish(now);
        for (auto& end : connections_)
            serve(*end, in, now);
    }

private:
    /// What a file or the target of a tunnel does for its connection.
    void serve(connection& end, input& in, time_point now) {
        if (auto* read = std::get_if<std::unique_ptr<guest::file_read>>(&end.does)) {
            const mutable_bytes room = (*read)->data_buffer();
            if (room.empty())
                return;
            if (in.byte() == 0xff)
                return (*read)->on_error("read /a: input/output error", now);
            const std::size_t n = std::min(room.size(), in.size());
            for (std::size_t i = 0; i < n; ++i)
                room[i] = static_cast<std::byte>((end.file.size() + i) % 7 == 0 ? '\n' : 'f');
            end.file.append(as_text(room.first(n)));
            (*read)->on_data(n, now);
        } else if (auto* write = std::get_if<std::unique_ptr<guest::file_write>>(&end.does)) {
            if (!std::exchange(end.committing, false))
                return;
            if (in.byte() == 0xff)
                (*write)->on_error("rename /a: permission denied", now);
            else
                (*write)->on_committed(now);
        } else if (auto* tunnel = std::get_if<std::unique_ptr<guest::tunnel>>(&end.does)) {
            if (!std::exchange(end.connecting, false))
                return;
            if (in.below(4) == 3)
                (*tunnel)->on_refused("dial tcp: connection refused");
            else
                (*tunnel)->on_connected();
        } else if (auto* relay = std::get_if<std::unique_ptr<guest::relay>>(&end.does)) {
            pump(end, **relay, in);
        }
    }

    /// Either side of an open tunnel sends, takes or ends.
    static void pump(connection& end, guest::relay& relay, input& in) {
        const auto side = in.flip() ? guest::relay::side::host : guest::relay::side::target;
        switch (in.below(4)) {
        case 0: relay.on_sent(side, std::min(in.size(), relay.send_buffer(side).size())); break;
        case 1: relay.on_sent(side, relay.send_buffer(side).size()); break;
        case 2: {
            const mutable_bytes room = relay.receive_buffer(side);
            const bytes_view bytes = in.bytes(std::min(in.size(), room.size()));
            std::copy(bytes.begin(), bytes.end(), room.begin());
            relay.on_received(side, bytes.size());
            end.seen.causes += bytes.size();
            break;
        }
        case 3:
            if (in.byte() == 0xff)
                relay.on_lost();
            else
                relay.on_end_of_stream(side);
            break;
        }
    }

    void step(connection& end, time_point now, input& in) {
        const auto poll = [&](auto& machine, auto on_event) {
            fuzz::settle(*machine, end.seen, now, on_event);
            until_ = std::min(until_, end.seen.until);
            if (end.seen.closed)
                close(end);
        };
        const auto nothing = [](const auto&) {
            require(false, "this machine has no events of its own");
            return verdict::last;
        };
        if (auto* gate = std::get_if<std::unique_ptr<guest::connection>>(&end.does)) {
            std::optional<guest::any_request> asked;
            poll(*gate, [&](const guest::connection::action& event) {
                asked = std::get<guest::connection::received>(event).what;
                return verdict::stop;
            });
            if (!end.open())
                return;
            if ((*gate)->authenticated() && !token_.empty() && !std::exchange(end.known, true)) {
                const auto place = admission_.authenticated(end.ticket, now);
                evict(place.evict);
                if (!place.admitted && !asked)
                    (*gate)->refuse(errc::connection_limit, wire::error_text::connection_limit);
            }
            if (asked) {
                seen_.on_request((*gate)->request_type().value(), now);
                begin(end, *asked, (*gate)->take_channel(), now, in);
                step(end, now, in);
            }
        } else if (auto* reply = std::get_if<std::unique_ptr<guest::reply>>(&end.does)) {
            poll(*reply, nothing);
        } else if (auto* exec = std::get_if<std::unique_ptr<guest::plain_exec>>(&end.does)) {
            poll(*exec, nothing);
        } else if (auto* client = std::get_if<std::unique_ptr<guest::attachment>>(&end.does)) {
            poll(*client, nothing);
        } else if (auto* kill = std::get_if<std::unique_ptr<guest::kill_acknowledgement>>(&end.does)) {
            poll(*kill, nothing);
        } else if (auto* read = std::get_if<std::unique_ptr<guest::file_read>>(&end.does)) {
            poll(*read, nothing);
        } else if (auto* write = std::get_if<std::unique_ptr<guest::file_write>>(&end.does)) {
            poll(*write, [&](const guest::file_write::action& event) {
                if (const auto* data = std::get_if<guest::file_write::data>(&event))
                    end.file.append(as_text(data->bytes));
                end.committing = std::holds_alternative<guest::file_write::commit>(event);
                return std::holds_alternative<guest::file_write::abandon>(event) ? verdict::last : verdict::more;
            });
        } else if (auto* tunnel = std::get_if<std::unique_ptr<guest::tunnel>>(&end.does)) {
            bool opened = false;
            poll(*tunnel, [&](const guest::tunnel::action& event) {
                opened = std::holds_alternative<guest::tunnel::opened>(event);
                end.connecting = !opened;
                return opened ? verdict::stop : verdict::more;
            });
            if (opened) {
                auto raw = std::make_unique<guest::relay>((*tunnel)->take_channel());
                end.seen = {};
                end.does = std::move(raw);
            }
        } else if (auto* relay = std::get_if<std::unique_ptr<guest::relay>>(&end.does)) {
            for (int polls = 0;; ++polls) {
                require(polls < 4, "a relay ends each side once");
                const auto todo = (*relay)->poll();
                if (std::holds_alternative<session::wait>(todo))
                    return;
                if (std::holds_alternative<session::close>(todo))
                    return close(end);
            }
        }
    }

    void evict(std::optional<guest::admission::ticket> whom) {
        for (auto& end : connections_)
            if (end->ticket == whom)
                if (auto* gate = std::get_if<std::unique_ptr<guest::connection>>(&end->does))
                    (*gate)->refuse(errc::auth_required, wire::error_text::auth_required);
    }

    void close(connection& end) {
        if (!end.open())
            return;
        if (end.runs)
            end.runs->forget();
        end.runs = nullptr;
        end.does = std::monostate{};
        admission_.leave(end.ticket);
    }

    // --- what an agent does with a request ----------------------------------------------------------------------------

    void begin(connection& end, const guest::any_request& asked, session::frame_channel channel, time_point now,
               input& in) {
        end.seen.last_seen = end.seen.stopped = false;
        if (!admission_.serve(end.ticket, asked))
            return refuse(end, std::move(channel), wire::error_text::connection_limit);
        std::visit([&](const auto& what) { start(end, what, std::move(channel), now, in); }, asked);
    }

    guest::reply& answer(connection& end, session::frame_channel channel) {
        auto fresh = std::make_unique<guest::reply>(std::move(channel), limits_);
        guest::reply& out = *fresh;
        end.does = std::move(fresh);
        return out;
    }
    void refuse(connection& end, session::frame_channel channel, std::string_view text) {
        answer(end, std::move(channel)).error(text);
    }

    void start(connection& end, const wire::exec_request& what, session::frame_channel channel, time_point now,
               input&) {
        switch (kind_of(what)) {
        case wire::exec_kind::empty_argv: return refuse(end, std::move(channel), wire::error_text::empty_argv);
        case wire::exec_kind::detached: return answer(end, std::move(channel)).detached({7, "/tmp/o"});
        case wire::exec_kind::plain: {
            auto exec = std::make_unique<guest::plain_exec>(std::move(channel), limits_);
            processes_.push_back(std::make_unique<process>(*exec, nullptr, 3));
            end.started = end.runs = processes_.back().get();
            end.does = std::move(exec);
            return;
        }
        case wire::exec_kind::attach: {
            auto found = sessions_.to_attach(what.session_id.value(), what.if_detached);
            if (!found)
                return refuse(end, std::move(channel), wire::error_text::session_not_found);
            return attach(end, *found, what, std::move(channel), now);
        }
        case wire::exec_kind::terminal:
        case wire::exec_kind::piped: {
            auto made = sessions_.create(what, now, 1);
            if (!made)
                return refuse(end, std::move(channel), wire::error_text::session_limit);
            processes_.push_back(std::make_unique<process>(**made, *made, 1));
            end.started = processes_.back().get();
            return attach(end, *made, what, std::move(channel), now);
        }
        }
    }
    void attach(connection& end, std::shared_ptr<guest::session> to, const wire::exec_request& what,
                session::frame_channel channel, time_point now) {
        std::optional<wire::terminal_size> size;
        if (what.rows || what.cols)
            size = what.size();
        end.does = std::make_unique<guest::attachment>(std::move(channel), std::move(to), size, limits_, now);
    }
    void start(connection& end, const guest::session_list_request&, session::frame_channel channel, time_point,
               input&) {
        std::string json;
        wire::write_session_list(sessions_.list(), json);
        answer(end, std::move(channel)).answer(wire::frame_type::session_list_response, json);
    }
    void start(connection& end, const wire::session_kill_request& what, session::frame_channel channel, time_point now,
               input&) {
        auto whom = sessions_.find(what.session_id);
        if (!whom)
            return refuse(end, std::move(channel), wire::error_text::session_not_found);
        end.does = std::make_unique<guest::kill_acknowledgement>(std::move(channel), std::move(whom), limits_, now);
    }
    void start(connection& end, const guest::activity_request&, session::frame_channel channel, time_point now,
               input&) {
        std::string json;
        wire::write_activity_info(seen_.info(sessions_.running(), sessions_.attached(), now, 1), json);
        answer(end, std::move(channel)).answer(wire::frame_type::activity_response, json);
    }
    void start(connection& end, const wire::file_read_request& what, session::frame_channel channel, time_point,
               input& in) {
        const wire::file_read_reply file{static_cast<std::int64_t>(in.size()), "0644"};
        end.does = std::make_unique<guest::file_read>(std::move(channel), what, file, limits_);
    }
    void start(connection& end, const wire::file_write_request& what, session::frame_channel channel, time_point now,
               input&) {
        end.does = std::make_unique<guest::file_write>(std::move(channel), what, limits_, now);
    }
    void start(connection& end, const guest::stat_request& what, session::frame_channel channel, time_point, input&) {
        std::string json;
        wire::write_file_info({what.path, 1, "0644", false, 1}, json);
        answer(end, std::move(channel)).answer(wire::frame_type::file_stat_response, json);
    }
    void start(connection& end, const guest::list_request& what, session::frame_channel channel, time_point,
               input& in) {
        const std::vector<wire::file_info> entries(in.size() % 64, {what.path.substr(0, 255), 1, "0644", false, 1});
        std::string json;
        wire::write_file_list(entries, entries.size() + in.byte(), json);
        answer(end, std::move(channel)).answer(wire::frame_type::file_list_response, json);
    }
    void start(connection& end, const wire::hello_request&, session::frame_channel channel, time_point, input&) {
        std::string json;
        wire::write_hello_reply(guest::make_hello("fuzz", {"stdin.eof"}, limits_), json);
        answer(end, std::move(channel)).answer(wire::frame_type::hello_response, json);
    }
    void start(connection& end, const wire::clock_set_request&, session::frame_channel channel, time_point, input&) {
        answer(end, std::move(channel)).exit(0);
    }
    void start(connection& end, const wire::forward_request& what, session::frame_channel channel, time_point now,
               input&) {
        end.does = std::make_unique<guest::tunnel>(std::move(channel), what, limits_, now);
    }

    // --- what must hold at rest ---------------------------------------------------------------------------------------

    void check() {
        for (auto& end : connections_)
            if (auto* channel = end->channel())
                require(channel->backlog() <= limits_.outbound_backlog + scrollback_bytes + 2 * max_payload,
                        "what is queued for a peer is bounded");
        const auto clients = std::ranges::count_if(connections_, [](const auto& end) {
            return std::holds_alternative<std::unique_ptr<guest::attachment>>(end->does);
        });
        require(std::cmp_less_equal(sessions_.attached(), clients), "no session is attached to nobody");
        require(sessions_.running() <= limits_.sessions, "sessions are limited");
        require(sessions_.list().size() <= 2 * limits_.sessions, "retained sessions are limited");
    }

    std::string token_;
    agent_limits limits_;
    guest::activity seen_;
    guest::session_registry sessions_;
    guest::admission admission_;
    std::vector<std::unique_ptr<process>> processes_;
    std::vector<std::unique_ptr<connection>> connections_;
    time_point until_{no_deadline};
};

}  // namespace hearth::fuzz

#endif

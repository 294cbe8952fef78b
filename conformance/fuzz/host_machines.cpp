// The host's half of every operation against any bytes in any order, with a user who does whatever is allowed.

#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/capabilities.hpp>
#include <hearth/session/host/config_server.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/output_collector.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/readiness.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>

#include <support/input.hpp>
#include <support/machine.hpp>

#include <chrono>
#include <string>

using namespace hearth;
using namespace hearth::fuzz;
namespace host = hearth::session::host;

namespace {

/// Queued input and one request: more is never held back here.
constexpr std::size_t max_backlog = 2 * 1024 * 1024;

/// Plays one conversation. `user(machine, now)` does one thing; `on_event` judges an event.
template <class Machine, class User, class OnEvent>
void play(Machine machine, input& in, User user, OnEvent on_event) {
    life seen;
    time_point now = t0;
    settle(machine, seen, now, on_event);
    while (!in.empty() && !seen.over()) {
        switch (in.below(4)) {
        case 0:
            user(machine, now);
            ++seen.causes;
            break;
        case 1: now = later(now, seen.until, in); break;
        default: disturb(role::host, machine.channel(), seen, in);
        }
        settle(machine, seen, now, on_event);
        require(machine.channel().backlog() <= max_backlog, "what is queued is bounded");
    }
    // Whatever happened, the loss of the connection and time end it.
    machine.channel().on_lost(errc::connection_lost);
    settle(machine, seen, now, on_event);
    for (int i = 0; i < 8 && !seen.over(); ++i) {
        now = seen.until == no_deadline ? now : seen.until;
        settle(machine, seen, now, on_event);
    }
    require(seen.over(), "a lost connection ends the operation");
    require(seen.last_seen, "every operation has an outcome");
    settle(machine, seen, now + std::chrono::hours{24}, on_event);
}

template <class Machine>
void play(Machine machine, input& in) {
    play(std::move(machine), in, [](Machine&, time_point) {}, [](const auto&) { return verdict::last; });
}

host::options options_from(input& in) {
    host::options out;
    if (in.flip())
        out.token = "t";
    if (in.flip())
        out.deadline = t0 + std::chrono::milliseconds{in.number()};
    return out;
}

wire::exec_request request_from(input& in, wire::exec_request usual) {
    usual.argv = {in.text(in.below(8)), "x"};
    switch (in.byte()) {
    case 0xf0: usual.argv.clear(); break;
    case 0xf1: usual.tty = !usual.tty; break;
    case 0xf2: usual.argv.assign(1, std::string(max_payload, 'x')); break;  // does not fit a frame
    default: break;
    }
    return usual;
}

void play_plain_exec(input& in) {
    const host::options opt = options_from(in);
    host::output_collector kept{in.size()};
    play(
        host::plain_exec{request_from(in, {}), opt}, in,
        [&in](host::plain_exec& exec, time_point now) {
            switch (in.below(8)) {
            case 0: exec.close_stdin(); break;
            case 1: exec.stdin_eof(); break;
            case 2: (void)exec.kill(); break;
            case 3: exec.cancel(now); break;
            default: {
                const std::string text(in.size(), 'i');
                const std::size_t room = exec.stdin_room();
                require(exec.write_stdin(as_bytes(text)) == std::min(room, text.size()),
                        "input is taken as far as there is room");
            }
            }
        },
        [&kept](const host::plain_exec::action& event) {
            if (const auto* output = std::get_if<host::plain_exec::output>(&event)) {
                require(!output->bytes.empty(), "output is never empty");
                kept.add(output->from, output->bytes);
                return verdict::more;
            }
            return verdict::last;
        });
}

void play_attached_session(input& in) {
    const host::options opt = options_from(in);
    wire::exec_request request;
    if (in.flip())
        request.session_id = in.text(in.below(8));
    else
        request.tty = true;
    bool opened = false;
    play(
        host::attached_session{request_from(in, request), opt}, in,
        [&in](host::attached_session& session, time_point now) {
            switch (in.below(8)) {
            case 0: session.detach(); break;
            case 1: session.kill(); break;
            case 2: session.stdin_eof(); break;
            case 3: session.resize({static_cast<std::uint16_t>(in.number()), 80}); break;
            case 4: session.set_deadline(now + std::chrono::seconds{in.byte()}); break;
            default: (void)session.write_stdin(as_bytes(std::string(in.size(), 'i')));
            }
        },
        [&opened](const host::attached_session::action& event) {
            if (std::holds_alternative<host::attached_session::opened>(event)) {
                require(!opened, "a session opens once");
                opened = true;
                return verdict::more;
            }
            if (const auto* output = std::get_if<host::attached_session::output>(&event)) {
                require(opened && !output->bytes.empty(), "output follows the opening and is never empty");
                return verdict::more;
            }
            return verdict::last;
        });
}

void play_download(input& in) {
    const host::options opt = options_from(in);
    wire::file_read_request request{"/a", 0, 0, 0};
    if (in.flip())
        request.max_bytes = in.byte();
    bool opened = false;
    play(
        host::download{request, opt}, in,
        [&in](host::download& file, time_point) {
            if (in.below(8) == 0)
                file.sink_failed({});
        },
        [&opened](const host::download::action& event) {
            if (std::holds_alternative<host::download::opened>(event)) {
                require(!opened, "a file opens once");
                opened = true;
                return verdict::more;
            }
            if (const auto* data = std::get_if<host::download::data>(&event)) {
                require(opened && !data->bytes.empty(), "content follows the opening and is never empty");
                return verdict::more;
            }
            return verdict::last;
        });
}

void play_upload(input& in) {
    const host::options opt = options_from(in);
    const wire::file_write_request request{"/a", "0644", static_cast<std::int64_t>(in.number()) - 16};
    play(
        host::upload{request, opt}, in,
        [&in](host::upload& file, time_point) {
            if (in.below(16) == 0)
                return file.source_failed({});
            const std::string content(in.size(), 'c');
            const std::size_t room = file.room();
            require(file.write(as_bytes(content)) <= room, "content is taken as far as there is room");
        },
        [](const host::upload::action&) { return verdict::last; });
}

void play_readiness(input& in) {
    host::readiness machine{t0 + std::chrono::milliseconds{in.number()}};
    time_point now = t0;
    bool over = false;
    for (int polls = 0; !in.empty() || !over; ++polls) {
        require(polls < 100'000, "probing ends");
        const auto todo = machine.poll(now);
        if (std::holds_alternative<session::close>(todo)) {
            require(over, "an outcome comes first");
            return;
        }
        require(!over, "nothing follows the outcome");
        if (const auto* idle = std::get_if<session::wait>(&todo)) {
            require(idle->until > now && idle->until != no_deadline, "probing never waits for ever");
            now = idle->until;
        } else if (const auto* attempt = std::get_if<host::readiness::attempt>(&todo)) {
            require(attempt->until >= now, "an attempt has time");
            now = in.flip() ? attempt->until : now;
            machine.on_answer(in.below(8) == 0   ? std::error_code{}
                              : in.below(8) == 1 ? std::error_code{errc::auth_required}
                                                 : std::error_code{errc::connect_failed},
                              now);
        } else {
            over = true;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in{data, size};
    switch (in.below(16)) {
    default: play_plain_exec(in); break;
    case 1:
    case 2: play_attached_session(in); break;
    case 3: play(host::detached_exec{request_from(in, {.detach = true}), options_from(in)}, in); break;
    case 4: play_download(in); break;
    case 5: play_upload(in); break;
    case 6:
        play(
            host::tunnel{{static_cast<std::uint16_t>(in.number())}, options_from(in)}, in,
            [](host::tunnel&, time_point) {}, [](const host::tunnel::action&) { return verdict::stop; });
        break;
    case 7: play(host::hello_request{"fuzz", options_from(in)}, in); break;
    case 8: {
        const auto payload = host::encode_config({.sandbox_id = "s", .token = in.text(in.size())});
        play(host::config_server{payload.value(), t0}, in);
        break;
    }
    case 9: play(host::query_activity(options_from(in)), in); break;
    case 10: play(host::list_sessions(options_from(in)), in); break;
    case 11: play(host::kill_session(in.text(4), options_from(in)), in); break;
    case 12: play(host::stat_file(in.text(4), options_from(in)), in); break;
    case 13: play(host::list_files(in.text(4), options_from(in)), in); break;
    case 14: play(host::set_clock({1, in.text(in.size())}, options_from(in)), in); break;
    case 15: play_readiness(in); break;
    }
    return 0;
}

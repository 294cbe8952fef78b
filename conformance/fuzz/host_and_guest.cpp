// Both halves of an operation in memory: bytes arrive in any pieces and at any time, connections break, time jumps. What
// arrives is what was sent, and the host always learns an outcome; when nothing disturbs it, a good one.

#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/capabilities.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>

#include <support/agent.hpp>
#include <support/input.hpp>
#include <support/machine.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

using namespace hearth;
using namespace hearth::fuzz;
namespace host = hearth::session::host;

namespace {

/// How a conversation went.
struct outcome {
    bool calm{false};  ///< nobody disturbed it: no loss, no kill, no passing time
    bool failed{false};
    const agent::connection* there{nullptr};

    const process* program() const noexcept { return there->started; }
};

template <class Machine>
class conversation {
public:
    conversation(Machine machine, agent& peer, guest::channel_kind kind, input& in)
        : host_(std::move(machine)), peer_(peer), there_(peer.accept(kind, t0)), in_(in), calm_(in.byte() < 0x40) {
        require(there_ != nullptr, "an idle agent accepts");
    }

    /// \param user      Does one thing with the machine.
    /// \param on_event  Judges an event of the machine's own.
    template <class User, class OnEvent>
    outcome play(User user, OnEvent on_event) {
        settle(on_event);
        while (!in_.empty() && !seen_.over()) {
            switch (in_.below(8)) {
            case 0:
                user(host_, now_);
                ++seen_.causes;
                break;
            case 1:
            case 2: to_guest(in_.size()); break;
            case 3:
            case 4: to_host(in_.size()); break;
            case 5:
            case 6: peer_.live(in_, now_); break;
            case 7:
                if (!calm_)
                    upset();
                break;
            }
            settle(on_event);
        }
        for (int round = 0; round < 200 && !seen_.over(); ++round) {
            if constexpr (requires { host_.room(); })  // an upload's outcome needs its content
                user(host_, now_);
            to_guest();
            to_host();
            peer_.finish(in_, now_);
            settle(on_event);
            if (!calm_)
                now_ += std::chrono::seconds{1};
        }
        require(seen_.over() && seen_.last_seen, "the host learns an outcome");
        return {calm_, static_cast<bool>(seen_.why), there_};
    }

    /// The caller did something after which success is no longer owed.
    void disturb() noexcept { calm_ = false; }

private:
    template <class OnEvent>
    void settle(OnEvent&& on_event) {
        fuzz::settle(host_, seen_, now_, on_event);
        peer_.settle(now_, in_);
        ends();
    }

    void to_guest(std::size_t n = std::size_t{1} << 30) {
        auto* channel = there_->channel();
        if (!channel) {
            (void)take_sent(host_.channel(), n);  // nobody reads any more
            return;
        }
        if (channel->wants_read())
            receive(*channel, there_->seen, as_bytes(take_sent(host_.channel(), std::max<std::size_t>(n, 1))));
    }
    void to_host(std::size_t n = std::size_t{1} << 30) {
        if (auto* channel = there_->channel(); channel && host_.channel().wants_read())
            receive(host_.channel(), seen_, as_bytes(take_sent(*channel, std::max<std::size_t>(n, 1))));
    }

    /// Passes half-closes and closes on, behind the bytes before them.
    void ends() {
        auto* channel = there_->channel();
        if (channel && seen_.half_closed && host_.channel().backlog() == 0)
            channel->on_end_of_stream();
        if (!channel || (there_->seen.half_closed && channel->backlog() == 0))
            host_.channel().on_end_of_stream();
    }

    void upset() {
        switch (in_.below(8)) {
        default: now_ = later(now_, std::min(seen_.until, peer_.until()), in_); break;
        case 0:
            host_.channel().on_lost(errc::connection_lost);
            if (auto* channel = there_->channel())
                channel->on_lost(errc::connection_lost);
            break;
        case 1:
            host_.channel().on_send_failed(errc::connection_lost);
            if (auto* channel = there_->channel())
                channel->on_end_of_stream();
            break;
        case 2: {  // somebody else speaks to the same agent: takes over, kills, lists
            if (peer_.connections().size() > 8)
                break;
            if (auto* other = peer_.accept(guest::channel_kind::control, now_))
                receive(*other->channel(), other->seen, as_bytes(typical_frame(in_)));
            break;
        }
        }
    }

    Machine host_;
    agent& peer_;
    agent::connection* there_;
    input& in_;
    life seen_;
    time_point now_{t0};
    bool calm_;
};

host::options options_from(input& in, std::string_view token) {
    host::options out;
    out.token = token;
    if (in.byte() == 0xff)
        out.token = "wrong";
    return out;
}

/// One request, one answer: without disturbance it succeeds.
template <class Machine>
void ask(Machine machine, agent& peer, input& in, bool right_token,
         guest::channel_kind kind = guest::channel_kind::control) {
    conversation<Machine> talk{std::move(machine), peer, kind, in};
    const outcome end = talk.play([](Machine&, time_point) {}, [](const auto&) { return verdict::last; });
    require(!end.calm || end.failed != right_token, "an undisturbed request is answered");
}

bool starts_with(std::string_view whole, std::string_view front) { return whole.starts_with(front); }

void run_exec(agent& peer, input& in, const host::options& opt, bool right_token) {
    wire::exec_request request;
    request.argv = {"a"};
    std::string given, got;
    bool killed = false;
    conversation<host::plain_exec> talk{host::plain_exec{request, opt}, peer, guest::channel_kind::control, in};
    const outcome end = talk.play(
        [&](host::plain_exec& exec, time_point now) {
            switch (in.below(8)) {
            case 0: exec.close_stdin(); break;
            case 1: exec.stdin_eof(); break;
            case 2: killed = exec.kill() || killed; break;
            case 3:
                exec.cancel(now);
                talk.disturb();
                break;
            default: {
                std::string text(in.size(), '\0');
                for (char& c : text)
                    c = static_cast<char>('a' + in.byte() % 26);
                given += text.substr(0, exec.write_stdin(as_bytes(text)));
            }
            }
        },
        [&](const host::plain_exec::action& event) {
            const auto* output = std::get_if<host::plain_exec::output>(&event);
            if (output && output->from == host::output_stream::out)
                got += as_text(output->bytes);
            return output ? verdict::more : verdict::last;
        });
    if (!end.program())
        return require(!end.calm || !right_token, "an undisturbed exec starts");
    require(starts_with(end.program()->written(), got), "output arrives as it was written");
    require(starts_with(given, end.program()->read()), "input arrives as it was given");
    if (end.calm && !killed && end.program()->ran())
        require(!end.failed && got == end.program()->written(), "all output arrives before EXIT");
}

void run_session(agent& peer, input& in, const host::options& opt, bool right_token) {
    wire::exec_request request;
    request.argv = {"a"};
    (in.flip() ? request.tty : request.session) = true;
    std::string got;
    bool opened = false;
    conversation<host::attached_session> talk{host::attached_session{request, opt}, peer, guest::channel_kind::control,
                                              in};
    const outcome end = talk.play(
        [&](host::attached_session& session, time_point) {
            switch (in.below(8)) {
            case 0:
                session.detach();
                talk.disturb();
                break;
            case 1: session.kill(); break;
            case 2: session.stdin_eof(); break;
            case 3: session.resize({1, 2}); break;
            default: (void)session.write_stdin(as_bytes(std::string(in.size(), 'i')));
            }
        },
        [&](const host::attached_session::action& event) {
            opened = opened || std::holds_alternative<host::attached_session::opened>(event);
            const auto* output = std::get_if<host::attached_session::output>(&event);
            if (output)
                got += as_text(output->bytes);
            return output || std::holds_alternative<host::attached_session::opened>(event) ? verdict::more
                                                                                           : verdict::last;
        });
    if (!end.program())
        return require(!end.calm || !right_token, "an undisturbed session starts");
    require(starts_with(end.program()->written(), got), "output arrives as it was written");
    if (end.calm && end.program()->ran())
        require(opened && !end.failed && got == end.program()->written(), "all output arrives before EXIT");
}

void run_download(agent& peer, input& in, const host::options& opt) {
    std::string got;
    bool completed = false;
    conversation<host::download> talk{host::download{{"/a", 0, 0, 0}, opt}, peer, guest::channel_kind::control, in};
    const outcome end = talk.play([](host::download&, time_point) {},
                                  [&](const host::download::action& event) {
                                      const auto* data = std::get_if<host::download::data>(&event);
                                      if (data)
                                          got += as_text(data->bytes);
                                      completed = std::holds_alternative<host::download::completed>(event);
                                      return data || std::holds_alternative<host::download::opened>(event)
                                                 ? verdict::more
                                                 : verdict::last;
                                  });
    require(starts_with(end.there->file, got), "content arrives as it was read");
    if (completed)
        require(got == end.there->file, "a completed download is whole");
}

void run_upload(agent& peer, input& in, const host::options& opt) {
    const std::size_t size = in.size();
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        content[i] = static_cast<char>('a' + i % 26);
    std::string_view left = content;
    bool completed = false;
    conversation<host::upload> talk{host::upload{{"/a", "0644", static_cast<std::int64_t>(size)}, opt}, peer,
                                    guest::channel_kind::control, in};
    const auto give = [&](host::upload& file, time_point) {
        if (in.byte() == 0xff) {
            file.source_failed({});
            return talk.disturb();
        }
        left.remove_prefix(file.write(as_bytes(in.empty() ? left : left.substr(0, in.size() + 1))));
    };
    const outcome end = talk.play(give, [&](const host::upload::action& event) {
        completed = std::holds_alternative<host::upload::completed>(event);
        return verdict::last;
    });
    require(starts_with(content, end.there->file), "content arrives as it was given");
    if (completed)
        require(end.there->file == content, "a completed upload is whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in{data, size};
    const std::string_view token = in.flip() ? "t" : "";
    const host::options opt = options_from(in, token);
    const bool right_token = opt.token == token;
    agent peer{token, agent_limits{}};
    switch (in.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3: run_exec(peer, in, opt, right_token); break;
    case 4:
    case 5:
    case 6:
    case 7: run_session(peer, in, opt, right_token); break;
    case 8: run_download(peer, in, opt); break;
    case 9: run_upload(peer, in, opt); break;
    case 10: {
        wire::exec_request request;
        request.argv = {"a"};
        request.detach = true;
        ask(host::detached_exec{request, opt}, peer, in, right_token);
        break;
    }
    case 11: ask(host::hello_request{"fuzz", opt}, peer, in, right_token); break;
    case 12: ask(host::query_activity(opt), peer, in, right_token); break;
    case 13: ask(host::list_sessions(opt), peer, in, right_token); break;
    case 14: ask(host::stat_file(in.text(4), opt), peer, in, right_token); break;
    case 15: ask(host::list_files(in.text(4), opt), peer, in, right_token); break;
    }
    return 0;
}

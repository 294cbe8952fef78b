#ifndef HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_REPLAY_HPP
#define HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_REPLAY_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/machine.hpp>
#include <hearth/wire/frame.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::test {

/// When every script starts.
inline constexpr time_point t0{std::chrono::hours{1000}};

inline std::string frame(wire::frame_type type, std::string_view payload = {}) {
    std::string out;
    wire::append_frame(type, as_bytes(payload), out).value();
    return out;
}

inline std::string frame(wire::frame_type type, bytes_view payload) { return frame(type, as_text(payload)); }

// --- the steps of a script ------------------------------------------------------------------------------------------

struct receives {
    std::string bytes;
};
struct peer_ends {};
struct connection_breaks {};
struct sending_fails {};
struct passes {
    duration time;
};
template <class M>
struct does {
    std::function<void(M&, time_point now)> what;
};

/// An event in words, and whether it is the last one of its machine.
struct told {
    std::string text;
    bool last{false};
};

/// A conversation as seen by one machine.
template <session::machine M>
struct script {
    using step = std::variant<receives, peer_ends, connection_breaks, sending_fails, passes, does<M>>;

    std::function<std::unique_ptr<M>()> start;
    std::vector<step> steps;
    std::function<told(const typename M::action&)> tell;  ///< called for events of the machine's own
    std::vector<std::string> events;                      ///< expected, in words
    std::string sent;                                     ///< expected, all of it
};

/// Plays one script once. `failed` is told as `failed: <message> [<text of the peer>]`, `shutdown_send` as `half-close`.
template <session::machine M>
class player {
public:
    explicit player(const script<M>& play) : play_(play), machine_(play.start()) { settle(); }

    void operator()(const receives& step) {
        auto room = machine_->channel().receive_buffer(step.bytes.size());
        std::copy_n(as_bytes(step.bytes).begin(), step.bytes.size(), room.begin());
        machine_->channel().on_received(step.bytes.size());
        settle();
    }
    void operator()(const peer_ends&) {
        machine_->channel().on_end_of_stream();
        settle();
    }
    void operator()(const connection_breaks&) {
        machine_->channel().on_lost(errc::connection_lost);
        settle();
    }
    void operator()(const sending_fails&) {
        machine_->channel().on_send_failed(std::make_error_code(std::errc::broken_pipe));
        settle();
    }
    void operator()(const passes& step) {
        now_ += step.time;
        settle();
    }
    void operator()(const does<M>& step) {
        step.what(*machine_, now_);
        settle();
    }

    void play(const typename script<M>::step& step) { std::visit(*this, step); }

    /// Lets the time pass until the machine closes or waits for ever.
    void wait_out() {
        for (int turn = 0; turn < 50 && !closed_ && until_ != no_deadline; ++turn)
            (*this)(passes{until_ > now_ ? until_ - now_ : duration{0}});
    }

    /// Closed for good, after exactly one last event.
    void check_closed() {
        CHECK(closed_);
        for (int i = 0; i < 3; ++i) {
            now_ += std::chrono::hours{1};
            CHECK(std::holds_alternative<session::close>(machine_->poll(now_)));
        }
        CHECK(last_events_ == 1);
        CHECK(machine_->channel().send_buffer().empty());
    }

    const std::vector<std::string>& events() const { return events_; }
    const std::string& sent() const { return sent_; }

private:
    /// What a driver does between two waits. Bounded, because a machine that spins must fail its test.
    void settle() {
        for (int polls = 0; polls < 10'000; ++polls) {
            const auto next = machine_->poll(now_);
            if (std::holds_alternative<session::close>(next) || std::holds_alternative<session::wait>(next)) {
                const bool flushed = flush();
                closed_ = std::holds_alternative<session::close>(next);
                if (const auto* idle = std::get_if<session::wait>(&next)) {
                    until_ = idle->until;
                    if (flushed)
                        continue;
                }
                return;
            }
            CHECK(last_events_ == 0);  // nothing follows the last event
            note(describe(next));
        }
        FAIL("the machine spins");
    }

    bool flush() {
        const bytes_view bytes = machine_->channel().send_buffer();
        sent_.append(as_text(bytes));
        machine_->channel().on_sent(bytes.size());
        return !bytes.empty();
    }

    template <class Alternative, class... Ts>
    static constexpr bool can_be(const std::variant<Ts...>*) {
        return (std::is_same_v<Alternative, Ts> || ...);
    }

    template <class Action>
    told describe(const Action& next) {
        if constexpr (can_be<session::failed>(static_cast<const Action*>(nullptr)))
            if (const auto* no = std::get_if<session::failed>(&next))
                return {"failed: " + no->why.message() + (no->peer_text.empty() ? "" : " [" + no->peer_text + "]"),
                        true};
        if constexpr (can_be<session::shutdown_send>(static_cast<const Action*>(nullptr)))
            if (std::holds_alternative<session::shutdown_send>(next)) {
                flush();
                return {"half-close"};
            }
        return play_.tell(next);
    }

    void note(told event) {
        last_events_ += event.last;
        events_.push_back(std::move(event.text));
    }

    const script<M>& play_;
    std::unique_ptr<M> machine_;
    time_point now_{t0};
    time_point until_{no_deadline};
    std::vector<std::string> events_;
    std::string sent_;
    int last_events_{0};
    bool closed_{false};
};

/// One text, because a failed check prints it.
inline std::string in_lines(const std::vector<std::string>& events) {
    std::string out;
    for (const std::string& event : events)
        out += event + '\n';
    return out;
}

/// Plays a script as written and checks what the machine said and sent.
template <session::machine M>
void play_once(const script<M>& play) {
    player<M> run{play};
    for (const auto& step : play.steps)
        run.play(step);
    CHECK(in_lines(run.events()) == in_lines(play.events));
    CHECK(run.sent() == play.sent);
    run.check_closed();
}

/// The same with all input cut into single bytes: nothing changes.
template <session::machine M>
void play_in_single_bytes(const script<M>& play) {
    player<M> run{play};
    for (const auto& step : play.steps) {
        if (const auto* input = std::get_if<receives>(&step))
            for (const char byte : input->bytes)
                run(receives{{byte}});
        else
            run.play(step);
    }
    CHECK(in_lines(run.events()) == in_lines(play.events));
    CHECK(run.sent() == play.sent);
    run.check_closed();
}

/// Once per step with that step replaced by each way to go wrong: never a hang, never a throw, one last event.
/// The script's machine needs a deadline within a day.
template <session::machine M>
void play_with_every_step_failing(const script<M>& play) {
    const receives malformed{std::string(4, '\0')};
    for (std::size_t at = 0; at <= play.steps.size(); ++at) {
        using steps = std::vector<typename script<M>::step>;
        std::vector<steps> faults{
            {connection_breaks{}},          {peer_ends{}},    {malformed}, {passes{std::chrono::hours{24}}},
            {sending_fails{}, peer_ends{}}, {sending_fails{}}};
        if (at < play.steps.size())
            if (const auto* input = std::get_if<receives>(&play.steps[at]))
                faults.push_back({receives{input->bytes.substr(0, input->bytes.size() / 2)}, peer_ends{}});
        for (std::size_t fault = 0; fault < faults.size(); ++fault) {
            CAPTURE(at);
            CAPTURE(fault);
            player<M> run{play};
            std::for_each_n(play.steps.begin(), at, [&](const auto& step) { run.play(step); });
            for (const auto& step : faults[fault])
                run.play(step);
            run.wait_out();
            run.check_closed();
        }
    }
}

template <session::machine M>
void replay(const script<M>& play) {
    play_once(play);
    play_in_single_bytes(play);
    play_with_every_step_failing(play);
}

}  // namespace hearth::test

#endif

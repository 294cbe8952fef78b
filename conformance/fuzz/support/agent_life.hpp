#ifndef HEARTH_CONFORMANCE_FUZZ_SUPPORT_AGENT_LIFE_HPP
#define HEARTH_CONFORMANCE_FUZZ_SUPPORT_AGENT_LIFE_HPP

#include <support/agent.hpp>
#include <support/input.hpp>
#include <support/machine.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <variant>

namespace hearth::fuzz {

/// The life of an agent: many connections that send anything in any order, processes and files that do anything, time
/// that jumps.
/// \param to_the_end  Check that everything comes to its end once everybody has left.
inline void live_as_agent(input& in, bool to_the_end) {
    using namespace std::chrono_literals;
    agent_limits limits;
    if (in.flip()) {  // small limits are reached sooner
        limits.connections = 2;
        limits.reserved_connections = 1;
        limits.unauthenticated = 2;
        limits.sessions = 1;
        limits.tunnels = 1;
        limits.stdin_backlog = 16;
        limits.outbound_backlog = 64;
        limits.write_cap = 100;
        limits.special_read_cap = 100;
    }
    if (in.byte() == 0xff)
        limits.drain_grace = 0ms;
    const std::string_view token = in.flip() ? "t" : "";
    agent subject{token, limits};
    time_point now = t0;

    constexpr std::size_t max_connections = 16;
    while (!in.empty()) {
        auto& all = subject.connections();
        switch (in.below(8)) {
        case 0: {
            if (all.size() == max_connections)
                break;
            const bool forward = in.below(4) == 3;
            agent::connection* fresh =
                subject.accept(forward ? guest::channel_kind::forward : guest::channel_kind::control, now);
            if (!fresh)
                break;
            if (!token.empty() && in.below(8) != 7)
                receive(*fresh->channel(), fresh->seen, as_bytes(std::string_view{"\0\0\0\2\x11t", 6}));
            receive(*fresh->channel(), fresh->seen, as_bytes(typical_frame(in)));
            break;
        }
        case 1: now = later(now, subject.until(), in); break;
        case 2:
        case 3: subject.live(in, now); break;
        default:
            if (all.empty())
                break;
            auto& end = *all[in.below(all.size())];
            if (auto* channel = end.channel())
                disturb(role::guest, *channel, end.seen, in);
        }
        subject.settle(now, in);
    }

    if (!to_the_end)
        return;
    // Everybody leaves; processes end when they are killed; then nothing is left.
    for (auto& end : subject.connections())
        if (auto* channel = end->channel())
            channel->on_lost(errc::connection_lost);
    subject.sessions().kill_all();
    for (int i = 0; i < 4; ++i) {
        subject.settle(now, in);
        subject.finish(in, now);
        now += 31s;
    }
    subject.settle(now, in);
    for (auto& end : subject.connections())
        require(!end->open() || std::holds_alternative<std::unique_ptr<guest::relay>>(end->does),
                "a lost connection closes");
    for (auto& one : subject.processes())
        require(one->released(), "every process is released");
    require(subject.sessions().list().empty(), "a session without a client disappears");
}

}  // namespace hearth::fuzz

#endif

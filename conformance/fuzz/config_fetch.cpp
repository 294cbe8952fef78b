// The boot configuration: a guest that asks, and a host that sends anything, or serves it well.

#include <hearth/session/guest/config_fetch.hpp>
#include <hearth/session/host/config_server.hpp>

#include <support/input.hpp>
#include <support/machine.hpp>

#include <chrono>
#include <string>

using namespace hearth;
using namespace hearth::fuzz;
namespace guest = hearth::session::guest;
namespace host = hearth::session::host;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in{data, size};
    guest::config_fetch fetch{t0};
    life seen;
    time_point now = t0;
    bool connecting = false, received = false;
    const auto on_event = [&](const guest::config_fetch::action& event) {
        connecting = std::holds_alternative<guest::config_fetch::connect>(event);
        received = std::holds_alternative<guest::config_fetch::received>(event);
        return connecting ? verdict::more : verdict::last;
    };
    settle(fetch, seen, now, on_event);
    while (!in.empty() && !seen.over()) {
        ++seen.causes;
        if (connecting) {
            connecting = false;
            if (in.flip())
                fetch.on_connected();
            else
                fetch.on_refused(errc::connect_failed, now);
        } else if (in.below(4) == 0) {
            now = later(now, seen.until, in);
        } else {
            disturb(role::guest, fetch.channel(), seen, in);
        }
        settle(fetch, seen, now, on_event);
        require(now < t0 + guest::config_fetch::patience || seen.last_seen, "the deadline ends the attempts");
    }

    // A host that serves it well, if there is still time.
    for (int attempts = 0; !seen.over() && attempts < 1'000; ++attempts) {
        if (connecting) {
            connecting = false;
            host::config_server server{host::encode_config({.token = "t"}).value(), now};
            life served;
            fetch.on_connected();
            settle(fetch, seen, now, on_event);
            receive(server.channel(), served, as_bytes(take_sent(fetch.channel())));
            settle(server, served, now, [](const auto&) { return verdict::last; });
            receive(fetch.channel(), seen, as_bytes(take_sent(server.channel())));
            fetch.channel().on_end_of_stream();
        } else if (seen.until != no_deadline) {
            now = seen.until;
        }
        settle(fetch, seen, now, on_event);
    }
    require(seen.over() && seen.last_seen, "asking for the configuration has an outcome");
    require(now < t0 + guest::config_fetch::patience || !received, "no configuration arrives after the deadline");
    return 0;
}

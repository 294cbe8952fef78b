#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_LOOP_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_LOOP_HPP

#include <doctest/doctest.h>
#include <hearth/io/any_stream.hpp>

#include <chrono>
#include <utility>

namespace test {

/// A context that one thread runs, with a watchdog: a test that waits for what never comes fails instead of hanging.
class loop {
public:
    static constexpr std::chrono::seconds watchdog{10};

    /// The first socket makes the reactor open its own descriptors: here, so that tests can count theirs.
    loop() { hearth::io::stream_socket warm_up(context); }

    hearth::net::io_context context{1};

    hearth::net::any_io_executor executor() { return context.get_executor(); }

    /// Runs handlers until `done()`.
    template <class Condition>
    void run_until(Condition done) {
        const auto give_up = std::chrono::steady_clock::now() + watchdog;
        while (!done()) {
            context.restart();
            const bool ran = context.run_one_until(give_up) != 0;
            REQUIRE_MESSAGE((ran || done()), "nothing left to run, or the watchdog barked");
        }
    }
    /// Runs what is ready now.
    void settle() {
        context.restart();
        while (context.poll_one() != 0) {
        }
    }
};

/// Two connected ends of a Unix socket.
inline std::pair<hearth::io::any_stream, hearth::io::any_stream> stream_pair(const hearth::net::any_io_executor& on) {
    hearth::net::local::stream_protocol::socket a(on);
    hearth::net::local::stream_protocol::socket b(on);
    hearth::net::local::connect_pair(a, b);
    return {hearth::io::any_stream(hearth::io::stream_socket(std::move(a))),
            hearth::io::any_stream(hearth::io::stream_socket(std::move(b)))};
}

}  // namespace test

#endif

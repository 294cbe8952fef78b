// What the fuzz targets found once. Each case failed before its cause was mended.

#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/guest/session.hpp>

#include "session/support/replay.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <variant>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using hearth::session::frame_channel;
namespace guest = hearth::session::guest;

TEST_CASE("plain_exec: a process that starts later than the kill grace does not make the driver spin [P-EXEC-21]") {
    guest::plain_exec exec{frame_channel{}, agent_limits{}};
    exec.channel().parser().feed(as_bytes(frame(wire::frame_type::kill)));
    (void)exec.poll(t0);

    const auto todo = exec.poll(t0 + 1h);
    REQUIRE(std::holds_alternative<session::wait>(todo));
    CHECK(std::get<session::wait>(todo).until > t0 + 1h);
}

TEST_CASE("attachment: one that could not be made for lack of memory leaves no trace at the session [P-SESS-10]") {
    guest::activity seen{t0};
    const auto whom =
        std::make_shared<guest::session>(guest::session::options{.id = "s1", .argv = "a"}, agent_limits{}, seen);
    whom->on_wake([] { throw std::bad_alloc{}; });

    CHECK_THROWS_AS((guest::attachment{frame_channel{}, whom, {}, agent_limits{}, t0}), std::bad_alloc);
    CHECK_FALSE(whom->attached());
}

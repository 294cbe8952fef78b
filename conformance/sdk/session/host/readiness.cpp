#include <hearth/session/host/readiness.hpp>

#include <hearth/core/errc.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace hearth;
using namespace hearth::session;
using namespace hearth::session::host;
using namespace std::chrono_literals;

namespace {
constexpr time_point t0{std::chrono::hours{1000}};
}  // namespace

TEST_CASE("readiness: attempts of 100, 250, 500 ms and 2 s with a pause of 10 ms between them [P-READY-02]") {
    readiness probe{t0 + 30s};
    time_point now = t0;
    std::vector<duration> patience;
    while (patience.size() < 12) {
        const auto next = probe.poll(now);
        REQUIRE(std::holds_alternative<readiness::attempt>(next));
        const time_point until = std::get<readiness::attempt>(next).until;
        patience.push_back(until - now);
        CHECK(std::get<wait>(probe.poll(now)).until == no_deadline);  // one attempt at a time
        now = until;
        probe.on_answer(errc::deadline_exceeded, now);
        CHECK(std::get<wait>(probe.poll(now)).until == now + 10ms);
        now += 10ms;
    }
    CHECK(patience ==
          std::vector<duration>{100ms, 100ms, 100ms, 250ms, 250ms, 250ms, 500ms, 500ms, 500ms, 500ms, 2s, 2s});
}

TEST_CASE("readiness: an answer is the end of it [P-READY-01] [P-READY-03]") {
    readiness probe{t0 + 30s};
    (void)probe.poll(t0);
    probe.on_answer({}, t0);
    CHECK(std::holds_alternative<readiness::ready>(probe.poll(t0)));
    CHECK(std::holds_alternative<close>(probe.poll(t0)));
    CHECK(std::holds_alternative<close>(probe.poll(t0 + 1h)));
}

TEST_CASE("readiness: a wrong token is not tried again, other refusals are [P-READY-03]") {
    readiness probe{t0 + 30s};
    (void)probe.poll(t0);
    probe.on_answer(errc::connection_limit, t0);
    REQUIRE(std::holds_alternative<readiness::attempt>(probe.poll(t0 + 10ms)));
    probe.on_answer(errc::auth_required, t0 + 20ms);
    const auto next = probe.poll(t0 + 20ms);
    REQUIRE(std::holds_alternative<failed>(next));
    CHECK(std::get<failed>(next).why == errc::auth_required);
    CHECK(std::holds_alternative<close>(probe.poll(t0 + 1h)));
}

TEST_CASE("readiness: the caller's limit cuts attempts and pauses short [P-READY-02]") {
    readiness probe{t0 + 115ms};
    CHECK(std::get<readiness::attempt>(probe.poll(t0)).until == t0 + 100ms);
    probe.on_answer(errc::connect_failed, t0 + 100ms);
    CHECK(std::get<readiness::attempt>(probe.poll(t0 + 110ms)).until == t0 + 115ms);
    probe.on_answer(errc::connect_failed, t0 + 114ms);
    CHECK(std::get<wait>(probe.poll(t0 + 114ms)).until == t0 + 115ms);
    const auto next = probe.poll(t0 + 115ms);
    REQUIRE(std::holds_alternative<failed>(next));
    CHECK(std::get<failed>(next).why == errc::deadline_exceeded);
    CHECK(std::holds_alternative<close>(probe.poll(t0 + 115ms)));
}

TEST_CASE("readiness: an answer nobody asked for changes nothing [P-READY-02]") {
    readiness probe{t0 + 30s};
    probe.on_answer({}, t0);
    CHECK(std::holds_alternative<readiness::attempt>(probe.poll(t0)));
}

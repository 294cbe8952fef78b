#include "row.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace hearth::bench;

namespace {

outcome measured(double work, double floor, double bytes, std::optional<bar> limit) {
    outcome out;
    out.work = {.name = "w", .bytes = bytes, .samples = {.n = 1, .p50 = work}};
    out.floor = {.name = "f", .bytes = bytes, .samples = {.n = 1, .p50 = floor}};
    out.limit = limit;
    return out;
}

}  // namespace

TEST_CASE("row: a bar on time is met up to its limit") {
    using scale = bar::scale;
    CHECK(measured(20, 10, 0, bar{scale::time_ratio, 2}).met() == true);
    CHECK(measured(20.1, 10, 0, bar{scale::time_ratio, 2}).met() == false);
    CHECK(measured(1200, 10, 0, bar{scale::nanoseconds, 1200}).met() == true);
    CHECK(measured(1201, 10, 0, bar{scale::nanoseconds, 1200}).met() == false);
}

TEST_CASE("row: a bar on bandwidth is met from its limit on") {
    using scale = bar::scale;
    const outcome fast = measured(125, 100, 1000, bar{scale::bandwidth_ratio, 0.8});
    CHECK(fast.ratio() == doctest::Approx(0.8));
    CHECK(fast.met() == true);
    CHECK(measured(126, 100, 1000, bar{scale::bandwidth_ratio, 0.8}).met() == false);
    CHECK(measured(200, 100, 1000, bar{scale::gigabytes, 5}).met() == true);
    CHECK(measured(201, 100, 1000, bar{scale::gigabytes, 5}).met() == false);
}

TEST_CASE("row: work that moves more bytes than its floor is compared by bandwidth") {
    outcome o = measured(200, 100, 1000, bar{bar::scale::bandwidth_ratio, 0.8});
    o.work.bytes = 2000;
    CHECK(o.ratio() == 1.0);
}

TEST_CASE("row: without a bar or without a figure there is no verdict") {
    CHECK_FALSE(measured(1, 1, 0, std::nullopt).met());
    outcome no_floor = measured(1, 1, 0, bar{bar::scale::time_ratio, 2});
    no_floor.floor.reset();
    CHECK_FALSE(no_floor.met());
    outcome nothing = measured(1, 1, 0, bar{bar::scale::nanoseconds, 2});
    nothing.work.samples = {};
    CHECK_FALSE(nothing.met());
}

TEST_CASE("row: work that fails says why and does not end the run") {
    const probe broken{"broken", [] { return repeat([] { throw std::runtime_error("no such device"); }); }};
    const outcome o = run({broken, std::nullopt, std::nullopt}, {}, monotonic_nanoseconds);
    CHECK(o.work.name == "broken");
    CHECK(o.error == "no such device");
    CHECK(o.work.samples.n == 0);
}

#include "compare.hpp"

#include <doctest/doctest.h>

using namespace hearth::bench;

namespace {

outcome row_of(std::string name, double p25, double p50, double p75) {
    outcome out;
    out.work.name = std::move(name);
    out.work.samples = {.n = 100, .p25 = p25, .p50 = p50, .p75 = p75};
    return out;
}

change::verdict verdict(const outcome& before, const outcome& after, double threshold = 0.1) {
    const auto changes = compare(std::vector{before}, std::vector{after}, threshold);
    REQUIRE(changes.size() == 1);
    return changes.front().what;
}

}  // namespace

TEST_CASE("compare: a row is worse if its middle half lies above the earlier one and the median beyond the threshold") {
    CHECK(verdict(row_of("a", 95, 100, 105), row_of("a", 115, 120, 125)) == change::verdict::worse);
    CHECK(verdict(row_of("a", 95, 100, 105), row_of("a", 85, 87, 89)) == change::verdict::better);
}

TEST_CASE("compare: overlapping middle halves are no change, however far the medians are apart") {
    CHECK(verdict(row_of("a", 50, 100, 150), row_of("a", 150, 200, 250)) == change::verdict::unchanged);
    CHECK(verdict(row_of("a", 150, 200, 250), row_of("a", 50, 100, 150)) == change::verdict::unchanged);
}

TEST_CASE("compare: a move within the threshold is no change, however sure it is") {
    CHECK(verdict(row_of("a", 99, 100, 101), row_of("a", 108, 109, 110)) == change::verdict::unchanged);
    CHECK(verdict(row_of("a", 99, 100, 101), row_of("a", 108, 109, 110), 0.05) == change::verdict::worse);
    CHECK(verdict(row_of("a", 99, 100, 101), row_of("a", 91, 92, 93)) == change::verdict::unchanged);
}

TEST_CASE("compare: rows of one run only are named, rows that were not measured count as absent") {
    outcome failed = row_of("b", 0, 0, 0);
    failed.work.samples = {};
    const auto changes = compare(std::vector{row_of("a", 1, 1, 1), row_of("b", 1, 1, 1)},
                                 std::vector{failed, row_of("c", 1, 1, 1)}, 0.1);
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].name == "c");
    CHECK(changes[0].what == change::verdict::added);
    CHECK(changes[1].name == "a");
    CHECK(changes[1].what == change::verdict::removed);
    CHECK(changes[2].name == "b");
    CHECK(changes[2].what == change::verdict::removed);
}

TEST_CASE("compare: the floor's own move is told, because it is the machine's and not the code's") {
    outcome before = row_of("a", 95, 100, 105);
    outcome after = row_of("a", 190, 200, 210);
    CHECK_FALSE(compare(std::vector{before}, std::vector{after}, 0.1).front().floor_factor);
    before.floor = measurement{.name = "f", .samples = {.n = 100, .p50 = 10}};
    after.floor = measurement{.name = "f", .samples = {.n = 100, .p50 = 20}};
    const change moved = compare(std::vector{before}, std::vector{after}, 0.1).front();
    CHECK(moved.factor() == 2);
    CHECK(moved.floor_factor == 2);
}

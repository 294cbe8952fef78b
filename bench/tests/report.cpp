#include "report.hpp"

#include <doctest/doctest.h>

using namespace hearth::bench;

namespace {

outcome row_of(std::string name, double p50, std::optional<bar> limit) {
    outcome out;
    out.work = {.name = std::move(name), .bytes = 1000, .samples = {.n = 5, .min = 1, .p50 = p50, .max = 1e10}};
    out.floor = {.name = "f", .bytes = 1000, .samples = {.n = 5, .p50 = 100}};
    out.limit = limit;
    return out;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("report: durations carry a unit and three digits") {
    CHECK(format_time(0) == "0.00 ns");
    CHECK(format_time(1.234) == "1.23 ns");
    CHECK(format_time(12.34) == "12.3 ns");
    CHECK(format_time(123.4) == "123 ns");
    CHECK(format_time(1234) == "1.23 us");
    CHECK(format_time(12'345'678) == "12.3 ms");
    CHECK(format_time(2.5e9) == "2.50 s");
}

TEST_CASE("report: columns line up under their heads") {
    const row_table table{8};
    const std::string head = table.head();
    const std::string line = table.line(row_of("sdk/x", 150, bar{bar::scale::time_ratio, 2}));
    const auto end_of = [](const std::string& text, std::string_view word) { return text.find(word) + word.size(); };
    CHECK(end_of(head, "floor") == end_of(line, "100 ns"));
    CHECK(end_of(head, "ratio") == end_of(line, "1.50"));
    CHECK(head.find("bar") == line.find("<= 2 x floor"));
    CHECK(head.find("verdict") == line.find("met"));
}

TEST_CASE("report: a bar prints value, floor, ratio, bar and verdict, in bandwidth where it is one of bandwidth") {
    const std::string line = row_table{5}.line(row_of("sdk/x", 200, bar{bar::scale::bandwidth_ratio, 0.8}));
    CHECK(contains(line, " 5.00 GB/s"));
    CHECK(contains(line, " 10.0 GB/s"));
    CHECK(contains(line, " 0.50"));
    CHECK(contains(line, ">= 0.8 x floor"));
    CHECK(contains(line, "MISSED"));
}

TEST_CASE("report: a row without figures says why") {
    outcome failed;
    failed.work.name = "sdk/x";
    failed.error = "not read back";
    CHECK(row_table{5}.line(failed) == "sdk/x  failed: not read back\n");
}

TEST_CASE("report: the summary counts bars met and missed, and rows without figures") {
    outcome failed;
    failed.error = "x";
    const bar limit{bar::scale::time_ratio, 2};
    CHECK(summary(std::vector{row_of("a", 150, limit), row_of("b", 250, limit), row_of("c", 1, {}), failed}) ==
          "bars: 1 met, 1 missed; rows without a figure: 1\n");
}

TEST_CASE("report: a comparison between different machines says so") {
    machine here{.cpu = "A"};
    const std::vector<change> none;
    CHECK_FALSE(contains(describe(none, here, here), "warning"));
    CHECK(contains(describe(none, machine{.cpu = "B"}, here), "warning"));
}

TEST_CASE("report: doubtful circumstances are named") {
    machine good{
        .cores = 4, .governor = "performance", .load = 0.5, .scratch_filesystem = "ext4", .build_type = "Release"};
    CHECK(doubts(good).empty());
    good.build_type = "Debug";
    good.load = 2.5;
    CHECK(doubts(good).size() == 2);
}

#include "options.hpp"

#include "suite.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace hearth::bench;

namespace {
options parse(std::vector<const char*> words) { return parse_options(words); }
}  // namespace

TEST_CASE("options: nothing asks for every suite") {
    const options o = parse({});
    CHECK(o.wants("floor"));
    CHECK(o.wants("sdk"));
    CHECK(o.how.samples == 200);
}

TEST_CASE("options: suites are chosen by name") {
    CHECK(parse({"sdk"}).wants("sdk"));
    CHECK_FALSE(parse({"sdk"}).wants("floor"));
    CHECK(parse({"sdk", "floor"}).wants("floor"));
    CHECK(parse({"all"}).wants("compile"));
}

TEST_CASE("options: each one is understood") {
    const options o =
        parse({"--filter", "frame", "--samples", "50", "--duration", "0.25", "--json", "out.json", "--compare",
               "old.json", "--threshold", "25", "--cpu", "1", "--directory", "/var/tmp", "--list"});
    CHECK(o.filter == "frame");
    CHECK(o.how.samples == 50);
    CHECK(o.how.duration == std::chrono::milliseconds{250});
    CHECK(o.json == "out.json");
    CHECK(o.compare == "old.json");
    CHECK(o.threshold == 0.25);
    CHECK(o.cpu == 1);
    CHECK(o.scratch == "/var/tmp");
    CHECK(o.list);
    CHECK(parse({"--help"}).help);
}

TEST_CASE("options: what --quick shortens can still be asked for, in any order") {
    CHECK(parse({"--quick"}).how.duration == std::chrono::milliseconds{5});
    CHECK(parse({"--samples", "7", "--quick"}).how.samples == 7);
    CHECK(parse({"--quick", "--duration", "2"}).how.duration == std::chrono::seconds{2});
    CHECK(parse({"--samples", "1"}).how.min_samples == 1);
}

TEST_CASE("options: a command line that cannot be followed is refused") {
    CHECK_THROWS_AS(parse({"--frobnicate"}), usage_error);
    CHECK_THROWS_AS(parse({"nosuchsuite"}), usage_error);
    CHECK_THROWS_AS(parse({"--samples"}), usage_error);
    for (const char* bad : {"0", "-1", "x", "", "5x", "99999999999999999999"})
        CHECK_THROWS_AS(parse({"--samples", bad}), usage_error);
    for (const char* bad : {"nan", "-0.1", "inf", "1e9"})
        CHECK_THROWS_AS(parse({"--duration", bad}), usage_error);
}

TEST_CASE("suites: names of rows are unique, begin with their suite, and a bar against a floor has one") {
    std::set<std::string> seen;
    for (const suite& each : all_suites())
        for (const row& one : each.rows({"/tmp"})) {
            CHECK(one.work.name.starts_with(std::string{each.name} + "/"));
            CHECK(seen.insert(one.work.name).second);
            const bool needs_floor =
                one.limit && (one.limit->of == bar::scale::time_ratio || one.limit->of == bar::scale::bandwidth_ratio);
            CHECK((!needs_floor || one.floor.has_value()));
        }
    CHECK_FALSE(seen.empty());
}

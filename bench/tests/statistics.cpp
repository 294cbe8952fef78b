#include "statistics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

using namespace hearth::bench;

namespace {
std::vector<double> one_to(std::size_t n) {
    std::vector<double> out(n);
    std::iota(out.begin(), out.end(), 1.0);
    return out;
}
}  // namespace

TEST_CASE("statistics: a percentile is the sample of nearest rank, never a value between two [R-05]") {
    const std::vector<double> five{15, 20, 35, 40, 50};
    CHECK(percentile(five, 5) == 15);
    CHECK(percentile(five, 30) == 20);
    CHECK(percentile(five, 40) == 20);
    CHECK(percentile(five, 50) == 35);
    CHECK(percentile(five, 100) == 50);
    CHECK(percentile(five, 0) == 15);
}

TEST_CASE("statistics: ranks are exact where a percentage of the count is a whole number [R-05]") {
    for (std::size_t n : {20u, 100u, 200u, 1000u}) {
        const auto samples = one_to(n);
        for (unsigned percent : {25u, 50u, 75u, 90u, 95u})
            CHECK(percentile(samples, percent) == static_cast<double>(n * percent / 100));
    }
}

TEST_CASE("statistics: a summary keeps every sample, in whatever order they came [R-05]") {
    auto samples = one_to(200);
    samples.back() = 1e9;
    std::shuffle(samples.begin(), samples.end(), std::mt19937{7});
    const distribution d = summarize(samples);
    CHECK(d.n == 200);
    CHECK(d.min == 1);
    CHECK(d.mean == (199 * 200 / 2 + 1e9) / 200);
    CHECK(d.p25 == 50);
    CHECK(d.p50 == 100);
    CHECK(d.p75 == 150);
    CHECK(d.p90 == 180);
    CHECK(d.p95 == 190);
    CHECK(d.p99 == 198);
    CHECK(d.max == 1e9);
}

TEST_CASE("statistics: fewer than twenty samples have no 99th percentile [R-05]") {
    CHECK_FALSE(summarize(one_to(19)).p99);
    CHECK(summarize(one_to(20)).p99 == 20);
}

TEST_CASE("statistics: no samples are no error") { CHECK(summarize({}) == distribution{}); }

TEST_CASE("statistics: one sample is all of its percentiles") {
    const distribution d = summarize(std::vector<double>{7});
    CHECK(d.min == 7);
    CHECK(d.p25 == 7);
    CHECK(d.p95 == 7);
    CHECK(d.max == 7);
}

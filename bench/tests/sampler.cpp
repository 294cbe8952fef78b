#include "sampler.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace hearth::bench;
using namespace std::chrono_literals;

namespace {

/// Time that passes only when somebody works or reads the clock.
struct pretend_time {
    std::uint64_t now{0};
    std::uint64_t reading{0};

    clock_function clock() {
        return [this] { return now += reading; };
    }
    std::unique_ptr<operation> work(std::uint64_t nanoseconds, std::string* log = nullptr, char letter = 'x') {
        return repeat([this, nanoseconds, log, letter] {
            now += nanoseconds;
            if (log != nullptr)
                *log += letter;
        });
    }
};

series measure_one(operation& work, const sampling& how, const clock_function& clock) {
    const std::array<operation*, 1> operations{&work};
    return measure(operations, how, clock).front();
}

}  // namespace

TEST_CASE("sampler: fast work is repeated until a sample is long enough, and reported per iteration") {
    pretend_time time;
    const auto work = time.work(10);
    const series s = measure_one(*work, {.samples = 4, .sample = 1us}, time.clock());
    CHECK(s.batch == 128);  // 64 * 10 ns would be too short
    CHECK(s.samples == std::vector<double>(4, 10.0));
}

TEST_CASE("sampler: a sample lasts a thousand clock readings at least, so that reading the clock costs a thousandth") {
    pretend_time time{.reading = 50};
    const auto work = time.work(10);
    const series s = measure_one(*work, {.samples = 1, .sample = 1us}, time.clock());
    CHECK(s.batch * 10 >= 50'000 - 50);
    CHECK(s.samples.front() >= 10);
    CHECK(s.samples.front() <= 10.011);
}

TEST_CASE("sampler: slow work is never repeated within a sample") {
    pretend_time time;
    const auto work = time.work(5'000'000);
    CHECK(measure_one(*work, {.samples = 2, .duration = 1s}, time.clock()).batch == 1);
}

TEST_CASE("sampler: warm-up is counted apart from the samples [R-05]") {
    pretend_time time;
    std::string log;
    const auto work = time.work(600, &log);
    const series s = measure_one(*work, {.samples = 5, .warm_up = 3, .sample = 1us}, time.clock());
    CHECK(s.batch == 2);
    CHECK(s.samples.size() == 5);
    CHECK(s.warm_up.size() == 2 + 3);  // batches of 1 and 2 to find the size, then 3 whole samples
    CHECK(s.warm_up_iterations == 1 + 2 + 3 * 2);
    CHECK(log.size() == s.warm_up_iterations + 5 * 2);
}

TEST_CASE("sampler: work and floor are sampled by turns, so that a disturbance strikes both") {
    pretend_time time;
    std::string log;
    const auto first = time.work(1000, &log, 'w');
    const auto second = time.work(1000, &log, 'f');
    const std::array<operation*, 2> operations{first.get(), second.get()};
    const auto measured = measure(operations, {.samples = 3, .warm_up = 0, .sample = 1us}, time.clock());
    CHECK(log == "wf"
                 "wfwfwf");
    CHECK(measured.size() == 2);
    CHECK(measured[1].samples.size() == 3);
}

TEST_CASE("sampler: the budget ends a row, but not before its least number of samples") {
    pretend_time time;
    const auto work = time.work(300'000'000);
    const sampling how{.samples = 100, .min_samples = 3, .duration = 1s};
    CHECK(measure_one(*work, how, time.clock()).samples.size() == 4);
    const auto slow = time.work(5'000'000'000);
    CHECK(measure_one(*slow, how, time.clock()).samples.size() == 3);
}

TEST_CASE("sampler: an interrupt ends sampling and keeps what there is [R-08]") {
    pretend_time time;
    volatile std::sig_atomic_t stop = 0;
    int left = 8;
    const auto work = repeat([&] {
        time.now += 1000;
        if (--left == 0)
            stop = 1;
    });
    const series s = measure_one(*work, {.samples = 100, .warm_up = 2, .sample = 1us, .stop = &stop}, time.clock());
    CHECK(s.warm_up.size() == 3);
    CHECK(s.samples.size() == 5);
}

TEST_CASE("sampler: the clock's own cost is the median gap of two readings") {
    pretend_time time{.reading = 25};
    CHECK(clock_overhead(time.clock()) == 25);
}

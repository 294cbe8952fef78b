#include "sampler.hpp"

#include "statistics.hpp"

#include <algorithm>

namespace hearth::bench {

namespace {

double time_batch(operation& work, std::size_t batch, const clock_function& now) {
    const std::uint64_t begin = now();
    work.run(batch);
    return static_cast<double>(now() - begin);
}

bool stopped(const sampling& how) { return how.stop != nullptr && *how.stop != 0; }

/// Doubles the batch until it lasts long enough, then runs some whole samples.
series warm_up(operation& work, const sampling& how, double wanted, const clock_function& now) {
    series out;
    double spent = 0;
    const auto run_once = [&] {
        const double took = time_batch(work, out.batch, now);
        out.warm_up.push_back(took / static_cast<double>(out.batch));
        out.warm_up_iterations += out.batch;
        spent += took;
        return took;
    };
    while (!stopped(how) && run_once() < wanted)
        out.batch *= 2;
    const double budget = static_cast<double>(how.duration.count()) / 10;
    for (std::size_t i = 0; i != how.warm_up && spent < budget && !stopped(how); ++i)
        run_once();
    return out;
}

}  // namespace

std::uint64_t monotonic_nanoseconds() {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count());
}

std::uint64_t clock_overhead(const clock_function& now) {
    std::vector<double> gaps(1001);
    for (double& gap : gaps) {
        const std::uint64_t begin = now();
        gap = static_cast<double>(now() - begin);
    }
    return static_cast<std::uint64_t>(summarize(gaps).p50);
}

std::vector<series> measure(std::span<operation* const> operations, const sampling& how, const clock_function& now) {
    const double wanted =
        std::max(static_cast<double>(how.sample.count()), 1000.0 * static_cast<double>(clock_overhead(now)));
    std::vector<series> out;
    for (operation* work : operations)
        out.push_back(warm_up(*work, how, wanted, now));

    const std::uint64_t begin = now();
    const auto time_left = [&] { return now() - begin < static_cast<std::uint64_t>(how.duration.count()); };
    for (std::size_t n = 0; n != how.samples && (n < how.min_samples || time_left()); ++n)
        for (std::size_t i = 0; i != operations.size(); ++i) {
            if (stopped(how))
                return out;
            const double took = time_batch(*operations[i], out[i].batch, now);
            out[i].samples.push_back(took / static_cast<double>(out[i].batch));
        }
    return out;
}

}  // namespace hearth::bench

#ifndef HEARTH_BENCH_SAMPLER_HPP
#define HEARTH_BENCH_SAMPLER_HPP

#include "operation.hpp"

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace hearth::bench {

/// Monotonic nanoseconds. Tests pass one of their own.
using clock_function = std::function<std::uint64_t()>;
std::uint64_t monotonic_nanoseconds();

/// \returns Median nanoseconds between two readings of `now` with nothing in between.
std::uint64_t clock_overhead(const clock_function& now);

/// How much to measure.
struct sampling {
    std::size_t samples{200};    ///< most samples per row
    std::size_t min_samples{3};  ///< taken even if `duration` has passed
    std::size_t warm_up{10};     ///< samples before those that count; a tenth of `duration` at most
    std::chrono::nanoseconds duration{1'000'000'000};  ///< budget per row, floor included
    std::chrono::nanoseconds sample{20'000};           ///< a sample repeats work until it lasts about that long
    const volatile std::sig_atomic_t* stop{nullptr};   ///< once it is not 0, no further sample starts
};

/// What measuring one operation gave, in nanoseconds per iteration.
struct series {
    std::size_t batch{1};  ///< iterations per sample
    std::vector<double> samples;
    std::vector<double> warm_up;  ///< apart, the first and coldest first; includes the search for `batch`
    std::uint64_t warm_up_iterations{0};
};

/// Samples the operations by turns, one sample each, so that whatever disturbs the machine disturbs all of them alike.
///
/// Reading the clock costs tens of nanoseconds. Work faster than `sample` is therefore repeated within one sample, and a
/// sample lasts at least a thousand clock readings.
/// \returns One series per operation, in order; short or empty ones if `stop` was raised.
/// \req
std::vector<series> measure(std::span<operation* const> operations, const sampling& how, const clock_function& now);

}  // namespace hearth::bench

#endif

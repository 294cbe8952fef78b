#ifndef HEARTH_BENCH_ROW_HPP
#define HEARTH_BENCH_ROW_HPP

#include "operation.hpp"
#include "sampler.hpp"
#include "statistics.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hearth::bench {

/// What a figure has to reach. It is judged by the median, against the median of a floor from the same run.
struct bar {
    enum class scale {
        time_ratio,       ///< at most `limit` times the floor's time
        bandwidth_ratio,  ///< at least `limit` times the floor's bandwidth
        nanoseconds,      ///< at most
        gigabytes,        ///< a second, at least; 10^9 bytes
    } of{};
    double limit{0};

    friend bool operator==(const bar&, const bar&) = default;
};

/// A line of the report, before it is measured.
struct row {
    probe work;
    std::optional<probe> floor;
    std::optional<bar> limit;
};

/// A series, summarised. Nanoseconds per iteration.
struct measurement {
    std::string name{};
    double bytes{0};  ///< per iteration, 0: no bandwidth
    std::size_t batch{1};
    distribution samples{};
    distribution warm_up{};  ///< not part of `samples`
    std::uint64_t warm_up_iterations{0};

    /// 10^9 bytes a second at the median, 0 if bandwidth means nothing here.
    double gigabytes() const noexcept { return samples.p50 > 0 ? bytes / samples.p50 : 0; }

    friend bool operator==(const measurement&, const measurement&) = default;
};

/// A line of the report, measured.
struct outcome {
    measurement work;
    std::optional<measurement> floor;
    std::optional<bar> limit;
    std::string error;  ///< why there are no samples; empty if there are

    /// Work against floor: bandwidths if the bar is one of bandwidth, else times.
    std::optional<double> ratio() const noexcept;
    /// \returns Whether the bar is met; nothing if there is none to meet or nothing was measured.
    std::optional<bool> met() const noexcept;

    friend bool operator==(const outcome&, const outcome&) = default;
};

/// Makes the work and its floor, measures both by turns and throws them away. Never throws: a row that fails says why.
outcome run(const row& what, const sampling& how, const clock_function& now);

}  // namespace hearth::bench

#endif

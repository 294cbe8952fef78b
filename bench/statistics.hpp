#ifndef HEARTH_BENCH_STATISTICS_HPP
#define HEARTH_BENCH_STATISTICS_HPP

#include <cstddef>
#include <optional>
#include <span>

namespace hearth::bench {

/// What is kept of a series of samples. No sample is dropped, however far out it lies.
struct distribution {
    std::size_t n{0};
    double min{0};
    double mean{0};
    double p25{0};
    double p50{0};
    double p75{0};
    double p90{0};
    double p95{0};
    std::optional<double> p99{};  ///< absent below 20 samples: it would be the maximum under another name
    double max{0};

    friend bool operator==(const distribution&, const distribution&) = default;
};

/// Nearest rank: the smallest sample that at least `percent` of all samples do not exceed. Always a sample that
/// happened, never a value between two.
/// \param sorted  Ascending, not empty.
/// \req R-05
double percentile(std::span<const double> sorted, unsigned percent) noexcept;

/// \returns All zero for no samples.
/// \req R-05
distribution summarize(std::span<const double> samples);

}  // namespace hearth::bench

#endif

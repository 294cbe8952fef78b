#include "statistics.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace hearth::bench {

double percentile(std::span<const double> sorted, unsigned percent) noexcept {
    // In integers: 0.95 * 20 must be rank 19, whatever the rounding of 0.95.
    const std::size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[rank == 0 ? 0 : rank - 1];
}

distribution summarize(std::span<const double> samples) {
    if (samples.empty())
        return {};
    std::vector<double> sorted{samples.begin(), samples.end()};
    std::sort(sorted.begin(), sorted.end());

    distribution out;
    out.n = sorted.size();
    out.min = sorted.front();
    out.mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
    out.p25 = percentile(sorted, 25);
    out.p50 = percentile(sorted, 50);
    out.p75 = percentile(sorted, 75);
    out.p90 = percentile(sorted, 90);
    out.p95 = percentile(sorted, 95);
    if (sorted.size() >= 20)
        out.p99 = percentile(sorted, 99);
    out.max = sorted.back();
    return out;
}

}  // namespace hearth::bench

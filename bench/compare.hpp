#ifndef HEARTH_BENCH_COMPARE_HPP
#define HEARTH_BENCH_COMPARE_HPP

#include "record.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hearth::bench {

/// How a row moved since an earlier run.
struct change {
    enum class verdict {
        unchanged,  ///< the middle halves of both runs overlap, or the median moved by less than the threshold
        better,
        worse,
        added,    ///< only in the later run
        removed,  ///< only in the earlier run
    };
    std::string name;
    double before{0};                    ///< median nanoseconds, 0 if added
    double after{0};                     ///< median nanoseconds, 0 if removed
    std::optional<double> floor_factor;  ///< how the floor moved: a row that moved as its floor did says nothing new
    verdict what{verdict::unchanged};

    /// After divided by before; more than 1 is slower.
    double factor() const noexcept { return before > 0 ? after / before : 0; }

    friend bool operator==(const change&, const change&) = default;
};

/// \param threshold  Fraction of the earlier median that is tolerated, 0.1 for ten per cent.
/// \returns Rows of `after` in order, then those it lacks. Rows that were not measured count as absent. A row moved only
///          if its middle halves (p25 to p75) do not overlap.
std::vector<change> compare(std::span<const outcome> before, std::span<const outcome> after, double threshold);

}  // namespace hearth::bench

#endif

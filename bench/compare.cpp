#include "compare.hpp"

#include <algorithm>

namespace hearth::bench {

namespace {

const outcome* find(std::span<const outcome> rows, const std::string& name) {
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [&](const outcome& row) { return row.work.name == name && row.work.samples.n != 0; });
    return at == rows.end() ? nullptr : &*at;
}

change::verdict judge(const distribution& before, const distribution& after, double threshold) {
    if (after.p25 > before.p75 && after.p50 > before.p50 * (1 + threshold))
        return change::verdict::worse;
    if (after.p75 < before.p25 && after.p50 < before.p50 * (1 - threshold))
        return change::verdict::better;
    return change::verdict::unchanged;
}

std::optional<double> floor_factor(const outcome& before, const outcome& after) {
    if (!before.floor || !after.floor || before.floor->samples.p50 <= 0)
        return std::nullopt;
    return after.floor->samples.p50 / before.floor->samples.p50;
}

}  // namespace

std::vector<change> compare(std::span<const outcome> before, std::span<const outcome> after, double threshold) {
    std::vector<change> out;
    for (const outcome& now : after) {
        if (now.work.samples.n == 0)
            continue;
        change moved{now.work.name, 0, now.work.samples.p50, std::nullopt, change::verdict::added};
        if (const outcome* const then = find(before, now.work.name)) {
            moved.before = then->work.samples.p50;
            moved.floor_factor = floor_factor(*then, now);
            moved.what = judge(then->work.samples, now.work.samples, threshold);
        }
        out.push_back(std::move(moved));
    }
    for (const outcome& then : before)
        if (then.work.samples.n != 0 && find(after, then.work.name) == nullptr)
            out.push_back({then.work.name, then.work.samples.p50, 0, std::nullopt, change::verdict::removed});
    return out;
}

}  // namespace hearth::bench

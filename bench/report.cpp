#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace hearth::bench {

namespace {

constexpr std::size_t column = 9;

std::string right(const std::string& text, std::size_t width = column) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string left(const std::string& text, std::size_t width) {
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

std::string significant(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v);
    return text;
}

/// The shortest text of a limit: `2`, `0.8`.
std::string plain(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", v);
    return text;
}

std::pair<double, const char*> scaled(double nanoseconds) {
    if (nanoseconds < 1e3)
        return {nanoseconds, " ns"};
    if (nanoseconds < 1e6)
        return {nanoseconds / 1e3, " us"};
    if (nanoseconds < 1e9)
        return {nanoseconds / 1e6, " ms"};
    return {nanoseconds / 1e9, " s"};
}

std::string format_bandwidth(double gigabytes) { return significant(gigabytes) + " GB/s"; }

std::string format_bar(const bar& limit) {
    switch (limit.of) {
    case bar::scale::time_ratio: return "<= " + plain(limit.limit) + " x floor";
    case bar::scale::bandwidth_ratio: return ">= " + plain(limit.limit) + " x floor";
    case bar::scale::nanoseconds: {
        const auto [v, unit] = scaled(limit.limit);
        return "<= " + plain(v) + unit;
    }
    case bar::scale::gigabytes: return ">= " + plain(limit.limit) + " GB/s";
    }
    return {};
}

/// Figures of a bar are bandwidths where the work moves bytes and the bar says so, else medians.
std::string format_value(const measurement& of, const outcome& row) {
    const bool bandwidth =
        row.limit && (row.limit->of == bar::scale::bandwidth_ratio || row.limit->of == bar::scale::gigabytes);
    return bandwidth ? format_bandwidth(of.gigabytes()) : format_time(of.samples.p50);
}

std::string format_verdict(std::optional<bool> met) {
    if (!met)
        return {};
    return *met ? "met" : "MISSED";
}

const char* name_of(change::verdict what) {
    switch (what) {
    case change::verdict::unchanged: return "";
    case change::verdict::better: return "better";
    case change::verdict::worse: return "WORSE";
    case change::verdict::added: return "new";
    case change::verdict::removed: return "gone";
    }
    return "";
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

}  // namespace

std::string format_time(double nanoseconds) {
    const auto [v, unit] = scaled(nanoseconds);
    return significant(v) + unit;
}

std::string describe(const machine& where, const std::string& when) {
    std::string out = "hearth-bench " + where.version + ", " + when + "\n";
    out += "machine  " + where.cpu + ", " + std::to_string(where.cores) + " cores, " + where.kernel + ", governor " +
           where.governor + ", load " + significant(where.load) + "\n";
    out += "build    " + where.compiler + ", " + where.build_type + "; one clock reading " +
           std::to_string(where.clock_overhead) + " ns; scratch on " + where.scratch_filesystem + "\n";
    for (const std::string& doubt : doubts(where))
        out += "warning  " + doubt + "\n";
    return out;
}

std::string row_table::head() const {
    std::string out = left("row", name_width_) + right("n", 6);
    for (const char* name : {"min", "mean", "p50", "p90", "p95", "p99", "max"})
        out += right(name);
    return out + right("value", 11) + right("floor", 11) + right("ratio") + "  " + left("bar", 15) + "verdict\n";
}

std::string row_table::line(const outcome& row) const {
    const distribution& d = row.work.samples;
    if (d.n == 0)
        return left(row.work.name, name_width_) + "  failed: " + row.error + "\n";
    std::string out = left(row.work.name, name_width_) + right(std::to_string(d.n), 6);
    for (const double each : {d.min, d.mean, d.p50, d.p90, d.p95})
        out += right(format_time(each));
    out += right(d.p99 ? format_time(*d.p99) : "-") + right(format_time(d.max));
    // A row without a bar still has a bandwidth worth seeing.
    const bool plain_bandwidth = !row.limit && row.work.bytes > 0;
    out += right(plain_bandwidth ? format_bandwidth(row.work.gigabytes()) : format_value(row.work, row), 11);
    out += right(row.floor ? format_value(*row.floor, row) : "-", 11);
    const auto ratio = row.ratio();
    out += right(ratio ? significant(*ratio) : "-");
    return trimmed(out + "  " + left(row.limit ? format_bar(*row.limit) : "-", 15) + format_verdict(row.met()));
}

std::string describe_warm_up(std::span<const outcome> rows) {
    std::string out;
    for (const outcome& row : rows)
        if (const distribution& d = row.work.warm_up; d.n != 0)
            out += "  " + row.work.name + ": " + std::to_string(d.n) + " samples of " +
                   std::to_string(row.work.warm_up_iterations) + " iterations, p50 " + format_time(d.p50) + ", max " +
                   format_time(d.max) + "; then " + std::to_string(row.work.batch) + " iterations a sample\n";
    return out.empty() ? out : "warm-up, not in the figures above\n" + out;
}

std::string summary(std::span<const outcome> rows) {
    const auto count = [&](auto&& is) { return std::to_string(std::count_if(rows.begin(), rows.end(), is)); };
    return "bars: " + count([](const outcome& r) { return r.met() == true; }) + " met, " +
           count([](const outcome& r) { return r.met() == false; }) +
           " missed; rows without a figure: " + count([](const outcome& r) { return !r.error.empty(); }) + "\n";
}

std::string describe(std::span<const change> changes, const machine& before, const machine& after) {
    std::string out;
    if (before.cpu != after.cpu || before.kernel != after.kernel || before.compiler != after.compiler ||
        before.build_type != after.build_type)
        out += "warning  the earlier run was made elsewhere: " + before.cpu + ", " + before.kernel + ", " +
               before.compiler + ", " + before.build_type + "\n";
    std::size_t width = 3;
    for (const change& each : changes)
        width = std::max(width, each.name.size());
    out += left("row", width) + right("before") + right("after") + right("change") + right("floor") + "  verdict\n";
    const auto percent = [](double factor) {
        char text[32];
        std::snprintf(text, sizeof text, "%+.1f%%", (factor - 1) * 100);
        return std::string{text};
    };
    for (const change& each : changes) {
        const bool both = each.before > 0 && each.after > 0;
        out +=
            trimmed(left(each.name, width) + right(each.before > 0 ? format_time(each.before) : "-") +
                    right(each.after > 0 ? format_time(each.after) : "-") + right(both ? percent(each.factor()) : "-") +
                    right(each.floor_factor ? percent(*each.floor_factor) : "-") + "  " + name_of(each.what));
    }
    return out;
}

}  // namespace hearth::bench

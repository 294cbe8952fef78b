#ifndef HEARTH_BENCH_REPORT_HPP
#define HEARTH_BENCH_REPORT_HPP

#include "compare.hpp"
#include "machine.hpp"
#include "row.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace hearth::bench {

/// Three significant digits and a unit, such as `1.23 us`.
std::string format_time(double nanoseconds);

/// Where the figures come from, and what is doubtful about that.
std::string describe(const machine& where, const std::string& when);

/// Lines of a table whose rows appear one by one: its widths are known before anything is measured.
class row_table {
public:
    /// \param name_width  Length of the longest row name.
    explicit row_table(std::size_t name_width) : name_width_(name_width) {}

    std::string head() const;
    std::string line(const outcome& row) const;

private:
    std::size_t name_width_;
};

/// What was measured before the samples that count, a line per row.
std::string describe_warm_up(std::span<const outcome> rows);

/// How many bars were met, missed and not judged.
std::string summary(std::span<const outcome> rows);

std::string describe(std::span<const change> changes, const machine& before, const machine& after);

}  // namespace hearth::bench

#endif

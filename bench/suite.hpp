#ifndef HEARTH_BENCH_SUITE_HPP
#define HEARTH_BENCH_SUITE_HPP

#include "row.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::bench {

/// What rows may depend on.
struct surroundings {
    std::string scratch;  ///< an existing directory; rows make private directories in it and remove them
};

/// A group of rows under one subcommand. To add one: write `suites/<name>.cpp`, declare its function here, list it in
/// `suites.cpp`.
struct suite {
    std::string_view name;
    std::string_view question;  ///< one line for --list and --help
    /// Names of rows begin with `<suite>/`. No rows: this suite cannot run here.
    std::vector<row> (*rows)(const surroundings&);
};

std::vector<row> floor_rows(const surroundings& where);
std::vector<row> sdk_rows(const surroundings& where);
std::vector<row> compile_rows(const surroundings& where);

/// Every suite, in the order of `hearth-bench all`.
std::span<const suite> all_suites() noexcept;

}  // namespace hearth::bench

#endif

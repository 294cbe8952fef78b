#ifndef HEARTH_BENCH_OPTIONS_HPP
#define HEARTH_BENCH_OPTIONS_HPP

#include "sampler.hpp"

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace hearth::bench {

/// What the command line asks for.
struct options {
    std::vector<std::string> suites;  ///< names as given; empty or `all`: every suite that can run here
    bool help{false};
    bool list{false};
    std::string filter;      ///< only rows whose name contains it
    std::string json;        ///< file to write; empty: none
    std::string compare;     ///< earlier --json file; empty: none
    double threshold{0.1};   ///< tolerated fraction in comparisons
    std::optional<int> cpu;  ///< processor to stay on; threads and children stay there too
    std::string scratch;     ///< where private directories are made
    sampling how;

    bool wants(std::string_view suite) const;
};

/// A command line that cannot be followed, and why.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// \param arguments  Without the program's name.
/// \throws usage_error
options parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string usage();

}  // namespace hearth::bench

#endif

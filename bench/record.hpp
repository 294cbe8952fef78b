#ifndef HEARTH_BENCH_RECORD_HPP
#define HEARTH_BENCH_RECORD_HPP

#include "machine.hpp"
#include "row.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::bench {

/// A whole run, as --json writes it and --compare reads it.
struct record {
    machine where;
    std::string when;  ///< RFC 3339, UTC; a label, never computed with
    std::vector<outcome> rows;

    friend bool operator==(const record&, const record&) = default;
};

/// A file that is no record, with the member that is wrong or missing.
struct bad_record : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// docs/benchmarking.md describes the members.
std::string to_json(const record& run);

/// \throws bad_record
record parse_record(std::string_view text);

}  // namespace hearth::bench

#endif

#ifndef HEARTH_BENCH_JSON_HPP
#define HEARTH_BENCH_JSON_HPP

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::bench {

/// A JSON text as a tree, for files of a few kilobytes. RapidJSON 1.1 has one too, but Clang 19 refuses its header.
struct json {
    using array = std::vector<json>;
    using object = std::vector<std::pair<std::string, json>>;

    std::variant<std::nullptr_t, bool, double, std::string, array, object> value{};

    /// \returns The member, or null if this is no object or has none of that name.
    const json* find(std::string_view name) const noexcept;
};

/// A text that is no JSON, or nested deeper than 64 levels.
struct bad_json : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// \throws bad_json
json parse_json(std::string_view text);

}  // namespace hearth::bench

#endif

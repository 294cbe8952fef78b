#ifndef HEARTH_CONFORMANCE_FUZZ_SUPPORT_JSON_ORACLE_HPP
#define HEARTH_CONFORMANCE_FUZZ_SUPPORT_JSON_ORACLE_HPP

#include <string_view>

namespace hearth::fuzz {

/// The opinion of a JSON reader that is not ours. It refuses escapes of lone surrogates, which we accept, and stops at
/// numbers beyond the range of a double.
bool is_json(std::string_view text);

}  // namespace hearth::fuzz

#endif

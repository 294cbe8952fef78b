#ifndef HEARTH_CORE_VERSION_HPP
#define HEARTH_CORE_VERSION_HPP

#include <string_view>

namespace hearth {

/// Version of the SDK; the build reads it from this line.
inline constexpr std::string_view version = "0.1.0";

}  // namespace hearth

#endif

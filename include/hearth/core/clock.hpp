#ifndef HEARTH_CORE_CLOCK_HPP
#define HEARTH_CORE_CLOCK_HPP

#include <chrono>

namespace hearth {

/// The clock of every deadline. Only `io` reads it; everything above is told the time.
using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
using duration = clock::duration;

/// "Never" for a deadline.
inline constexpr time_point no_deadline = time_point::max();

}  // namespace hearth

#endif

#ifndef HEARTH_BENCH_MACHINE_HPP
#define HEARTH_BENCH_MACHINE_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace hearth::bench {

/// Where figures come from. Without it they mean nothing.
struct machine {
    std::string cpu{};       ///< model name, `unknown` if the kernel does not tell
    std::uint64_t cores{0};  ///< processors that are on line
    std::string kernel{};
    std::string governor{};  ///< of the first processor, `unreadable` in most virtual machines
    double load{0};          ///< average of the last minute when the run began
    std::string scratch_filesystem{};
    std::string compiler{};
    std::string build_type{};
    std::string version{};            ///< of Hearth
    std::uint64_t clock_overhead{0};  ///< nanoseconds of one clock reading

    friend bool operator==(const machine&, const machine&) = default;
};

machine this_machine(const std::string& scratch);

/// \returns What makes figures from this machine doubtful, a sentence each.
std::vector<std::string> doubts(const machine& here);

}  // namespace hearth::bench

#endif

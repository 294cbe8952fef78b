#ifndef HEARTH_ENGINE_SANDBOX_INFO_HPP
#define HEARTH_ENGINE_SANDBOX_INFO_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace hearth::engine {

/// What an engine knows about a sandbox's process. The daemon stores more states than these.
/// \req D-101
enum class sandbox_status {
    unknown,  ///< needs attention; can still be destroyed
    running,
    stopped,
    paused,  ///< container engines only: paused by somebody else
};

/// How much of a sandbox is in memory.
/// \req D-111
enum class thermal_state {
    none,  ///< unknown id, or nothing to say
    hot,   ///< runs
    warm,  ///< paused, in memory
    cold,  ///< not in memory; started again from a snapshot or from its disk
};

/// The API's words for them; `thermal_state::none` is the empty string.
constexpr std::string_view name_of(sandbox_status s) noexcept {
    switch (s) {
    case sandbox_status::running: return "running";
    case sandbox_status::stopped: return "stopped";
    case sandbox_status::paused: return "paused";
    case sandbox_status::unknown: break;
    }
    return "unknown";
}
constexpr std::string_view name_of(thermal_state t) noexcept {
    switch (t) {
    case thermal_state::hot: return "hot";
    case thermal_state::warm: return "warm";
    case thermal_state::cold: return "cold";
    case thermal_state::none: break;
    }
    return "";
}

/// A sandbox as its engine sees it now. Comes with failures too, as far as it is known then.
/// \req D-101
struct sandbox_info {
    std::string id{};  ///< the daemon's id, from `sandbox_spec::id`
    std::string name{};
    sandbox_status status{sandbox_status::unknown};
    std::string ip{};         ///< on the sandbox network; empty if it has none
    std::string engine_id{};  ///< `<engine>-<16 hex>`; what every operation takes (D-100)
    thermal_state thermal{thermal_state::none};
    std::int64_t memory_mb{0};
    /// Its last stop kept the disk only: this engine has no memory snapshots (E-12).
    bool memory_lost{false};
    /// What went wrong in words, for the operator's log: last console lines, a VMM's complaint. Neither ours nor
    /// trustworthy, and never parsed; an API answer must not quote it.
    std::string detail{};

    friend bool operator==(const sandbox_info&, const sandbox_info&) = default;
};

}  // namespace hearth::engine

#endif

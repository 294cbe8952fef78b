#ifndef HEARTH_ENGINE_SANDBOX_SPEC_HPP
#define HEARTH_ENGINE_SANDBOX_SPEC_HPP

#include <hearth/wire/sandbox_config.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hearth::engine {

/// Who may be talked to. Evaluated by whoever enforces it; an engine that cannot refuses the specification.
struct egress_policy {
    enum class verdict { allow, deny };
    verdict otherwise{verdict::allow};  ///< for public addresses that no list names
    std::vector<std::string> allow_hosts{};
    std::vector<std::string> allow_cidrs{};
    friend bool operator==(const egress_policy&, const egress_policy&) = default;
};

/// What an engine builds a sandbox from: everything named in the request is resolved by then, and paths are the host's.
/// A limit that the engine cannot enforce is refused with `engine_errc::unsupported` unless `best_effort` is set (E-11).
struct sandbox_spec {
    /// A disk of its own beside the root disk.
    struct volume {
        std::string name{};
        std::string file{};       ///< on the host; empty: made in the sandbox's directory and gone with it
        std::int64_t size_mb{0};  ///< of one that is made
        std::string mount{};      ///< in the guest
        bool read_only{false};
        friend bool operator==(const volume&, const volume&) = default;
    };
    /// A directory of the host, live in the guest.
    struct bind {
        std::string host_path{};
        std::string guest_path{};
        bool read_only{false};
        friend bool operator==(const bind&, const bind&) = default;
    };

    std::string id{};  ///< the daemon's, 16 hex digits; part of names of host objects
    std::string name{};
    std::string image{};  ///< resolved; empty: the engine's own base
    double cpus{1};       ///< 0.5 is half of one; VM engines take the integer part, at least 1
    std::int64_t memory_mb{1024};
    std::int64_t disk_size_mb{0};  ///< the root disk grows to this; 0: as large as the image
    std::int64_t pids{512};        ///< processes and threads at once
    bool best_effort{false};       ///< limits that this engine cannot enforce may be ignored
    bool hugepages{false};         ///< may be ignored
    std::vector<volume> volumes{};
    std::vector<bind> binds{};
    std::optional<egress_policy> egress{};
    std::map<std::string, std::string> labels{};
    wire::sandbox_config
        config{};  ///< what the agent learns at boot; the engine adds device names and addresses (E-31)

    friend bool operator==(const sandbox_spec&, const sandbox_spec&) = default;
};

}  // namespace hearth::engine

#endif

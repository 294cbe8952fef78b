#ifndef HEARTH_ENGINE_SNAPSHOT_MANIFEST_HPP
#define HEARTH_ENGINE_SNAPSHOT_MANIFEST_HPP

#include <hearth/engine/sandbox_spec.hpp>
#include <hearth/engine/state_map.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace hearth::engine {

enum class checkpoint_kind {
    memory,      ///< memory and disks; resumed where it was
    filesystem,  ///< disks only; a fresh boot (D-254)
};

/// A named snapshot: what was taken, and what is needed to bring it up again. Self-contained, whatever happens to the
/// sandbox it was taken from.
/// \req D-250, D-251
struct snapshot_manifest {
    enum class drive_role { rootfs, config, volume };
    struct drive {
        std::string drive_id{};
        drive_role role{drive_role::rootfs};
        std::string snapshot_file{};  ///< inside the snapshot's directory
        std::string name{};
        std::string mount{};
        bool read_only{false};
        friend bool operator==(const drive&, const drive&) = default;
    };

    std::string name{};
    std::string created_from{};  ///< engine id
    std::chrono::sys_seconds created_at{};
    checkpoint_kind kind{checkpoint_kind::memory};
    sandbox_spec spec{};  ///< of the sandbox it was taken from
    std::vector<drive> drives{};
    state_map engine{};  ///< the engine's own: addresses, origin of paths, versions

    friend bool operator==(const snapshot_manifest&, const snapshot_manifest&) = default;
};

}  // namespace hearth::engine

#endif

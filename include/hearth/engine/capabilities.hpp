#ifndef HEARTH_ENGINE_CAPABILITIES_HPP
#define HEARTH_ENGINE_CAPABILITIES_HPP

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::engine {

enum class isolation_kind { none, container, userspace_kernel, vm };
enum class memory_snapshot_kind { none, full, diff };  ///< `diff` includes `full`
enum class network_kind { none, user, bridge };        ///< the best of what it can do

constexpr std::string_view name_of(isolation_kind k) noexcept {
    switch (k) {
    case isolation_kind::container: return "container";
    case isolation_kind::userspace_kernel: return "userspace-kernel";
    case isolation_kind::vm: return "vm";
    case isolation_kind::none: break;
    }
    return "none";
}
constexpr std::string_view name_of(memory_snapshot_kind k) noexcept {
    switch (k) {
    case memory_snapshot_kind::full: return "full";
    case memory_snapshot_kind::diff: return "diff";
    case memory_snapshot_kind::none: break;
    }
    return "none";
}
constexpr std::string_view name_of(network_kind k) noexcept {
    switch (k) {
    case network_kind::user: return "user";
    case network_kind::bridge: return "bridge";
    case network_kind::none: break;
    }
    return "none";
}

/// What an engine can do, or why not: `value` is what it has, and a missing one (`Value{}`: false, `none`) has a reason.
template <class Value>
struct capability {
    Value value{};
    std::string reason{};  ///< a sentence for people; what to install, where that helps

    bool available() const noexcept { return value != Value{}; }
    friend bool operator==(const capability&, const capability&) = default;
};

/// One engine on this host, as data: nothing in the daemon branches on an engine's name.
/// \req E-10
struct capabilities {
    capability<isolation_kind> isolation{};
    capability<bool> pause{};                            ///< hot to warm and back
    capability<memory_snapshot_kind> memory_snapshot{};  ///< warm to cold and back without losing memory
    capability<bool> fork{};                             ///< a running copy of a running sandbox
    capability<bool> disk_snapshot{};                    ///< checkpoints of the disk, saved images
    capability<network_kind> network{};
    capability<bool> egress_policy{};
    struct enforced_limits {
        capability<bool> cpu{};
        capability<bool> memory{};
        capability<bool> pids{};
        capability<bool> disk{};
        friend bool operator==(const enforced_limits&, const enforced_limits&) = default;
    } limits{};
    capability<bool> kvm{};
    capability<bool> rootless{};
    capability<bool> balloon{};                     ///< memory of a running guest can be taken back
    capability<std::vector<std::string>> images{};  ///< accepted kinds

    friend bool operator==(const capabilities&, const capabilities&) = default;
};

/// Calls `visit(name, capability)` for each capability, with the API's names, in the record's order.
template <class Visit>
void for_each_capability(const capabilities& c, Visit visit) {
    visit(std::string_view("isolation"), c.isolation);
    visit(std::string_view("pause"), c.pause);
    visit(std::string_view("memory_snapshot"), c.memory_snapshot);
    visit(std::string_view("fork"), c.fork);
    visit(std::string_view("disk_snapshot"), c.disk_snapshot);
    visit(std::string_view("network"), c.network);
    visit(std::string_view("egress_policy"), c.egress_policy);
    visit(std::string_view("limits.cpu"), c.limits.cpu);
    visit(std::string_view("limits.memory"), c.limits.memory);
    visit(std::string_view("limits.pids"), c.limits.pids);
    visit(std::string_view("limits.disk"), c.limits.disk);
    visit(std::string_view("kvm"), c.kvm);
    visit(std::string_view("rootless"), c.rootless);
    visit(std::string_view("balloon"), c.balloon);
    visit(std::string_view("images"), c.images);
}

/// \returns The names of missing capabilities that give no reason. An engine's own tests expect none.
/// \req E-10
inline std::vector<std::string_view> unexplained(const capabilities& c) {
    std::vector<std::string_view> names;
    for_each_capability(c, [&](std::string_view name, const auto& one) {
        if (!one.available() && one.reason.empty())
            names.push_back(name);
    });
    return names;
}

/// The states that idle sandboxes of an engine may be taken to without losing anything.
/// \req E-12
struct thermal_policy {
    bool warm{false};
    bool cold{false};  ///< else only by an explicit stop, which keeps the disk and loses the memory
    friend bool operator==(const thermal_policy&, const thermal_policy&) = default;
};
inline thermal_policy policy_of(const capabilities& c) noexcept {
    const bool warm = c.pause.available();
    return {warm, warm && c.memory_snapshot.available()};
}

}  // namespace hearth::engine

#endif

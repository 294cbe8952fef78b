#include <hearth/engine/capabilities.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using namespace hearth::engine;

TEST_CASE("capabilities: whatever is missing needs a reason [E-10]") {
    capabilities c;
    std::set<std::string_view> names;
    for_each_capability(c, [&](std::string_view name, const auto& one) {
        CHECK(!one.available());
        names.insert(name);
    });
    CHECK(names.size() == 15);
    CHECK(unexplained(c).size() == 15);

    c.isolation = {isolation_kind::vm, {}};
    c.pause.value = true;
    c.memory_snapshot.reason = "the runtime cannot checkpoint: install runsc";
    c.limits.disk.reason = "the file system has no quota";
    c.images.value = {"oci"};
    const auto left = unexplained(c);
    CHECK(left.size() == 10);
    for (const std::string_view name : left)
        CHECK(names.contains(name));
    CHECK(std::set<std::string_view>(left.begin(), left.end()).contains("limits.cpu"));
    CHECK(!std::set<std::string_view>(left.begin(), left.end()).contains("limits.disk"));
}

TEST_CASE("capabilities: the words of the record [E-10]") {
    CHECK(name_of(isolation_kind::none) == "none");
    CHECK(name_of(isolation_kind::container) == "container");
    CHECK(name_of(isolation_kind::userspace_kernel) == "userspace-kernel");
    CHECK(name_of(isolation_kind::vm) == "vm");
    CHECK(name_of(memory_snapshot_kind::none) == "none");
    CHECK(name_of(memory_snapshot_kind::full) == "full");
    CHECK(name_of(memory_snapshot_kind::diff) == "diff");
    CHECK(name_of(network_kind::none) == "none");
    CHECK(name_of(network_kind::user) == "user");
    CHECK(name_of(network_kind::bridge) == "bridge");
}

TEST_CASE("capabilities: thermal policy follows from them, not from an engine's name [E-12]") {
    capabilities c;
    CHECK(policy_of(c) == thermal_policy{false, false});
    c.memory_snapshot.value = memory_snapshot_kind::full;  // worth nothing to an engine that cannot pause
    CHECK(policy_of(c) == thermal_policy{false, false});
    c.pause.value = true;
    CHECK(policy_of(c) == thermal_policy{true, true});
    c.memory_snapshot.value = memory_snapshot_kind::none;
    CHECK(policy_of(c) == thermal_policy{true, false});
}

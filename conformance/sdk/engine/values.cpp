#include <doctest/doctest.h>
#include <hearth/engine/sandbox_info.hpp>
#include <hearth/engine/sandbox_spec.hpp>
#include <hearth/engine/snapshot_manifest.hpp>
#include <hearth/engine/state_map.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

using namespace hearth::engine;

TEST_CASE("sandbox_info: the API's words for status and thermal state [D-101, D-111]") {
    CHECK(name_of(sandbox_status::unknown) == "unknown");
    CHECK(name_of(sandbox_status::running) == "running");
    CHECK(name_of(sandbox_status::stopped) == "stopped");
    CHECK(name_of(sandbox_status::paused) == "paused");
    CHECK(name_of(thermal_state::none).empty());
    CHECK(name_of(thermal_state::hot) == "hot");
    CHECK(name_of(thermal_state::warm) == "warm");
    CHECK(name_of(thermal_state::cold) == "cold");
}

TEST_CASE("engine values: copies are equal, and every member counts") {
    sandbox_spec spec;
    spec.id = "0123456789abcdef";
    spec.volumes.push_back({.name = "data", .size_mb = 64, .mount = "/data"});
    spec.egress = egress_policy{.otherwise = egress_policy::verdict::deny, .allow_hosts = {"example.org"}};
    spec.config.env["A"] = "b";
    auto other = spec;
    CHECK(other == spec);
    other.config.env["A"] = "c";
    CHECK(other != spec);
    other = spec;
    other.egress->allow_cidrs.push_back("192.0.2.0/24");
    CHECK(other != spec);

    snapshot_manifest m;
    m.spec = spec;
    m.created_at = std::chrono::sys_seconds(std::chrono::seconds(1));
    m.drives.push_back({.drive_id = "vol0", .role = snapshot_manifest::drive_role::volume});
    auto copy = m;
    CHECK(copy == m);
    copy.drives[0].read_only = true;
    CHECK(copy != m);

    sandbox_info a;
    auto b = a;
    CHECK(a == b);
    b.thermal = thermal_state::warm;
    CHECK(a != b);
}

TEST_CASE("state_map: coerces what means the same, answers zero for the rest, never throws [D-402, D-403]") {
    state_map m;
    m.set("path", std::string("/x"));
    m.set("cid", std::int64_t{7});
    m.set("float", 7.9);
    m.set("negative", -7.9);
    m.set("flag", true);
    m.set("one", 1.0);
    m.set("zero", std::int64_t{0});
    m.set("huge", 1e300);
    m.set("nan", std::numeric_limits<double>::quiet_NaN());
    m.set("edge", 0x1p63);
    m.set("lowest", -0x1p63);
    m.set("wide", std::int64_t{1} << 32);

    CHECK(m.text("path") == "/x");
    CHECK(m.text("cid").empty());
    CHECK(m.text("absent").empty());
    CHECK(m.int64("cid") == 7);
    CHECK(m.int64("float") == 7);
    CHECK(m.int64("negative") == -7);
    CHECK(m.int64("path") == 0);
    CHECK(m.int64("flag") == 0);
    CHECK(m.int64("huge") == 0);
    CHECK(m.int64("nan") == 0);
    CHECK(m.int64("edge") == 0);
    CHECK(m.int64("lowest") == std::numeric_limits<std::int64_t>::min());
    CHECK(m.uint32("cid") == 7);
    CHECK(m.uint32("negative") == 0);
    CHECK(m.uint32("wide") == 0);
    CHECK(m.flag("flag"));
    CHECK(m.flag("one"));
    CHECK(m.flag("cid"));
    CHECK(!m.flag("zero"));
    CHECK(!m.flag("path"));
    CHECK(!m.flag("absent"));

    m.set("cid", std::int64_t{8});
    CHECK(m.int64("cid") == 8);
    auto copy = m;
    copy.set("nan", 0.0);
    m.set("nan", 0.0);
    CHECK(copy == m);
}

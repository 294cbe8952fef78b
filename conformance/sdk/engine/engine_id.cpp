#include <hearth/engine/engine_id.hpp>

#include <doctest/doctest.h>

#include <string_view>

using hearth::engine::engine_of;
using hearth::engine::make_engine_id;

TEST_CASE("engine id: the engine's name, a dash and 16 hex digits, both ways [E-04]") {
    CHECK(make_engine_id("oci", 0) == "oci-0000000000000000");
    CHECK(make_engine_id("qemu", 0x0123456789abcdef) == "qemu-0123456789abcdef");
    CHECK(make_engine_id("x-y", 0xffffffffffffffff) == "x-y-ffffffffffffffff");
    CHECK(engine_of("qemu-0123456789abcdef") == "qemu");
    CHECK(engine_of("x-y-ffffffffffffffff") == "x-y");
}

TEST_CASE("engine id: anything else belongs to no engine [E-04]") {
    for (const std::string_view id :
         {"", "oci", "-0123456789abcdef", "0123456789abcdef", "oci-0123456789abcde", "oci-0123456789abcdeF",
          "oci-0123456789abcdeg", "oci_0123456789abcdef", "oci-0123456789abcdef0 "})
        CHECK(engine_of(id).empty());
}

#include <hearth/core/bytes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace hearth;

TEST_CASE("bytes: integers are big-endian") {
    std::array<std::byte, 4> bytes{};
    store_u32(bytes.data(), 0x80'01'02'ff);
    CHECK(as_text(bytes) == std::string_view{"\x80\x01\x02\xff"});
    CHECK(load_u32(bytes.data()) == 0x80'01'02'ff);
    CHECK(load_u16(bytes.data()) == 0x80'01);
    CHECK(load_u16(bytes.data() + 2) == 0x02'ff);
    store_u16(bytes.data(), 0xfffe);
    CHECK(load_u16(bytes.data()) == 0xfffe);
}

TEST_CASE("bytes: views of text borrow it") {
    const std::string text{"a\0b", 3};
    CHECK(as_bytes(text).size() == 3);
    CHECK(as_text(as_bytes(text)).data() == text.data());
    CHECK(as_text(as_bytes(text)) == text);
    CHECK(as_bytes("").empty());
}

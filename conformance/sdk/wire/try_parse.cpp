#include <hearth/wire/try_parse.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_literals;

namespace {
parsed_frame parse(const std::string& bytes) { return try_parse(as_bytes(bytes)); }
}  // namespace

TEST_CASE("try_parse: the first frame, with what follows left alone [P-FRAME-14]") {
    const std::string bytes = "\0\0\0\x02\x02\x42\xff\xff\xff"s;
    const auto found = parse(bytes);
    REQUIRE(found.status == parse_status::frame);
    CHECK(found.frame.type == frame_type::stdout_data);
    CHECK(as_text(found.frame.payload) == "\x42");
    CHECK(as_text(found.frame.payload).data() == bytes.data() + 5);
    CHECK(found.total == 6);
}

TEST_CASE("try_parse: every beginning of a frame is incomplete and says how much it needs [P-FRAME-14] [P-FRAME-15]") {
    const std::string whole = "\0\0\0\x0a\x02"
                              "123456789"s;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const auto found = parse(whole.substr(0, n));
        CHECK(found.status == parse_status::incomplete);
        CHECK(found.total == (n < 4 ? 0 : 14));
    }
    CHECK(parse(whole).status == parse_status::frame);
}

TEST_CASE("try_parse: four bytes tell that a length is malformed [P-FRAME-04] [P-FRAME-06] [P-FRAME-15]") {
    for (const std::string& bad : {"\0\0\0\0"s, "\0\x10\0\x01"s, "\0\x20\0\0\x02"s, "\xff\xff\xff\xff"s}) {
        CHECK(parse(bad.substr(0, 3)).status == parse_status::incomplete);
        CHECK(parse(bad.substr(0, 4)).status == parse_status::malformed);
        CHECK(parse(bad + "more").status == parse_status::malformed);
    }
}

TEST_CASE("try_parse: every type passes [P-FRAME-10]") {
    for (unsigned type = 0; type <= 0xff; ++type) {
        const auto found = parse("\0\0\0\x01"s + static_cast<char>(type));
        REQUIRE(found.status == parse_status::frame);
        CHECK(static_cast<unsigned>(found.frame.type) == type);
        CHECK(found.frame.payload.empty());
    }
}

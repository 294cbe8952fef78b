#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_literals;

TEST_CASE("terminal_size: rows, then columns, and every value is legal [P-FRAME-16]") {
    CHECK(as_text(write_terminal_size({40, 120})) == "\0\x28\0\x78"s);
    CHECK(parse_terminal_size(as_bytes("\0\x28\0\x78"s)).value() == terminal_size{40, 120});
    CHECK(parse_terminal_size(as_bytes("\0\0\xff\xff"s)).value() == terminal_size{0, 65535});
    CHECK(parse_terminal_size(as_bytes("\x01\x02\x03\x04 and more"s)).value() == terminal_size{0x0102, 0x0304});
    for (std::size_t n = 0; n < 4; ++n)
        CHECK(parse_terminal_size(as_bytes(std::string(n, 'x'))).error() == errc::short_payload);
}

TEST_CASE("exit_status: sign-extended from four bytes, more are ignored, fewer are malformed [P-FRAME-17]") {
    CHECK(as_text(write_exit_status(137)) == "\0\0\0\x89"s);
    CHECK(parse_exit_status(as_bytes("\xff\xff\xff\xff"s)).value() == -1);
    CHECK(parse_exit_status(as_bytes("\0\0\0\x01zz"s)).value() == 1);
    for (std::size_t n = 0; n < 4; ++n)
        CHECK(parse_exit_status(as_bytes(std::string(n, '\0'))).error() == errc::short_payload);
    for (std::int32_t code :
         {0, 1, 255, -1, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()})
        CHECK(parse_exit_status(write_exit_status(code)).value() == code);
    CHECK(exit_status_of_signal(9) == 137);
}

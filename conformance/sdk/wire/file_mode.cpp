#include <hearth/wire/file_mode.hpp>

#include <doctest/doctest.h>

using namespace hearth::wire;

TEST_CASE("file_mode: octal with or without leading zeros, permission bits only [P-FILE-43] [P-CFG-09]") {
    CHECK(parse_file_mode("0644") == 0644);
    CHECK(parse_file_mode("644") == 0644);
    CHECK(parse_file_mode("00000000000000000755") == 0755);
    CHECK(parse_file_mode("1") == 1);
    CHECK(parse_file_mode("7777") == 0777);
    CHECK(parse_file_mode("100600") == 0600);
    CHECK(parse_file_mode("37777777777") == 0777);
}

TEST_CASE("file_mode: empty, unparsable and zero mean 0644 [P-FILE-43]") {
    for (const char* text : {"", "0", "0000", "8", "0648", "0o644", "0x1ff", "-644", "+644", " 644", "644 ", "6_4",
                             "rw-r--r--", "40000000000", "777777777777777777777777", "01000", "7000"}) {
        CAPTURE(text);
        CHECK(parse_file_mode(text) == 0644);
    }
}

TEST_CASE("file_mode: four digits, never set-id, sticky or type bits [P-FILE-11]") {
    CHECK(format_file_mode(0644) == "0644");
    CHECK(format_file_mode(0) == "0000");
    CHECK(format_file_mode(0107755) == "0755");
    for (unsigned mode = 1; mode <= 0777; ++mode)
        REQUIRE(parse_file_mode(format_file_mode(mode)) == mode);
}

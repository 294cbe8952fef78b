#include <hearth/core/utf8.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace hearth;

namespace {
/// RFC 3629 section 4, spelled out: an implementation to compare with.
std::size_t reference_length(std::string_view s) {
    const auto in = [&](std::size_t i, unsigned low, unsigned high) {
        return i < s.size() && static_cast<unsigned char>(s[i]) >= low && static_cast<unsigned char>(s[i]) <= high;
    };
    const auto tail = [&](std::size_t i) { return in(i, 0x80, 0xbf); };
    if (in(0, 0x00, 0x7f))
        return 1;
    if (in(0, 0xc2, 0xdf) && tail(1))
        return 2;
    if (((in(0, 0xe0, 0xe0) && in(1, 0xa0, 0xbf)) || (in(0, 0xe1, 0xec) && tail(1)) ||
         (in(0, 0xed, 0xed) && in(1, 0x80, 0x9f)) || (in(0, 0xee, 0xef) && tail(1))) &&
        tail(2))
        return 3;
    if (((in(0, 0xf0, 0xf0) && in(1, 0x90, 0xbf)) || (in(0, 0xf1, 0xf3) && tail(1)) ||
         (in(0, 0xf4, 0xf4) && in(1, 0x80, 0x8f))) &&
        tail(2) && tail(3))
        return 4;
    return 0;
}

const std::string pieces[] = {"a",    "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                              "\xff", "\x80",     "\xe2\x82",     "\xf0\x9f\x98"};

/// Texts of `count` pieces, in every combination.
template <class Check>
void for_each_text(int count, const std::string& text, const Check& check) {
    if (count == 0)
        return check(text);
    for (const std::string& piece : pieces)
        for_each_text(count - 1, text + piece, check);
}
}  // namespace

TEST_CASE("utf8: the grammar of RFC 3629, over all pairs and the borders of longer ones [P-JSON-09]") {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            for (std::string_view rest : {"", "\x80", "\xbf\x80", "\x80\xbf", "\x80\x7f", "\xc0\x80", "aa"}) {
                std::string text{static_cast<char>(a), static_cast<char>(b)};
                text += rest;
                REQUIRE(utf8_sequence_length(text) == reference_length(text));
            }
    CHECK(utf8_sequence_length("") == 0);
}

TEST_CASE("utf8: the first bad byte is found at every offset [P-JSON-09]") {
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string good(length, 'x');
        CHECK(find_invalid_utf8(good) == length);
        for (std::size_t at = 0; at < length; ++at) {
            std::string bad = good;
            bad[at] = '\xff';
            REQUIRE(find_invalid_utf8(bad) == at);
        }
    }
    CHECK(find_invalid_utf8("abcdefgh\xe2\x82\xac"
                            "abcdefgh\xe2\x82") == 19);
}

TEST_CASE("utf8: each bad byte becomes one U+FFFD, good text stays [P-JSON-09]") {
    CHECK(to_valid_utf8("") == "");
    CHECK(to_valid_utf8("caf\xc3\xa9") == "caf\xc3\xa9");
    CHECK(to_valid_utf8("\xff") == "\xef\xbf\xbd");
    CHECK(to_valid_utf8("\xe2\x82x") == "\xef\xbf\xbd\xef\xbf\xbdx");
    CHECK(to_valid_utf8(std::string{"a\0b", 3}) == std::string{"a\0b", 3});
}

TEST_CASE("utf8: shortened text is valid, within its bound, and unchanged if it fits [P-ERR-05] [P-SESS-23]") {
    for_each_text(4, "", [](const std::string& text) {
        const std::string valid = to_valid_utf8(text);
        for (std::size_t bound = 0; bound <= 14; ++bound) {
            for (const std::string& got : {shorten_end(text, bound), shorten_middle(text, bound)}) {
                REQUIRE(got.size() <= bound);
                REQUIRE(find_invalid_utf8(got) == got.size());
                if (valid.size() <= bound)
                    REQUIRE(got == valid);
                else
                    REQUIRE((bound < 3 ? got.empty() : got.find("\xe2\x80\xa6") != got.npos));
            }
        }
    });
}

TEST_CASE("utf8: what stays is the front, or both ends [P-ERR-05] [P-SESS-23]") {
    CHECK(shorten_end("abcdefghij", 8) == "abcde\xe2\x80\xa6");
    CHECK(shorten_middle("abcdefghij", 8) == "ab\xe2\x80\xa6hij");
    CHECK(shorten_end("abc\xc3\xa9"
                      "defgh",
                      8) == "abc\xc3\xa9\xe2\x80\xa6");
    CHECK(shorten_end("abcd\xc3\xa9"
                      "efgh",
                      8) == "abcd\xe2\x80\xa6");
}

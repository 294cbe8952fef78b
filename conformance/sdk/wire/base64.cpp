#include <hearth/wire/base64.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;

TEST_CASE("base64: the vectors of RFC 4648, both ways [P-CFG-09]") {
    const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"},
                                                           {"\xfb\xff\xbf", "+/+/"}};
    for (const auto& [bytes, text] : vectors) {
        std::string out;
        encode_base64(bytes, out);
        CHECK(out == text);
        CHECK(decode_base64(text).value() == bytes);
    }
}

TEST_CASE("base64: all bytes at all lengths survive") {
    std::string bytes;
    for (int i = 0; i < 1000; ++i) {
        std::string text;
        encode_base64(bytes, text);
        REQUIRE(decode_base64(text).value() == bytes);
        bytes.push_back(static_cast<char>(i * 7));
    }
}

TEST_CASE("base64: wrong length, padding or alphabet is malformed [P-CFG-09]") {
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "Z=g="}) {
        CAPTURE(text);
        CHECK(decode_base64(text).error() == errc::malformed_message);
    }
}

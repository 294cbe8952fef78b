// Base64: what decodes encodes to the same bytes, and everything that was encoded decodes.

#include <hearth/wire/base64.hpp>

#include <support/input.hpp>

#include <string>

using namespace hearth;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes{as_text(fuzz::input{data, size}.rest())};
    std::string encoded;
    wire::encode_base64(bytes, encoded);
    require(encoded.size() == (bytes.size() + 2) / 3 * 4, "four digits for three bytes");
    const auto decoded = wire::decode_base64(encoded);
    require(decoded && *decoded == bytes, "what was encoded decodes");

    if (const auto plain = wire::decode_base64(bytes)) {
        std::string again;
        wire::encode_base64(*plain, again);
        require(again.size() == bytes.size(), "padding is neither added nor lost");
        const auto twice = wire::decode_base64(again);
        require(twice && *twice == *plain, "decoding is stable");  // unused bits of the last digit may differ
    }
    return 0;
}

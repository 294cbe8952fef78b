// Text from a peer: what is shortened or repaired is valid, within its bound, and otherwise left alone.

#include <hearth/core/limits.hpp>
#include <hearth/core/utf8.hpp>

#include <support/input.hpp>

#include <string>

using namespace hearth;
using fuzz::require;

namespace {

void check_shortened(const std::string& shorter, const std::string& text, std::size_t limit) {
    require(shorter.size() <= limit, "within the bound");
    require(find_invalid_utf8(shorter) == shorter.size(), "valid UTF-8");
    if (text.size() <= limit && find_invalid_utf8(text) == text.size())
        require(shorter == text, "what fits is left alone");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::size_t limit = in.size();
    const std::string text{as_text(in.rest())};

    const std::size_t good = find_invalid_utf8(text);
    require(good <= text.size(), "an offset lies inside");
    require(find_invalid_utf8(text.substr(0, good)) == good, "what lies before the first bad byte is valid");
    require(good == text.size() || utf8_sequence_length(std::string_view{text}.substr(good)) == 0,
            "the first bad byte is bad");

    const std::string repaired = to_valid_utf8(text);
    require(find_invalid_utf8(repaired) == repaired.size(), "valid UTF-8");
    require(to_valid_utf8(repaired) == repaired, "repairing is stable");
    require(repaired.size() <= 3 * text.size(), "U+FFFD takes three bytes");
    require((good == text.size()) == (repaired == text), "what is valid is left alone");

    check_shortened(shorten_middle(text, limit), text, limit);
    check_shortened(shorten_end(text, limit), text, limit);
    return 0;
}

// The window of a file read, in any pieces, against the definition: split into lines, take some, cut.

#include <hearth/session/guest/line_window.hpp>

#include <support/input.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace hearth;
using fuzz::require;

namespace {

std::string by_definition(std::string_view file, std::int64_t offset, std::int64_t limit, std::int64_t max_bytes) {
    std::string out;
    std::int64_t number = 0;
    while (!file.empty()) {
        const std::size_t length = std::min(file.find('\n'), file.size() - 1) + 1;
        ++number;
        const std::int64_t first = std::max<std::int64_t>(offset, 1);
        if (number >= first && (limit <= 0 || number - first < limit))
            out += file.substr(0, length);
        file.remove_prefix(length);
    }
    if (max_bytes > 0 && std::cmp_less(max_bytes, out.size()))
        out.resize(static_cast<std::size_t>(max_bytes));
    return out;
}

std::int64_t bound(fuzz::input& in) {
    switch (in.below(8)) {
    case 0: return INT64_MAX;
    case 1: return INT64_MIN;
    case 2: return -1;
    default: return in.byte() / 4;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::int64_t offset = bound(in), limit = bound(in), max_bytes = bound(in);
    std::vector<std::size_t> pieces(in.below(16));
    for (std::size_t& piece : pieces)
        piece = in.size();
    const std::string file{as_text(in.rest())};

    std::string found;
    session::guest::line_window window{offset, limit, max_bytes};
    bytes_view left = as_bytes(file);
    for (std::size_t turn = 0; !left.empty(); ++turn) {
        const std::size_t n = std::min(turn < pieces.size() ? pieces[turn] + 1 : left.size(), left.size());
        const bytes_view part = window.filter(left.first(n));
        require(part.empty() || (part.data() >= left.data() && part.data() + part.size() <= left.data() + n),
                "a part of the chunk");
        found += as_text(part);
        left = left.subspan(n);
        if (window.done()) {
            require(window.filter(left).empty(), "nothing follows when it is done");
            break;
        }
    }
    require(found == by_definition(file, offset, limit, max_bytes), "the window is what its definition says");
    return 0;
}

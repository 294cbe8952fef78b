#include <hearth/session/scrollback.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>

using namespace hearth;
using session::scrollback;

namespace {
std::string text_of(const scrollback& ring) {
    const auto [first, second] = ring.contents();
    return std::string{as_text(first)} + std::string{as_text(second)};
}
}  // namespace

TEST_CASE("scrollback: keeps the last 65,536 bytes, exact and in order [P-SESS-07] [A-SESS-01]") {
    std::mt19937 random{7};
    scrollback ring;
    std::string all;
    CHECK(text_of(ring).empty());
    for (int i = 0; i < 400; ++i) {
        std::string piece(random() % (i % 10 == 0 ? 200'000 : 3'000), '\0');
        for (char& c : piece)
            c = static_cast<char>(random());
        ring.append(as_bytes(piece));
        all += piece;
        if (all.size() > 65'536)
            all.erase(0, all.size() - 65'536);
        REQUIRE(ring.size() == all.size());
        REQUIRE(text_of(ring) == all);
    }
}

TEST_CASE("scrollback: every place of the seam [P-SESS-07]") {
    for (std::size_t before : {0u, 1u, 65'534u, 65'535u, 65'536u, 65'537u})
        for (std::size_t piece : {0u, 1u, 2u, 65'535u, 65'536u, 65'537u, 131'073u}) {
            scrollback ring;
            std::string all(before, 'a');
            ring.append(as_bytes(all));
            std::string more(piece, 'b');
            if (!more.empty())
                more.back() = 'c';
            ring.append(as_bytes(more));
            all += more;
            CHECK(text_of(ring) == all.substr(all.size() - std::min<std::size_t>(all.size(), 65'536)));
        }
}

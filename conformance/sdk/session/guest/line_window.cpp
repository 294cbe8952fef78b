#include <hearth/session/guest/line_window.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace hearth;
using session::guest::line_window;
using session::guest::skip_lines;

namespace {

std::string cut(std::string_view file, std::int64_t offset, std::int64_t limit, std::int64_t max_bytes,
                std::size_t chunk = std::string_view::npos) {
    line_window window{offset, limit, max_bytes};
    std::string out;
    while (!file.empty() && !window.done()) {
        out += as_text(window.filter(as_bytes(file.substr(0, chunk))));
        file.remove_prefix(std::min(chunk, file.size()));
    }
    return out;
}

/// The specification, line by line.
std::string by_definition(const std::string& file, std::int64_t offset, std::int64_t limit, std::int64_t max_bytes) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < file.size();) {
        const std::size_t end = std::min(file.find('\n', at), file.size() - 1) + 1;
        lines.push_back(file.substr(at, end - at));
        at = end;
    }
    std::string out;
    const std::size_t first = offset > 1 ? static_cast<std::size_t>(offset) - 1 : 0;
    for (std::size_t i = first; i < lines.size() && (limit <= 0 || i - first < static_cast<std::size_t>(limit)); ++i)
        out += lines[i];
    return max_bytes > 0 ? out.substr(0, static_cast<std::size_t>(max_bytes)) : out;
}

}  // namespace

TEST_CASE("line_window: the examples of the specification [P-FILE-16] [P-FILE-17] [P-FILE-18]") {
    std::string ten;
    for (int i = 1; i <= 10; ++i)
        ten += "line " + std::to_string(i) + "\n";
    CHECK(cut(ten, 0, 0, 10) == "line 1\nlin");
    CHECK(cut("abc\ndef\n", 0, 0, 4) == "abc\n");
    CHECK(cut("abc\ndef\n", 0, 0, 5) == "abc\nd");
    CHECK(cut("abc\ndef\nghi\n", 0, 2, 8) == "abc\ndef\n");
    CHECK(cut("abc\ndef\nghi\n", 0, 2, 6) == "abc\nde");
    CHECK(cut("\n\n", 0, 1, 0) == "\n");
    CHECK(cut(ten, 9999, 10, 0).empty());
    CHECK(cut(ten, -5, 1, 0) == "line 1\n");
}

TEST_CASE("line_window: an exact byte range also where the reference invents or loses bytes [P-FILE-19] [P-FILE-13]") {
    CHECK(cut("a\nb", 0, 5, 0) == "a\nb");
    CHECK(cut("a\r\nb\r\n", 1, 2, 0) == "a\r\nb\r\n");
    const std::string longest = std::string(1'000'000, 'x') + "\nsecond\n";
    CHECK(cut(longest, 0, 0, 10) == "xxxxxxxxxx");
    CHECK(cut(longest, 2, 1, 0) == "second\n");
    CHECK(cut(longest, 0, 1, 0) == longest.substr(0, 1'000'001));
    CHECK(cut(longest, 0, 0, 0) == longest);
}

TEST_CASE(
    "line_window: any file, window and chunk size agree with the definition [P-FILE-14] [P-FILE-18] [P-FILE-20]") {
    std::mt19937 random{11};
    for (int round = 0; round < 3000; ++round) {
        std::string file(random() % 60, '\0');
        const unsigned newlines = 1 + static_cast<unsigned>(random() % 9);
        for (char& c : file)
            c = random() % newlines == 0 ? '\n' : static_cast<char>(random());
        const auto offset = static_cast<std::int64_t>(random() % 12) - 1;
        const auto limit = static_cast<std::int64_t>(random() % 8) - 1;
        const auto max_bytes = static_cast<std::int64_t>(random() % 40) - 5;
        const std::size_t chunk = 1 + random() % 20;
        REQUIRE(cut(file, offset, limit, max_bytes, chunk) == by_definition(file, offset, limit, max_bytes));
    }
}

TEST_CASE("line_window: extreme numbers are no trouble [P-FILE-16]") {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    CHECK(cut("a\nb\n", most, most, most).empty());
    CHECK(cut("a\nb\n", least, most, most) == "a\nb\n");
    CHECK(cut("a\nb\n", 2, least, least) == "b\n");
}

TEST_CASE("line_window: is done as soon as nothing can follow [P-FILE-20]") {
    line_window lines{1, 2, 0};
    CHECK(as_text(lines.filter(as_bytes("a\nb\nc"))) == "a\nb\n");
    CHECK(lines.done());
    CHECK(lines.filter(as_bytes("d")).empty());
    line_window bytes{1, 0, 3};
    CHECK(bytes.filter(as_bytes("abc")).size() == 3);
    CHECK(bytes.done());
}

TEST_CASE("skip_lines: counts the same as one byte at a time, at every alignment [P-FILE-20]") {
    std::mt19937 random{5};
    std::string text(20'000, 'x');
    for (char& c : text)
        c = "\n\x0b\x8a\x09x\xff"[random() % 6];
    for (std::size_t begin = 0; begin < 20; ++begin)
        for (std::uint64_t lines : {0u, 1u, 2u, 300u, 340u, 2040u, 3000u, 100'000u}) {
            const std::string_view part = std::string_view{text}.substr(begin);
            std::uint64_t left = lines;
            std::size_t expected = 0;
            while (left != 0 && expected < part.size())
                left -= part[expected++] == '\n';
            std::uint64_t got = lines;
            CHECK(skip_lines(as_bytes(part), got) == expected);
            CHECK(got == left);
        }
}

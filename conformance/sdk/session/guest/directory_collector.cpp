#include <hearth/session/guest/directory_collector.hpp>
#include <hearth/wire/file_info.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace hearth;
using session::guest::directory_collector;

TEST_CASE(
    "directory_collector: keeps the first names in byte order and the true total [P-FILE-85] [P-FILE-87] [P-FILE-89]") {
    std::mt19937 random{3};
    for (std::size_t count : {0u, 1u, 99u, 100u, 101u, 5'000u}) {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < count; ++i)
            all.push_back(std::string(1, static_cast<char>(random())) + std::to_string(random()));
        directory_collector some{100};
        for (const std::string& name : all)
            some.add(name);
        CHECK(some.total() == count);
        std::sort(all.begin(), all.end());
        all.resize(std::min<std::size_t>(all.size(), 100));
        CHECK(some.take() == all);
    }
}

TEST_CASE("directory_collector: names are compared as unsigned bytes [P-FILE-85]") {
    directory_collector some{10};
    for (const char* name : {"\xff", "a", "A", "\x80", "~"})
        some.add(name);
    CHECK(some.take() == std::vector<std::string>{"A", "a", "~", "\x80", "\xff"});
}

TEST_CASE("directory_collector: its names make a truncated list with the marker [P-FILE-86] [P-FILE-87] [P-FILE-88]") {
    directory_collector some{3};
    for (int i = 0; i < 1000; ++i)
        some.add(std::to_string(1999 - i));
    const std::uint64_t total = some.total();
    std::vector<wire::file_info> entries;
    for (std::string& name : some.take())
        entries.push_back({.name = std::move(name), .size = 0, .mode = "0644"});
    std::string json;
    wire::write_file_list(entries, total, json);
    const auto list = wire::parse_file_list(as_bytes(json)).value();
    REQUIRE(list.entries.size() == 3);
    CHECK(list.entries[0].name == "1000");
    CHECK(list.truncated == wire::file_list::truncation{3, 1000});
}

TEST_CASE("directory_collector: a cap of nothing keeps nothing") {
    directory_collector none{0};
    none.add("x");
    CHECK(none.total() == 1);
    CHECK(none.take().empty());
}

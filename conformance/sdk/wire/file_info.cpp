#include <hearth/wire/file_info.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_view_literals;

namespace {
std::vector<file_info> many(std::size_t count, std::string_view name) {
    return std::vector<file_info>(count, file_info{std::string{name}, 1, "0644", false, 1'700'000'000});
}

std::string list_of(const std::vector<file_info>& entries, std::uint64_t total, std::size_t max_bytes = max_payload) {
    std::string out = "before";  // the bound counts what is appended
    write_file_list(entries, total, out, max_bytes);
    return out.substr(6);
}
}  // namespace

TEST_CASE("file_info: the name is the last element of the path as given [P-FILE-71]") {
    CHECK(last_path_element("/") == "/");
    CHECK(last_path_element("///") == "/");
    CHECK(last_path_element("/tmp/") == "tmp");
    CHECK(last_path_element("/tmp//") == "tmp");
    CHECK(last_path_element("/a/b") == "b");
    CHECK(last_path_element("a") == "a");
    CHECK(last_path_element("a/") == "a");
    CHECK(last_path_element("").empty());
}

TEST_CASE("file_info: travels unchanged [P-FILE-70]") {
    const file_info info{"a b", 1LL << 40, "0755", true, -1};
    std::string out;
    write_file_info(info, out);
    CHECK(out == R"({"name":"a b","size":1099511627776,"mode":"0755","is_dir":true,"mtime":-1})");
    CHECK(parse_file_info(as_bytes(out)).value() == info);
}

TEST_CASE("file_info: a listing is an array, empty when the directory is [P-FILE-80]") {
    CHECK(list_of({}, 0) == "[]");
    CHECK(parse_file_list(as_bytes("[]"sv))->entries.empty());
    const auto entries = many(3, ".hidden");
    const auto got = parse_file_list(as_bytes(list_of(entries, 3)));
    REQUIRE(got);
    CHECK(*got == file_list{entries, {}});
}

TEST_CASE("file_info: a marker tells how many entries are missing [P-FILE-86] [P-FILE-87]") {
    const std::string text = list_of(many(2, "a"), 1'000'000);
    CHECK(text.ends_with(
        R"_(,{"name":"... truncated at 2 entries (1000000 total)","size":0,"mode":"","is_dir":false,"mtime":0}])_"));
    const auto got = parse_file_list(as_bytes(text));
    CHECK(got->entries == many(2, "a"));
    CHECK(*got->truncated == file_list::truncation{2, 1'000'000});
    CHECK(list_of({}, 1) ==
          R"_([{"name":"... truncated at 0 entries (1 total)","size":0,"mode":"","is_dir":false,"mtime":0}])_");
}

TEST_CASE("file_info: only a last entry with the prefix and no mode is the marker [P-FILE-86]") {
    const auto parse = [](std::string_view json) { return parse_file_list(as_bytes(json)).value(); };
    CHECK(!parse(R"_([{"name":"... truncated at 2 entries (3 total)","mode":"0644"}])_").truncated);
    CHECK(!parse(R"_([{"name":"... truncated at 2 entries (3 total)","mode":""},{"name":"a","mode":"0644"}])_")
               .truncated);
    CHECK(!parse(R"([{"name":"...","mode":""}])").truncated);
    CHECK(*parse(R"_([{"name":"... truncated at 10000 entries (10001 total)","mode":""}])_").truncated ==
          file_list::truncation{10'000, 10'001});
    for (std::string_view odd :
         {R"([{"name":"... truncated at ","mode":""}])", R"([{"name":"... truncated at x entries (9","mode":""}])",
          R"([{"name":"... truncated at 99999999999999999999 entries (","mode":""}])"}) {
        CHECK(parse(odd).truncated.has_value());
        CHECK(parse(odd).entries.empty());
    }
}

TEST_CASE("file_info: array and marker fit every bound [P-FILE-88] [P-ERR-06]") {
    const auto entries = many(20, "name");
    const std::string whole = list_of(entries, 20);
    std::size_t before = 0;
    for (std::size_t max_bytes = 2; max_bytes <= whole.size() + 2; ++max_bytes) {
        CAPTURE(max_bytes);
        const std::string text = list_of(entries, 20, max_bytes);
        const auto got = parse_file_list(as_bytes(text));
        REQUIRE(got);
        if (max_bytes >= 120)  // the marker itself needs so much
            CHECK(text.size() <= max_bytes);
        CHECK(got->truncated.has_value() == (max_bytes < whole.size()));
        CHECK(got->entries.size() >= before);  // more room never shows less
        before = got->entries.size();
        if (got->truncated)
            CHECK(*got->truncated == file_list::truncation{got->entries.size(), 20});
    }
    CHECK(before == 20);
}

TEST_CASE("file_info: the longest names fit a frame, whatever they are made of [P-FILE-88]") {
    for (char c : {'a', '\x01', '"', '\xff'}) {
        const std::string text = list_of(many(10'000, std::string(255, c)), 123'456);
        CHECK(text.size() <= max_payload);
        CHECK(text.size() > max_payload - 2000);  // and the frame is used
        const auto got = parse_file_list(as_bytes(text));
        REQUIRE(got);
        CHECK(*got->truncated == file_list::truncation{got->entries.size(), 123'456});
    }
    const auto plain = parse_file_list(as_bytes(list_of(many(10'000, "a-name-of-twenty-chr"), 10'000)));
    CHECK(plain->entries.size() == 10'000);
    CHECK(!plain->truncated);
}

TEST_CASE("file_info: a total below the entries given is taken for their number") {
    CHECK(!parse_file_list(as_bytes(list_of(many(3, "a"), 1)))->truncated);
}

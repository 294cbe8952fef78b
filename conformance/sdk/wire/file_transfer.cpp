#include <hearth/wire/file_read.hpp>
#include <hearth/wire/file_write.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_view_literals;

TEST_CASE("file_read: a request without positive bounds asks for the whole file [P-FILE-13]") {
    CHECK(file_read_request{.path = "/a"}.whole_file());
    CHECK(file_read_request{.path = "/a", .offset = -5, .limit = 0, .max_bytes = -1}.whole_file());
    CHECK(!file_read_request{.offset = 1}.whole_file());
    CHECK(!file_read_request{.limit = 1}.whole_file());
    CHECK(!file_read_request{.max_bytes = 1}.whole_file());
}

TEST_CASE("file_read: request and reply travel unchanged [P-FILE-11] [P-JSON-11]") {
    const file_read_request request{"/a\n", -5, 10, 4096};
    std::string out;
    write_file_read_request(request, out);
    CHECK(out == R"({"path":"/a\n","offset":-5,"limit":10,"max_bytes":4096})");
    CHECK(parse_file_read_request(as_bytes(out)).value() == request);
    out.clear();
    write_file_read_reply({11, "0644"}, out);
    CHECK(out == R"({"size":11,"mode":"0644"})");
    CHECK(parse_file_read_reply(as_bytes(R"({"mode":"0644","size":11})"sv)).value() == file_read_reply{11, "0644"});
}

TEST_CASE("file_write: request and reply travel unchanged, a negative size included [P-JSON-05]") {
    const file_write_request request{"/a", "0600", -1};
    std::string out;
    write_file_write_request(request, out);
    CHECK(out == R"({"path":"/a","mode":"0600","size":-1})");
    CHECK(parse_file_write_request(as_bytes(out)).value() == request);
    out.clear();
    write_file_write_reply({}, out);
    CHECK(out == R"({"status":"ok"})");
    CHECK(parse_file_write_reply(as_bytes(out)).value() == file_write_reply{});
}

TEST_CASE("file_write: a reply without a status is not ok") {
    CHECK(parse_file_write_reply(as_bytes("{}"sv))->status.empty());
}

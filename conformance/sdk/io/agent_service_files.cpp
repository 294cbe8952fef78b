#include <hearth/io/agent_service.hpp>

#include <io/support/served.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using hearth::agent_limits;
using hearth::errc;
using hearth::wire::frame_type;
using namespace std::chrono_literals;
using test::error_frame;
using test::exit_frame;
using test::frame;
using test::out_frame;
using test::raw_host;
using test::served;

namespace {

std::string numbers(std::size_t lines) {
    std::string text;
    for (std::size_t i = 1; i <= lines; ++i)
        text += std::to_string(i) + '\n';
    return text;
}

}  // namespace

TEST_CASE("agent_service: a file is read whole or through a window [P-FILE-10] [P-FILE-11] [P-FILE-13] [P-FILE-14] "
          "[P-FILE-16] [P-FILE-17] [P-FILE-18] [P-FILE-24]") {
    served s;
    s.handler->files["/n"] = numbers(200'000);
    s.handler->files["/empty"] = "";
    const auto read = [&](hearth::wire::file_read_request what) {
        test::outcome<hearth::io::agent_client::file_content> got;
        s.agent.async_read_file(what, {}, got.handler());
        s.loop.run_until(got);
        REQUIRE(!got.error());
        return got.value();
    };
    const auto whole = read({.path = "/n"});
    CHECK(whole.bytes == s.handler->files["/n"]);
    CHECK(whole.file.mode == "0640");
    const auto window = read({.path = "/n", .offset = 150'000, .limit = 2, .max_bytes = 9});
    CHECK(window.bytes == "150000\n15");
    CHECK(window.file.size == whole.file.size);
    CHECK(read({.path = "/empty"}).bytes.empty());
}

TEST_CASE("agent_service: what a file's handler cannot do is an ERROR, also in the middle [P-FILE-12] [P-FILE-21] "
          "[P-ERR-01]") {
    served s;
    s.handler->files["/fire"] = "<throw>";
    s.handler->files["/bad"] = std::string(300'000, 'x') + "<bad sector>";
    CHECK(s.ask(frame_type::file_read_request, R"({"path":"/none"})").rest() ==
          error_frame("open /none: no such file or directory"));
    CHECK(s.ask(frame_type::file_read_request, R"({"path":"/fire"})").rest() == error_frame("the disk is on fire"));
    const std::string cut = s.ask(frame_type::file_read_request, R"({"path":"/bad"})").rest();
    CHECK(cut.ends_with(error_frame("read: input/output error")));
    CHECK(cut.size() > 300'000);
}

TEST_CASE("agent_service: a host that does not read is not read for, and its end ends the reading [P-FILE-22] "
          "[P-CONN-15]") {
    served s;
    s.handler->files["/big"] = std::string(8'000'000, 'b');
    raw_host slow = s.ask(frame_type::file_read_request, R"({"path":"/big"})");
    CHECK(slow.next().substr(4, 1) == "\x51");
    CHECK(slow.half_close().rest().size() > 8'000'000);

    const std::size_t before = test::open_descriptors();
    raw_host gone = s.ask(frame_type::file_read_request, R"({"path":"/big"})");
    CHECK(gone.next().substr(4, 1) == "\x51");
    gone.close();
    s.loop.run_until([&] { return test::open_descriptors() == before; });
}

TEST_CASE("agent_service: a file is written when all of it is there [P-FILE-40] [P-FILE-49] [P-FILE-61]") {
    served s;
    std::string content(3'000'000, 'c');
    content += "end";
    test::outcome<> wrote;
    s.agent.async_write_file("/w", "0644", hearth::as_bytes(content), {}, wrote.handler());
    s.loop.run_until(wrote);
    CHECK(!wrote.error());
    CHECK(s.handler->files["/w"] == content);

    raw_host by_hand = s.ask(frame_type::file_write_request, R"({"path":"/x","size":4})");
    by_hand.send(frame_type::stdin_data, "ab").send(frame_type::resize, "????").send(frame_type::stdin_data, "cd");
    CHECK(by_hand.rest() == frame(frame_type::file_write_response, R"({"status":"ok"})"));
    CHECK(s.handler->files["/x"] == "abcd");
    CHECK(s.ask(frame_type::file_write_request, R"({"path":"/0","size":0})").rest() ==
          frame(frame_type::file_write_response, R"({"status":"ok"})"));
}

TEST_CASE("agent_service: a write that fails leaves nothing behind [P-FILE-41] [P-FILE-42] [P-FILE-48] [P-FILE-56] "
          "[P-FILE-57] [P-FILE-60]") {
    agent_limits limits;
    limits.write_cap = 1000;
    limits.upload_stall = 50ms;
    served s({.token = "t", .limits = limits});
    const auto write = [&](std::string_view request) { return s.ask(frame_type::file_write_request, request); };
    CHECK(write(R"({"path":"/a","size":-1})").rest() == error_frame("file size must be >= 0"));
    CHECK(write(R"({"path":"/a","size":1001})").rest() == error_frame("file too large: 1001 bytes (max 1000)"));
    CHECK(write(R"({"path":"/a","size":4})").send(frame_type::stdin_data, "abc").half_close().rest() ==
          error_frame("connection lost after 3/4 bytes"));
    CHECK(write(R"({"path":"/a","size":4})").send(frame_type::stdin_data, "abcde").rest() ==
          error_frame("too many bytes: more than 4"));
    CHECK(write(R"({"path":"/a","size":4})").send(frame_type::stdin_data, "abc").rest() ==
          error_frame("upload timed out"));
    CHECK(write(R"({"path":"/read-only","size":4})").send(frame_type::stdin_data, "abcd").rest() ==
          error_frame("open /read-only: read-only file system"));
    CHECK(write(R"({"path":"/full","size":4})").send(frame_type::stdin_data, "abcd").rest() ==
          error_frame("write /full: no space left on device"));
    CHECK(write(R"({"path":"/unsafe","size":4})").send(frame_type::stdin_data, "abcd").rest() ==
          error_frame("fsync: input/output error"));
    raw_host lost = write(R"({"path":"/a","size":4})");
    s.loop.run_until([&] { return s.handler->sinks == 1; });
    lost.close();
    s.loop.run_until([&] { return s.handler->sinks == 0; });
    CHECK(s.handler->files.empty());
    CHECK(s.activity().uploads == 0);
}

TEST_CASE(
    "agent_service: stat and list describe files, sorted and within one frame [P-FILE-70] [P-FILE-80] [P-FILE-81] "
    "[P-FILE-85] [P-FILE-86] [P-FILE-88]") {
    agent_limits limits;
    limits.ls_cap = 3;
    served s({.token = "t", .limits = limits});
    for (const char* name : {"/d/b", "/d/a", "/d/c"})
        s.handler->files[name] = name;
    test::outcome<hearth::wire::file_info> one;
    s.agent.async_stat("/d/a", {}, one.handler());
    s.loop.run_until(one);
    CHECK(one.value().name == "a");
    CHECK(one.value().size == 4);
    const auto list = [&](std::string_view path) {
        test::outcome<hearth::wire::file_list> got;
        s.agent.async_list(path, {}, got.handler());
        s.loop.run_until(got);
        return got;
    };
    auto all = list("/d");
    REQUIRE(all.value().entries.size() == 3);
    CHECK(all.value().entries[0].name == "a");
    CHECK(all.value().entries[2].name == "c");
    CHECK_FALSE(all.value().truncated);
    s.handler->files["/d/aa"];
    auto cut = list("/d");
    REQUIRE(cut.value().entries.size() == 3);
    CHECK(cut.value().entries[1].name == "aa");
    REQUIRE(cut.value().truncated);
    CHECK(cut.value().truncated->total == 4);
    CHECK(list("/nowhere").error() == errc::not_a_directory);
    test::outcome<hearth::wire::file_info> none;
    s.agent.async_stat("/nowhere", {}, none.handler());
    s.loop.run_until(none);
    CHECK(none.error() == errc::no_such_file);
}

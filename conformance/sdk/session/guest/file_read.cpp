#include <hearth/session/guest/file_read.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::frame_channel;
using session::guest::file_read;
using wire::frame_type;
using strings = std::vector<std::string>;

static_assert(session::machine<file_read>);

namespace {

struct reading {
    explicit reading(std::string content, wire::file_read_request request = {}, std::int64_t size = -1,
                     agent_limits limits = {})
        : file(std::move(content)),
          machine(frame_channel{}, request,
                  {.size = size < 0 ? static_cast<std::int64_t>(file.size()) : size, .mode = "0644"}, limits),
          end(machine) {}

    /// Reads at most `most` bytes at once until nothing is wanted or the host stops reading.
    void run(std::size_t most = static_cast<std::size_t>(-1)) {
        for (mutable_bytes room = machine.data_buffer(); !room.empty(); room = machine.data_buffer()) {
            const std::size_t n = std::min({room.size(), most, file.size() - at});
            std::copy_n(as_bytes(file).begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
            at += n;
            ++reads;
            machine.on_data(n, t0);
            end.settle();
        }
    }
    std::string content() const {
        std::string out;
        for (const std::string& one : end.frames())
            if (one.starts_with("STDOUT "))
                out += one.substr(7);
        return out;
    }

    std::string file;
    std::size_t at{0};
    int reads{0};
    file_read machine;
    guest_end<file_read> end;
};

std::string pattern(std::size_t n) {
    std::string out(n, '\0');
    for (std::size_t i = 0; i < n; ++i)
        out[i] = static_cast<char>(i * 7 + i / 251);
    return out;
}

}  // namespace

TEST_CASE("file_read: reply, content, EXIT 0, close [P-FILE-10] [P-FILE-11] [P-FILE-13] [P-CONN-04]") {
    reading it{"hello\n"};
    it.run();
    CHECK(it.end.frames() == strings{R"(FILE_READ_RESP {"size":6,"mode":"0644"})", "STDOUT hello\n", "EXIT 0"});
    CHECK(it.end.half_closed());
    it.end.host_ends();
    CHECK(it.end.closed());
    CHECK(it.reads == 1);  // a file of known size needs no read of its end
}

TEST_CASE("file_read: a small file leaves in one piece with its reply and EXIT") {
    file_read machine{frame_channel{}, {}, {.size = 3, .mode = "0600"}, agent_limits{}};
    const mutable_bytes room = machine.data_buffer();
    REQUIRE(room.size() == 3);
    std::copy_n(as_bytes("abc").begin(), 3, room.begin());
    machine.on_data(3, t0);
    CHECK(frames_in(as_text(machine.channel().send_buffer())).size() == 3);
}

TEST_CASE("file_read: large files travel in chunks of 256 KiB, not copied [P-FILE-24] [P-FILE-15]") {
    reading it{pattern(3'000'001)};
    it.run();
    CHECK(it.content() == it.file);
    CHECK(it.end.frames().back() == "EXIT 0");
    CHECK(it.reads == 12);

    file_read machine{frame_channel{}, {}, {.size = 1 << 20, .mode = "0600"}, agent_limits{}};
    guest_end end{machine};
    mutable_bytes room = machine.data_buffer();
    CHECK(room.size() == 262'144);
    machine.on_data(room.size(), t0);
    CHECK(machine.channel().lent());
    CHECK(machine.channel().send_buffer().data() == room.data() - 5);
    CHECK(machine.data_buffer().empty());  // until the chunk has left
}

TEST_CASE("file_read: short reads and any chunk give the same bytes [P-FILE-13] [P-FILE-15]") {
    for (std::size_t most : {1u, 7u, 4096u, 100'000u}) {
        reading it{pattern(most == 1 ? 2'000 : 400'000)};
        it.run(most);
        CHECK(it.content() == it.file);
        CHECK(it.end.frames().back() == "EXIT 0");
    }
}

TEST_CASE("file_read: an empty result has no STDOUT [P-FILE-14]") {
    reading empty{""};
    empty.run();
    CHECK(empty.end.frames() == strings{R"(FILE_READ_RESP {"size":0,"mode":"0644"})", "EXIT 0"});
    reading beyond{"a\nb\n", {.path = {}, .offset = 10}};
    beyond.run();
    CHECK(beyond.end.frames() == strings{R"(FILE_READ_RESP {"size":4,"mode":"0644"})", "EXIT 0"});
}

TEST_CASE(
    "file_read: a window is cut exactly, and reading stops with it [P-FILE-16] [P-FILE-17] [P-FILE-18] [P-FILE-19]") {
    std::string lines;
    for (int i = 1; i <= 200'000; ++i)
        lines += "line " + std::to_string(i) + "\n";
    reading it{lines, {.path = {}, .offset = 100'000, .limit = 2}};
    it.run();
    CHECK(it.content() == "line 100000\nline 100001\n");
    // the size is that of the whole file [P-FILE-11]
    CHECK(it.end.frames().front() ==
          "FILE_READ_RESP {\"size\":" + std::to_string(lines.size()) + ",\"mode\":\"0644\"}");
    CHECK(it.at < lines.size());
    reading tail{lines, {.path = {}, .offset = 199'999}};
    tail.run(5'000);
    CHECK(tail.content() == "line 199999\nline 200000\n");
    reading head{lines, {.path = {}, .max_bytes = 300'000}};
    head.run();
    CHECK(head.content() == lines.substr(0, 300'000));
}

TEST_CASE("file_read: a file that grows while it is read stops at its first size [P-FILE-23]") {
    reading it{pattern(500'000), {}, 300'000};
    it.run();
    CHECK(it.content() == it.file.substr(0, 300'000));
    CHECK(it.end.frames().back() == "EXIT 0");
}

TEST_CASE("file_read: a file that shrinks ends early [P-FILE-10]") {
    reading it{"short", {}, 1'000};
    it.run();
    CHECK(it.content() == "short");
    CHECK(it.end.frames().back() == "EXIT 0");
}

TEST_CASE("file_read: a special file of size 0 is read to its end, at most 64 MiB [P-FILE-23] [P-FILE-11]") {
    reading it{pattern(200'000), {}, 0};
    it.run();
    CHECK(it.content() == it.file);
    CHECK(it.end.frames().back() == "EXIT 0");

    agent_limits limits;
    limits.special_read_cap = 100'000;
    reading exact{pattern(100'000), {}, 0, limits};
    exact.run();
    CHECK(exact.content() == exact.file);
    CHECK(exact.end.frames().back() == "EXIT 0");
    reading endless{pattern(100'001), {}, 0, limits};
    endless.run();
    CHECK(endless.end.frames().back().starts_with("ERROR "));
    CHECK(agent_limits{}.special_read_cap == 64 * 1024 * 1024);
}

TEST_CASE("file_read: a read error in the middle is ERROR and not EXIT [P-FILE-21] [P-ERR-02]") {
    reading it{pattern(1'000'000)};
    it.end.host_reads(300'000);
    it.run();
    it.machine.on_error("read /x: input/output error", t0);
    it.end.host_reads(10'000'000);
    CHECK(it.end.frames().back() == "ERROR read /x: input/output error");
    it.machine.on_data(0, t0);
    it.machine.on_error("again", t0);
    it.end.host_ends();
    CHECK(it.end.frames().back() == "ERROR read /x: input/output error");
    CHECK(it.end.closed());
}

TEST_CASE("file_read: stops within a chunk when the host is gone [P-FILE-22] [P-CONN-10]") {
    for (const bool framing : {false, true}) {
        reading it{pattern(3'000'000)};
        it.end.host_reads(100'000);
        it.run();
        const int before = it.reads;
        if (framing)
            it.end.host_sends(std::string(4, '\0'));
        else
            it.end.host_vanishes();
        it.run();
        CHECK(it.reads == before);
        CHECK(it.end.failure());
        CHECK(it.end.closed());
    }
}

TEST_CASE("file_read: a half-close and frames of the host mean nothing [P-CONN-09] [P-TYPE-03]") {
    reading it{pattern(1'000'000)};
    it.end.host_reads(10'000).host_sends(frame_type::stdin_data, "x").host_sends(frame_type::kill).host_ends();
    it.end.host_reads(10'000'000);
    it.run();
    CHECK(it.content() == it.file);
    CHECK(it.end.frames().back() == "EXIT 0");
    CHECK(it.end.closed());
}

TEST_CASE("file_read: the file waits while the host does not read [P-CONN-15] [P-CONN-18]") {
    reading it{pattern(3'000'000)};
    it.end.host_reads(0);
    it.run();
    CHECK(it.at <= 2 * 262'144);
    it.end.pass(1h).host_reads(10'000'000);
    it.run();
    CHECK(it.content() == it.file);
}

#include <hearth/session/guest/file_write.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::frame_channel;
using session::guest::file_write;
using wire::frame_type;
using strings = std::vector<std::string>;

static_assert(session::machine<file_write>);

namespace {

struct writing {
    explicit writing(std::int64_t size, agent_limits limits = {}, bool commits_at_once = true)
        : machine(frame_channel{}, {.path = "/f", .mode = "", .size = size}, limits, t0),
          end(machine, t0, [this, commits_at_once](const file_write::action& todo) {
              if (const auto* bytes = std::get_if<file_write::data>(&todo)) {
                  content += as_text(bytes->bytes);
              } else if (const auto* no = std::get_if<file_write::abandon>(&todo)) {
                  events.push_back("abandon");
                  why = no->why;
              } else if (std::holds_alternative<file_write::commit>(todo)) {
                  events.push_back("commit");
                  if (commits_at_once)
                      machine.on_committed(end.now());
              } else {
                  events.push_back("begin");
              }
          }) {}

    file_write machine;
    std::string content;
    strings events;
    std::error_code why;
    guest_end<file_write> end;
};

std::string content_frame(std::string_view bytes) { return frame(frame_type::stdin_data, bytes); }

}  // namespace

TEST_CASE("file_write: exactly the announced bytes, then the reply [P-FILE-40] [P-CONN-04]") {
    const std::string stream = content_frame("hello ") + content_frame("") + content_frame("world");
    for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
        writing it{11};
        it.end.host_sends(stream, cut);
        CHECK(it.content == "hello world");
        CHECK(it.events == strings{"begin", "commit"});
        CHECK(it.end.frames() == strings{R"(FILE_WRITE_RESP {"status":"ok"})"});
        CHECK(it.end.half_closed());
        it.end.host_ends();
        CHECK(it.end.closed());
    }
}

TEST_CASE("file_write: a size of 0 is answered at once [P-FILE-40]") {
    writing it{0};
    CHECK(it.events == strings{"begin", "commit"});
    CHECK(it.end.frames() == strings{R"(FILE_WRITE_RESP {"status":"ok"})"});
}

TEST_CASE("file_write: the reply waits for the commit, however long it takes [P-FILE-47]") {
    writing it{3, {}, false};
    it.end.host_sends(content_frame("abc")).host_ends().pass(5min);
    CHECK(it.end.sent().empty());
    it.machine.on_committed(it.end.now());
    it.end.settle();
    CHECK(it.end.frames() == strings{R"(FILE_WRITE_RESP {"status":"ok"})"});
}

TEST_CASE("file_write: an impossible size is refused before anything is made [P-FILE-41] [P-FILE-42]") {
    writing negative{-1};
    CHECK(negative.events.empty());
    CHECK(negative.end.frames() == strings{"ERROR file size must be >= 0"});

    writing large{104'857'601};
    CHECK(large.events.empty());
    CHECK(large.end.frames() == strings{"ERROR file too large: 104857601 bytes (max 104857600)"});

    writing exact{104'857'600};
    CHECK(exact.events == strings{"begin"});

    agent_limits limits;
    limits.write_cap = 5;
    CHECK(writing{6, limits}.end.frames() == strings{"ERROR file too large: 6 bytes (max 5)"});
}

TEST_CASE("file_write: a refused upload is discarded as far as it was announced, so the reason arrives [P-FILE-57] "
          "[P-CONN-07]") {
    writing it{200'000'000};
    for (int i = 0; i < 100; ++i)
        it.end.host_sends(content_frame(std::string(1'000'000, 'x')));
    CHECK(it.end.unread() == 0);
    CHECK_FALSE(it.end.closed());
    it.end.host_ends();
    CHECK(it.end.closed());
}

TEST_CASE("file_write: an upload that ends early is abandoned, with the count [P-FILE-48] [P-CONN-09]") {
    writing it{10};
    it.end.host_sends(content_frame("1234")).host_ends();
    CHECK(it.events == strings{"begin", "abandon"});
    CHECK(it.why == errc::upload_incomplete);
    CHECK(it.end.frames() == strings{"ERROR connection lost after 4/10 bytes"});
    CHECK(it.end.closed());
}

TEST_CASE("file_write: loss and framing errors abandon the upload [P-FILE-48] [P-FRAME-12]") {
    writing lost{10};
    lost.end.host_sends(content_frame("1234")).host_vanishes();
    CHECK(lost.events == strings{"begin", "abandon"});
    CHECK(lost.end.closed());
    writing malformed{10};
    malformed.end.host_sends(content_frame("1234") + std::string(4, '\0')).pass(2s);
    CHECK(malformed.events == strings{"begin", "abandon"});
    CHECK(malformed.why == errc::bad_frame_length);
    CHECK(malformed.end.closed());
    writing cut{10};
    cut.end.host_sends(content_frame("1234").substr(0, 7)).host_ends();
    CHECK(cut.why == errc::truncated_frame);
    CHECK(cut.content.empty());
}

TEST_CASE("file_write: more bytes than announced leave the target untouched [P-FILE-56]") {
    const strings error{"ERROR too many bytes: more than 4"};
    writing crossing{4};
    crossing.end.host_sends(content_frame("0123456789"));
    CHECK(crossing.events == strings{"begin", "abandon"});
    CHECK(crossing.end.frames() == error);
    writing behind{4};
    behind.end.host_sends(content_frame("0123") + content_frame("4"));
    CHECK(behind.events == strings{"begin", "abandon"});
    CHECK(behind.end.frames() == error);
    CHECK(behind.why == errc::too_many_bytes);
    writing nothing{0};
    nothing.end.host_sends(content_frame("x"));  // answered before it came
    CHECK(nothing.events == strings{"begin", "commit"});
}

TEST_CASE("file_write: other frames during the upload are ignored [P-FILE-49] [P-TYPE-03]") {
    writing it{4};
    it.end.host_sends(frame_type::kill).host_sends(content_frame("01")).host_sends(frame_type::stdin_eof, "x");
    it.end.host_sends(frame_type::file_write_request, "{}")
        .host_sends(frame_type{0xee}, "y")
        .host_sends(content_frame("23"));
    CHECK(it.content == "0123");
    CHECK(it.events == strings{"begin", "commit"});
}

TEST_CASE("file_write: an upload without progress for 60 s is abandoned [P-FILE-60]") {
    writing it{10};
    CHECK(it.end.until() == t0 + 60s);
    it.end.pass(59s).host_sends(content_frame("12345").substr(0, 6));  // part of a frame is progress
    it.end.pass(59s).host_sends(content_frame("12345").substr(6));
    it.end.pass(59s);
    CHECK(it.content == "12345");
    it.end.pass(1s);
    CHECK(it.events == strings{"begin", "abandon"});
    CHECK(it.end.frames() == strings{"ERROR upload timed out"});
    CHECK(it.why == errc::upload_timeout);
}

TEST_CASE("file_write: time spent on the disk is not the host's [P-FILE-60]") {
    file_write machine{frame_channel{}, {.path = "/f", .mode = "", .size = 10}, agent_limits{}, t0};
    CHECK(std::holds_alternative<file_write::begin>(machine.poll(t0)));
    machine.channel().parser().feed(as_bytes(content_frame("12345")));
    CHECK(std::holds_alternative<file_write::data>(machine.poll(t0 + 1s)));
    const auto idle = machine.poll(t0 + 5min);
    REQUIRE(std::holds_alternative<session::wait>(idle));
    CHECK(std::get<session::wait>(idle).until == t0 + 6min);
}

TEST_CASE("file_write: a failure of the disk is reported at any time [P-FILE-55] [P-FILE-57]") {
    writing at_begin{10};
    at_begin.machine.on_error("open /f: permission denied", t0);
    at_begin.end.host_sends(content_frame("0123456789"));
    CHECK(at_begin.content.empty());
    CHECK(at_begin.end.frames() == strings{"ERROR open /f: permission denied"});
    at_begin.end.host_ends();
    CHECK(at_begin.end.closed());

    writing at_commit{3, {}, false};
    at_commit.end.host_sends(content_frame("abc"));
    at_commit.machine.on_error("fsync /f: no space left on device", t0);
    at_commit.machine.on_committed(t0);
    at_commit.end.settle();
    CHECK(at_commit.end.frames() == strings{"ERROR fsync /f: no space left on device"});
}

TEST_CASE("file_write: memory stays below a frame, whatever the size [P-FILE-61]") {
    writing it{50'000'000};
    for (int i = 0; i < 50; ++i) {
        it.end.host_sends(content_frame(std::string(1'000'000, 'x')), 65'536);
        CHECK(it.machine.channel().parser().capacity() <= 3 * 1'048'576);
    }
    CHECK(in_lines(it.events) == "begin\ncommit\n");
    CHECK(in_lines(it.end.frames()) == "FILE_WRITE_RESP {\"status\":\"ok\"}\n");
    CHECK(it.content.size() == 50'000'000);
}

#include <hearth/wire/frame_parser.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;

namespace {
std::string frame_of(char type, std::string_view payload) {
    std::string out;
    REQUIRE(append_frame(static_cast<frame_type>(type), as_bytes(payload), out));
    return out;
}
}  // namespace

TEST_CASE("frame_parser: frames arrive whole however the stream is cut [P-FRAME-01] [P-FRAME-02]") {
    const std::string stream = frame_of(1, "hello") + frame_of(2, "") + frame_of(3, std::string(1000, 'x'));
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        frame_parser parser;
        std::string got;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            parser.feed(as_bytes(std::string_view{stream}.substr(at, step)));
            for (auto f = parser.next(); f.status == parse_status::frame; f = parser.next())
                REQUIRE(append_frame(f.frame.type, f.frame.payload, got));
        }
        CHECK(got == stream);
        CHECK(parser.end_of_stream() == errc::end_of_stream);
    }
}

TEST_CASE("frame_parser: a bad length is refused at its fourth byte and stays refused [P-FRAME-06] [P-FRAME-15]") {
    for (std::string_view bad : {std::string_view{"\0\0\0\0", 4}, std::string_view{"\0\x10\0\x01", 4}}) {
        frame_parser parser;
        parser.feed(as_bytes(bad.substr(0, 3)));
        CHECK(parser.next().status == parse_status::incomplete);
        parser.feed(as_bytes(bad.substr(3)));
        CHECK(parser.next().status == parse_status::malformed);
        parser.feed(as_bytes(frame_of(1, "ok")));
        CHECK(parser.next().status == parse_status::malformed);
        CHECK(parser.end_of_stream() == errc::bad_frame_length);
    }
}

TEST_CASE("frame_parser: the largest frame is accepted [P-FRAME-03]") {
    frame_parser parser;
    const std::string stream = frame_of(2, std::string(max_payload, 'y'));
    parser.feed(as_bytes(stream));
    const auto found = parser.next();
    REQUIRE(found.status == parse_status::frame);
    CHECK(found.frame.payload.size() == 1'048'575);
    CHECK(found.total == 1'048'580);
}

TEST_CASE("frame_parser: a clean end differs from a truncated frame [P-FRAME-07]") {
    for (std::size_t cut = 0; cut < 6; ++cut) {
        frame_parser parser;
        parser.feed(as_bytes(frame_of(1, "x").substr(0, cut)));
        (void)parser.next();
        CHECK(parser.end_of_stream() == (cut == 0 || cut == 6 ? errc::end_of_stream : errc::truncated_frame));
    }
}

TEST_CASE("frame_parser: a length field alone allocates nothing [P-FRAME-13]") {
    frame_parser parser;
    parser.feed(as_bytes(std::string_view{"\0\x10\0\0\x02", 5}));
    CHECK(parser.next().status == parse_status::incomplete);
    CHECK(parser.capacity() < 64);
    (void)parser.prepare(16);
    CHECK(parser.capacity() < 64);
}

TEST_CASE("frame_parser: after a framing error nothing is read any more [P-FRAME-11]") {
    frame_parser parser;
    parser.feed(as_bytes(frame_of(1, "before")));
    parser.feed(as_bytes(std::string_view{"\0\0\0\0", 4}));
    parser.feed(as_bytes(frame_of(1, "after")));
    CHECK(as_text(parser.next().frame.payload) == "before");
    for (int i = 0; i < 3; ++i)
        CHECK(parser.next().status == parse_status::malformed);
}

TEST_CASE("frame_parser: a lower bound holds until it is raised [P-FRAME-06]") {
    frame_parser parser{16};
    CHECK(parser.end_of_stream() == errc::end_of_stream);
    parser.feed(as_bytes(frame_of(1, "123456789012345")));  // length 16
    CHECK(parser.next().status == parse_status::frame);
    parser.set_max_length(17);
    parser.feed(as_bytes(frame_of(1, "1234567890123456")));
    CHECK(parser.next().status == parse_status::frame);
    parser.feed(as_bytes(frame_of(1, "12345678901234567")));
    CHECK(parser.next().status == parse_status::malformed);
}

TEST_CASE("frame_parser: what no frame has taken can be taken raw") {
    frame_parser parser;
    parser.feed(as_bytes(frame_of(0x21, "{}") + "raw bytes"));
    REQUIRE(parser.next().status == parse_status::frame);
    CHECK(as_text(parser.unread()) == "raw bytes");
    parser.consume(4);
    CHECK(as_text(parser.unread()) == "bytes");
    parser.consume(100);
    CHECK(parser.unread().empty());
}

TEST_CASE("frame_parser: its buffer follows what arrives, not the number of frames [P-FRAME-13]") {
    frame_parser parser;
    const std::string frame = frame_of(2, std::string(1000, 'x'));
    for (int i = 0; i < 10'000; ++i) {
        const auto room = parser.prepare(4096);
        REQUIRE(room.size() >= 4096);
        std::memcpy(room.data(), frame.data(), frame.size());
        parser.commit(frame.size());
        REQUIRE(parser.next().status == parse_status::frame);
    }
    CHECK(parser.capacity() <= 16'384);
}

#include <hearth/session/frame_channel.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using session::frame_channel;
using wire::frame_type;
using kind = frame_channel::inbound::kind;

namespace {
std::string drain(frame_channel& channel, std::size_t at_once) {
    std::string out;
    for (bytes_view some = channel.send_buffer(); !some.empty(); some = channel.send_buffer()) {
        some = some.first(std::min(some.size(), at_once));
        out += as_text(some);
        channel.on_sent(some.size());
    }
    return out;
}
}  // namespace

TEST_CASE(
    "frame_channel: lent bytes are sent where they are, before what is queued behind them [P-FRAME-09] [P-FILE-24]") {
    for (std::size_t at_once : {1u, 3u, 1000u}) {
        frame_channel channel;
        std::string frame;
        REQUIRE(wire::append_frame(frame_type::stdout_data, as_bytes("lent"), frame));
        channel.lend(as_bytes(frame));
        CHECK(channel.lent());
        CHECK(channel.send_buffer().data() == as_bytes(frame).data());
        REQUIRE(channel.send(frame_type::exit, std::string_view{"\0\0\0\0", 4}));
        CHECK(channel.backlog() == frame.size() + 9);
        const std::string sent = drain(channel, at_once);
        CHECK(sent == frame + std::string("\0\0\0\5\5\0\0\0\0", 9));
        CHECK_FALSE(channel.lent());
        CHECK(channel.backlog() == 0);
        CHECK(channel.sent_total() == sent.size());
    }
}

TEST_CASE("frame_channel: bytes being written stay in place while more is queued [P-FRAME-09]") {
    frame_channel channel;
    REQUIRE(channel.send(frame_type::stdin_data, std::string_view{"first"}));
    const bytes_view writing = channel.send_buffer();
    for (int i = 0; i < 100; ++i)
        REQUIRE(channel.send(frame_type::stdin_data, std::string(10'000, 'x')));
    CHECK(as_text(writing.subspan(5)) == "first");
    CHECK(channel.send_buffer().data() == writing.data());
    channel.on_sent(writing.size());
    CHECK(channel.backlog() == 100 * 10'005);
}

TEST_CASE("frame_channel: a lost connection sends nothing, and frames that came before the loss are still told") {
    frame_channel channel;
    std::string frame;
    REQUIRE(wire::append_frame(frame_type::error, as_bytes("why"), frame));
    channel.parser().feed(as_bytes(frame));
    REQUIRE(channel.send(frame_type::stdin_data, std::string_view{"x"}));
    channel.on_lost(errc::connection_lost);
    channel.on_lost(errc::peer_stalled);
    CHECK(channel.send_buffer().empty());
    CHECK(channel.next().what == kind::frame);
    CHECK(channel.next().what == kind::lost);
    CHECK(channel.next().why == errc::connection_lost);
    CHECK_FALSE(channel.wants_read());
}

TEST_CASE(
    "frame_channel: end at a boundary, inside a frame, and after a malformed length differ [P-FRAME-07] [P-FRAME-11]") {
    frame_channel clean;
    clean.on_end_of_stream();
    CHECK(clean.next().what == kind::ended);
    frame_channel cut;
    cut.parser().feed(as_bytes("\0\0"));
    cut.parser().feed(as_bytes("x"));
    cut.on_end_of_stream();
    CHECK(cut.next().why == errc::truncated_frame);
    frame_channel bad;
    bad.parser().feed(as_bytes(std::string_view{"\0\0\0\0", 4}));
    CHECK(bad.next().why == errc::bad_frame_length);
    bad.on_end_of_stream();
    CHECK(bad.next().what == kind::malformed);
}

TEST_CASE("frame_channel: a payload that does not fit is refused whole [P-FRAME-05]") {
    frame_channel channel;
    CHECK(channel.send(frame_type::stdin_data, std::string(max_payload + 1, 'x')).error() == errc::frame_too_long);
    CHECK(channel.backlog() == 0);
}

#include <hearth/session/host/upload.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using namespace std::chrono_literals;
using wire::frame_type;

namespace {

const options opt{.token = "t", .deadline = t0 + 1min};
const std::string asked =
    frame(frame_type::auth, "t") + frame(frame_type::file_write_request, R"({"path":"/a","mode":"0644","size":5})");
const std::string ok = frame(frame_type::file_write_response, R"({"status":"ok"})");

wire::file_write_request five_bytes() { return {.path = "/a", .mode = "0644", .size = 5}; }

script<upload> writing(std::vector<script<upload>::step> steps, std::string event, std::string sent = "") {
    return {.start = [] { return std::make_unique<upload>(five_bytes(), opt); },
            .steps = std::move(steps),
            .tell = [](const upload::action&) { return told{"completed", true}; },
            .events = {std::move(event)},
            .sent = asked + sent};
}

does<upload> writes(std::string text) {
    return {[text](upload& up, time_point) { CHECK(up.write(as_bytes(text)) == text.size()); }};
}

}  // namespace

TEST_CASE("upload: the announced bytes, then the agent's word that they are in place [P-FILE-40] [P-CONN-02]") {
    replay(writing({writes("hel"), writes("lo"), receives{ok}}, "completed",
                   frame(frame_type::stdin_data, "hel") + frame(frame_type::stdin_data, "lo")));
}

TEST_CASE("upload: room is bounded by what is left and by what is not sent yet [P-CLI-06] [P-CLI-12]") {
    upload small{five_bytes(), opt};
    CHECK(small.room() == 5);
    upload up{{.path = "/a", .mode = "0644", .size = 1'000'000}, {}};
    (void)up.poll(t0);
    up.channel().on_sent(up.channel().send_buffer().size());
    CHECK(up.room() == 262'144);
    CHECK(up.write(as_bytes(std::string(300'000, 'x'))) == 262'144);
    CHECK(up.room() == 0);
    CHECK(up.remaining() == 1'000'000 - 262'144);
}

TEST_CASE("upload: a source that ends early or fails is the reason given [P-CLI-06]") {
    const auto fails = [](std::error_code why) {
        return does<upload>{[why](upload& up, time_point) { up.source_failed(why); }};
    };
    const std::string sent = frame(frame_type::stdin_data, "he");
    replay(writing({writes("he"), fails({})}, "failed: the source of the upload failed or ended early", sent));
    const auto io = std::make_error_code(std::errc::io_error);
    replay(writing({writes("he"), fails(io)}, "failed: " + io.message(), sent));
}

TEST_CASE("upload: more than was announced is refused here [P-CLI-06]") {
    replay(writing({does<upload>{[](upload& up, time_point) { CHECK(up.write(as_bytes("toolong")) == 0); }}},
                   "failed: more bytes were sent than announced"));
    upload negative{{.path = "/a", .mode = "", .size = -1}, opt};
    const auto next = negative.poll(t0);
    REQUIRE(std::holds_alternative<session::failed>(next));
    CHECK(std::get<session::failed>(next).why == errc::invalid_argument);
}

TEST_CASE("upload: an early ERROR ends it [P-CLI-06] [P-CLI-11]") {
    replay(writing({writes("he"), receives{frame(frame_type::error, "file too large: 5 bytes (max 4)")}},
                   "failed: the file is above the agent's write limit [file too large: 5 bytes (max 4)]",
                   frame(frame_type::stdin_data, "he")));
}

TEST_CASE("upload: an ERROR is read although sending has failed [P-CLI-06]") {
    const std::string full = frame(frame_type::error, "write /a: no space left on device");
    const std::string event = "failed: the peer reported an error [write /a: no space left on device]";
    replay(writing({sending_fails{}, passes{10ms}, receives{full}}, event));
    replay(writing({sending_fails{}, receives{full}, connection_breaks{}}, event));
}

TEST_CASE("upload: when sending has failed and no ERROR comes, the failure of sending is the reason [P-CLI-06]") {
    const std::string event = "failed: " + std::make_error_code(std::errc::broken_pipe).message();
    replay(writing({sending_fails{}, peer_ends{}}, event));
    replay(writing({sending_fails{}, passes{1s}, passes{1s}}, event));
}

TEST_CASE("upload: an answer that cannot be true is refused [P-FILE-40]") {
    replay(writing({writes("he"), receives{ok}}, "failed: a frame type that has no meaning here",
                   frame(frame_type::stdin_data, "he")));
    replay(writing({writes("hello"), receives{frame(frame_type::file_write_response, R"({"status":"no"})")}},
                   "failed: the peer reported an error [no]", frame(frame_type::stdin_data, "hello")));
}

TEST_CASE("upload: other frames are skipped, EXIT ends it [P-CONN-05] [P-CLI-01]") {
    replay(writing({writes("hello"), receives{frame(frame_type::hello_response) + ok}}, "completed",
                   frame(frame_type::stdin_data, "hello")));
    replay(writing({receives{frame(frame_type::exit, std::string(4, '\0'))}},
                   "failed: a frame type that has no meaning here"));
}

#include <hearth/wire/frame.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_literals;

TEST_CASE("frame: the length counts type and payload, big-endian [P-FRAME-01] [P-FRAME-02]") {
    std::string out;
    REQUIRE(append_frame(frame_type::stdout_data, as_bytes("hello\n"), out));
    CHECK(out == "\0\0\0\x07\x02hello\n"s);
    REQUIRE(append_frame(frame_type::resize, as_bytes(std::string(0x0203, 'x')), out));
    CHECK(out.substr(11, 5) == "\0\0\x02\x04\x04"s);
}

TEST_CASE("frame: no payload and an empty payload are the same five bytes [P-FRAME-08]") {
    const auto absent = encode_frame(frame_type::kill, {});
    const auto empty = encode_frame(frame_type::kill, as_bytes(""));
    REQUIRE(absent);
    REQUIRE(empty);
    CHECK(absent->header == empty->header);
    CHECK(absent->size() == 5);
    CHECK(as_text(absent->header) == "\0\0\0\x01\x07"s);
}

TEST_CASE("frame: what is too long is refused before any byte exists [P-FRAME-03] [P-FRAME-05]") {
    const std::string largest(max_payload, 'x');
    const auto good = encode_frame(frame_type::stdout_data, as_bytes(largest));
    REQUIRE(good);
    CHECK(good->size() == 1'048'580);
    CHECK(as_text(good->header) == "\0\x10\0\0\x02"s);
    const std::string longer(max_payload + 1, 'x');
    CHECK(encode_frame(frame_type::stdout_data, as_bytes(longer)).error() == errc::frame_too_long);
    std::string out = "kept";
    CHECK(append_frame(frame_type::stdout_data, as_bytes(longer), out).error() == errc::frame_too_long);
    CHECK(out == "kept");
}

TEST_CASE("frame: a gathering write takes the header, then the caller's own bytes [P-FRAME-09]") {
    const std::string payload = "payload";
    const auto frame = encode_frame(frame_type::stdin_data, as_bytes(payload));
    const auto buffers = frame->buffers();
    CHECK(buffers[0].data() == frame->header.data());
    CHECK(buffers[0].size() == frame_header_size);
    CHECK(as_text(buffers[1]).data() == payload.data());
    CHECK(buffers[0].size() + buffers[1].size() == frame->size());
}

TEST_CASE("frame: a header read is the header written, for every type [P-FRAME-01] [P-FRAME-10]") {
    for (unsigned type = 0; type <= 0xff; ++type) {
        const frame_header head{static_cast<frame_type>(type), type * 4096};
        header_bytes bytes{};
        write_frame_header(head, bytes);
        CHECK(parse_frame_header(bytes).value() == head);
    }
}

TEST_CASE("frame: zero and everything above the bound is no length [P-FRAME-03] [P-FRAME-04] [P-FRAME-06]") {
    const auto length = [](std::uint32_t value, std::uint32_t bound = max_frame_length) {
        std::array<std::byte, 4> bytes{};
        store_u32(bytes.data(), value);
        return parse_frame_length(bytes, bound);
    };
    CHECK(length(0).error() == errc::bad_frame_length);
    CHECK(length(1).value() == 0);
    CHECK(length(1'048'576).value() == 1'048'575);
    for (std::uint32_t value : {1'048'577u, 0x00200000u, 0x80000000u, 0xffffffffu})
        CHECK(length(value).error() == errc::bad_frame_length);
    CHECK(length(4097, 4097).value() == 4096);
    CHECK(length(4098, 4097).error() == errc::bad_frame_length);
}

#include <hearth/wire/mux_frame.hpp>

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

using namespace hearth;
using namespace hearth::wire;

namespace {

constexpr std::uint64_t host = 0x1122334455667788;
constexpr std::uint64_t guest = 0x99aabbccddeeff00;

std::string hex(std::string_view bytes) {
    std::string out;
    for (const std::byte b : as_bytes(bytes))
        for (const std::byte digit : {b >> 4, b & std::byte{15}})
            out += "0123456789abcdef"[std::to_integer<std::size_t>(digit)];
    return out;
}

/// docs/serial-mux.md without white space.
const std::string& documented() {
    static const std::string text = [] {
        std::ifstream in(HEARTH_SOURCE_DIR "/docs/serial-mux.md", std::ios::binary);
        std::string all{std::istreambuf_iterator<char>(in), {}};
        std::erase_if(all, [](char c) { return c == ' ' || c == '\n'; });
        return all;
    }();
    return text;
}

bool is_documented(const std::string& frame) { return documented().find(hex(frame)) != std::string::npos; }

std::string frame(const mux_header& head, std::uint32_t key, std::string_view payload = {}) {
    std::string out;
    append_mux_frame(head, as_bytes(payload), key, out);
    return out;
}

std::string greeting(mux_type type, std::uint32_t end, const mux_hello& hello) {
    std::array<std::byte, mux_hello_size> payload;
    write_mux_hello(hello, payload);
    return frame({type, end, mux_version}, 0, as_text(payload));
}

result<mux_header> parse(std::string_view bytes, std::uint32_t key) {
    return parse_mux_header(as_bytes(bytes).first<mux_header_size>(), key);
}

}  // namespace

TEST_CASE("crc32c: the published check value, and continuation") {
    CHECK(crc32c(as_bytes("123456789")) == 0xe3069283);
    CHECK(crc32c(as_bytes("6789"), crc32c(as_bytes("12345"))) == 0xe3069283);
    CHECK(crc32c({}) == 0);
    CHECK(crc32c(as_bytes(std::string(32, '\0'))) == 0x8a9136aa);  // RFC 3720, B.4
    CHECK(crc32c(as_bytes(std::string(32, '\xff'))) == 0x62a8ab43);
}

TEST_CASE("mux_frame: the examples of the documentation") {
    const auto from_host = mux_key(host, guest);
    const auto from_guest = mux_key(guest, host);
    CHECK(from_host == 0xa965fe34);
    CHECK(from_guest == 0x6e00d867);
    CHECK(is_documented(greeting(mux_type::hello, 1, {host, 0, 262'144, 256})));
    CHECK(is_documented(greeting(mux_type::hello, 2, {guest, host, 262'144, 256})));
    CHECK(is_documented(greeting(mux_type::ready, 1, {host, guest, 262'144, 256})));
    CHECK(is_documented(frame({mux_type::open, 1, 1024, 0}, from_host)));
    CHECK(is_documented(frame({mux_type::data, 1, 0, 1}, from_host, "ping")));
    CHECK(is_documented(frame({mux_type::end, 1, 0, 2}, from_host)));
    CHECK(is_documented(frame({mux_type::accept, 1, 0, 0}, from_guest)));
    CHECK(is_documented(frame({mux_type::data, 1, 0, 1}, from_guest, "pong")));
    CHECK(is_documented(frame({mux_type::end, 1, 0, 2}, from_guest)));
    CHECK(is_documented(frame({mux_type::credit, 1, 131'072, 2}, from_guest)));
    CHECK(is_documented(frame({mux_type::reset, 3, 1, 4}, from_guest)));
    CHECK_FALSE(is_documented(frame({mux_type::reset, 3, 1, 5}, from_guest)));
}

TEST_CASE("mux_frame: a header comes back as it was, under its own key only") {
    const mux_header head{mux_type::data, 0xfffffffe, 0x12345678, 0x9abcdef0, mux_max_payload};
    std::array<std::byte, mux_header_size> bytes;
    write_mux_header(head, 7, bytes);
    CHECK(*parse_mux_header(bytes, 7) == head);
    CHECK(parse_mux_header(bytes, 8).error() == errc::mux_bad_frame);
    CHECK(head.total() == mux_max_frame);
    CHECK(mux_header{}.total() == mux_header_size);
    CHECK(mux_key(host, guest) != mux_key(guest, host));

    const auto hello = greeting(mux_type::hello, 1, {host, 0, 1, 1});
    CHECK(parse(hello, 7)->type == mux_type::hello);
    CHECK(parse(hello, 8)->type == mux_type::hello);
    CHECK(parse(frame({static_cast<mux_type>(0xee), 1}, 7), 7)->type == static_cast<mux_type>(0xee));
}

TEST_CASE("mux_frame: each wrong bit of a header is noticed") {
    const auto good = frame({mux_type::open, 1, 1024, 0}, 99);
    REQUIRE(parse(good, 99));
    for (std::size_t bit = 0; bit < 8 * mux_header_size; ++bit) {
        auto bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
        CHECK(parse(bad, 99).error() == errc::mux_bad_frame);
    }
}

TEST_CASE("mux_frame: lengths out of range are refused although the check is right") {
    std::array<std::byte, mux_header_size> bytes;
    write_mux_header({mux_type::data, 1, 0, 0, mux_max_payload + 1}, 0, bytes);
    CHECK(parse_mux_header(bytes, 0).error() == errc::mux_bad_frame);
    for (const std::uint32_t length : {0u, 23u, 65u}) {
        write_mux_header({mux_type::ready, 1, 1, 0, length}, 0, bytes);
        CHECK(parse_mux_header(bytes, 0).error() == errc::mux_bad_frame);
    }
    for (const std::uint32_t length : {24u, 64u}) {
        write_mux_header({mux_type::ready, 1, 1, 0, length}, 0, bytes);
        CHECK(parse_mux_header(bytes, 0));
    }
}

TEST_CASE("mux_frame: the trailer protects the first 64 bytes and the length of a payload") {
    for (const std::size_t size : {1u, 63u, 64u, 65u, 1'000u}) {
        CAPTURE(size);
        const auto good = frame({mux_type::data, 1}, 5, std::string(size, 'x'));
        REQUIRE(good.size() == parse(good, 5)->total());
        CHECK(is_mux_frame_whole(as_bytes(good)));
        for (std::size_t at = mux_header_size; at < good.size(); ++at) {
            auto bad = good;
            bad[at] ^= 1;
            const bool covered = at < mux_header_size + mux_covered_payload || at >= mux_header_size + size;
            CHECK(is_mux_frame_whole(as_bytes(bad)) == !covered);
        }
        auto cut = good.substr(0, good.size() - mux_trailer_size) + std::string(mux_trailer_size, '\0');
        CHECK_FALSE(is_mux_frame_whole(as_bytes(cut)));
    }
    CHECK(is_mux_frame_whole(as_bytes(frame({mux_type::end, 1}, 5))));
}

TEST_CASE("mux_frame: greetings are read back, and refused when they make no sense") {
    const mux_hello hello{host, guest, mux_max_credit, 0xffffffff};
    std::array<std::byte, mux_max_hello_size> bytes{};
    const auto written = std::span(bytes).first<mux_hello_size>();
    write_mux_hello(hello, written);
    CHECK(*parse_mux_hello(written) == hello);
    CHECK(*parse_mux_hello(bytes) == hello);
    CHECK(parse_mux_hello(written.first(23)).error() == errc::mux_bad_frame);
    write_mux_hello({0, guest, 1, 1}, written);
    CHECK(parse_mux_hello(written).error() == errc::mux_bad_frame);
    write_mux_hello({host, guest, mux_max_credit + 1, 1}, written);
    CHECK(parse_mux_hello(written).error() == errc::mux_bad_frame);
}

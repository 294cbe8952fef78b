#include <hearth/io/firecracker_handshake.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using hearth::errc;
using hearth::io::firecracker_handshake;

TEST_CASE("firecracker_handshake: asks with the decimal port and one newline [P-TRANS-03]") {
    CHECK(firecracker_handshake(1024).request() == "CONNECT 1024\n");
    CHECK(firecracker_handshake(4'294'967'295).request() == "CONNECT 4294967295\n");
}

TEST_CASE("firecracker_handshake: takes the line and nothing behind its newline [P-TRANS-03]") {
    firecracker_handshake h(1024);
    const auto step = h.on_peeked("OK 1073741824\n\x00\x00\x00\x01");
    CHECK(step.take == 14);
    CHECK(step.done);
    CHECK(!step.why);
}

TEST_CASE("firecracker_handshake: a line in single bytes gives the same answer [P-TRANS-03]") {
    const std::string_view line = "OK 7\n";
    firecracker_handshake h(1025);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto step = h.on_peeked(line.substr(i, 1));
        CHECK(step.take == 1);
        CHECK(step.done == (i + 1 == line.size()));
        CHECK(!step.why);
    }
}

TEST_CASE("firecracker_handshake: every other line and the end of the stream are refusals [P-TRANS-03]") {
    for (const std::string_view line : {"OK\n", "ok 3\n", "\n", "ERR no such port\n", "OKAY 1\n", " OK 1\n"})
        CHECK(firecracker_handshake(1024).on_peeked(line).why == errc::handshake_refused);
    CHECK(firecracker_handshake(1024).on_peeked("").why == errc::handshake_refused);
    firecracker_handshake cut(1024);
    CHECK(!cut.on_peeked("OK 1").done);
    CHECK(cut.on_peeked("").why == errc::handshake_refused);
}

TEST_CASE("firecracker_handshake: 64 bytes with the newline pass, a longer line is refused unread [P-TRANS-04]") {
    const std::string longest = "OK " + std::string(60, '1') + '\n';
    REQUIRE(longest.size() == firecracker_handshake::max_line);
    const auto fits = firecracker_handshake(1024).on_peeked(longest);
    CHECK(fits.done);
    CHECK(!fits.why);

    firecracker_handshake h(1024);
    CHECK(h.wanted() == 64);
    CHECK(!h.on_peeked("OK " + std::string(60, '1')).done);
    CHECK(h.wanted() == 1);
    const auto step = h.on_peeked("1");
    CHECK(step.done);
    CHECK(step.why == errc::handshake_too_long);
}

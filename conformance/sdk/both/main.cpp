#include <doctest/doctest.h>

#include <string>

std::string converse_on_asio();
std::string converse_on_boost_asio();

TEST_CASE("both flavours: one program may link them, each with its own set of types") {
    CHECK(converse_on_asio() == "ping.ping.");
    CHECK(converse_on_boost_asio() == "ping.ping.");
}

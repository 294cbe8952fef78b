#include <hearth/core/errc.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using hearth::errc;
using hearth::fault;

TEST_CASE("errc: every code has a sentence of its own and a condition") {
    std::set<std::string> seen;
    for (int value = 1; value <= static_cast<int>(errc::not_supported); ++value) {
        const std::error_code code = static_cast<errc>(value);
        CAPTURE(value);
        CHECK(seen.insert(code.message()).second);
        CHECK(code.message() != "unknown hearth error");
        CHECK(&code.default_error_condition().category() == &hearth::fault_category());
    }
}

TEST_CASE("errc: callers branch on the condition") {
    CHECK(std::error_code{errc::bad_frame_length} == fault::protocol);
    CHECK(std::error_code{errc::deadline_exceeded} == fault::timeout);
    CHECK(std::error_code{errc::session_limit} == fault::busy);
    CHECK(std::error_code{errc::connection_lost} != fault::protocol);
}

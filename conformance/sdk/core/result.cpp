#include <hearth/core/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using hearth::errc;
using hearth::result;

TEST_CASE("result: a value") {
    result<std::string> r{std::string{"x"}};
    CHECK(r.has_value());
    CHECK(r);
    CHECK(*r == "x");
    CHECK(r->size() == 1);
    CHECK(r.value() == "x");
    CHECK(!r.error());
    CHECK(r.value_or("y") == "x");
}

TEST_CASE("result: a reason") {
    const result<std::string> r = errc::bad_frame_length;
    CHECK(!r);
    CHECK(r.error() == errc::bad_frame_length);
    CHECK(r.value_or("y") == "y");
    CHECK_THROWS_AS((void)r.value(), std::system_error);
    CHECK(result<int>{std::make_error_code(std::errc::io_error)}.error() == std::errc::io_error);
}

TEST_CASE("result: values may be move-only") {
    result<std::unique_ptr<int>> r{std::make_unique<int>(7)};
    const std::unique_ptr<int> taken = *std::move(r);
    CHECK(*taken == 7);
    CHECK(*result<std::unique_ptr<int>>{std::make_unique<int>(8)}.value() == 8);
}

TEST_CASE("result: success without a value") {
    const result<void> good;
    CHECK(good);
    CHECK(!good.error());
    good.value();
    const result<void> bad = errc::connection_lost;
    CHECK(!bad);
    CHECK(bad.error() == errc::connection_lost);
    CHECK_THROWS_AS(bad.value(), std::system_error);
}

#include <hearth/io/translate.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <system_error>

using hearth::errc;
using hearth::fault;
using hearth::io::to_net;
using hearth::io::translate;
using hearth::io::translate_connect;
namespace net = hearth::net;

namespace {

hearth::net_error_code system_code(int value) {
    return hearth::net_error_code(value, net::error::get_system_category());
}

}  // namespace

TEST_CASE("translate: codes that only Asio has become ours, the system's own pass unchanged") {
    CHECK(translate({}) == std::error_code{});
    CHECK(translate(net::error::eof) == errc::end_of_stream);
    CHECK(translate(net::error::operation_aborted) == errc::operation_cancelled);
    for (const hearth::net_error_code ec :
         {hearth::net_error_code(net::error::connection_reset), hearth::net_error_code(net::error::connection_aborted),
          hearth::net_error_code(net::error::broken_pipe), hearth::net_error_code(net::error::not_connected),
          hearth::net_error_code(net::error::timed_out), hearth::net_error_code(net::error::bad_descriptor)})
        CHECK(translate(ec) == errc::connection_lost);
    for (const int value : {EACCES, EMFILE, ENOSPC}) {
        CHECK(translate(system_code(value)) == std::error_code(value, std::system_category()));
        CHECK(translate(system_code(value)) == static_cast<std::errc>(value));
    }
}

TEST_CASE("translate: the system's codes are recognised wherever they were made") {
    CHECK(translate(system_code(ECONNRESET)) == errc::connection_lost);
    CHECK(translate(system_code(EPIPE)) == errc::connection_lost);
    CHECK(translate(system_code(ETIMEDOUT)) == errc::connection_lost);
    CHECK(translate(system_code(ECANCELED)) == errc::operation_cancelled);
}

TEST_CASE("translate: our codes survive the way through Asio's type") {
    const hearth::net_error_code carried = make_error_code(errc::deadline_exceeded);
    CHECK(translate(carried) == errc::deadline_exceeded);
    CHECK(translate(carried) == fault::timeout);
}

TEST_CASE("translate_connect: nobody there is a failed connection, what the caller can repair keeps its code") {
    for (const int value :
         {ECONNREFUSED, ENOENT, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, ENODEV, ECONNRESET, EADDRNOTAVAIL})
        CHECK(translate_connect(system_code(value)) == errc::connect_failed);
    for (const int value : {EACCES, EMFILE, EPERM})
        CHECK(translate_connect(system_code(value)) == std::error_code(value, std::system_category()));
    CHECK(translate_connect(net::error::operation_aborted) == errc::operation_cancelled);
}

TEST_CASE("to_net: Asio's own composed operations find the names they know") {
    CHECK(to_net(errc::end_of_stream) == net::error::eof);
    CHECK(to_net(errc::operation_cancelled) == net::error::operation_aborted);
    CHECK(to_net(errc::connection_lost) == net::error::connection_reset);
    CHECK(translate(to_net(errc::peer_stalled)) == errc::peer_stalled);
    CHECK(!to_net({}));
}

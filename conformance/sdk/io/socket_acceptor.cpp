#include <hearth/io/socket_acceptor.hpp>

#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"
#include "io/support/temp_directory.hpp"

#include <doctest/doctest.h>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/unix_connector.hpp>
#include <hearth/io/unix_listener.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using hearth::errc;
using hearth::io::any_acceptor;
using hearth::io::any_connector;
using hearth::io::any_stream;
using hearth::io::socket_acceptor;
using hearth::io::unix_connector;
using hearth::io::unix_listener;
namespace net = hearth::net;
using namespace std::chrono_literals;

namespace {

/// Clang's check of virtual calls opens a pipe to see whether memory can be read, and takes a failure for a wrong object.
#if defined(__has_feature)
constexpr bool sanitizer_needs_descriptors = __has_feature(undefined_behavior_sanitizer);
#else
constexpr bool sanitizer_needs_descriptors = false;
#endif

/// No further descriptor can be opened while this lives.
class descriptor_famine {
public:
    descriptor_famine() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        rlimit tight = before_;
        tight.rlim_cur = static_cast<rlim_t>(next);
        ::close(next);
        ::setrlimit(RLIMIT_NOFILE, &tight);
    }
    ~descriptor_famine() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("socket_acceptor: out of descriptors it turns clients away, pauses, and recovers [A-LISTEN-05]") {
    if (sanitizer_needs_descriptors) {
        MESSAGE("skipped: the undefined-behaviour sanitizer needs descriptors of its own");
        return;
    }
    test::temp_directory dir;
    test::loop loop;
    auto listening = unix_listener{dir / "s"}.listen(loop.executor());
    REQUIRE(listening);
    test::outcome<any_stream> accepted;
    listening->async_accept(loop.executor(), accepted.handler());
    const any_connector to = unix_connector{dir / "s"};

    test::outcome<any_stream> client;
    to.async_connect(loop.executor(), hearth::no_deadline, client.handler());
    std::optional<descriptor_famine> famine(std::in_place);
    loop.run_until(client);
    REQUIRE(!client.error());
    std::array<char, 1> into{};
    test::outcome<std::size_t> turned_away;
    client.value().async_read_some(net::buffer(into), turned_away.handler());
    loop.run_until(turned_away);
    CHECK(turned_away.error() == errc::end_of_stream);
    CHECK(accepted.times() == 0);

    // It does not spin: 100 ms hold a handful of handlers, not thousands.
    loop.context.restart();
    CHECK(loop.context.run_for(100ms) < 10);
    CHECK(accepted.times() == 0);

    famine.reset();
    test::outcome<any_stream> again;
    to.async_connect(loop.executor(), hearth::no_deadline, again.handler());
    loop.run_until(accepted);
    CHECK(!accepted.error());
}

TEST_CASE(
    "socket_acceptor: close, cancellation and destruction end an outstanding accept, also in its pause [A-LISTEN-05]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    for (const int way : {0, 1, 2}) {
        for (const bool pausing : {false, true}) {
            CAPTURE(way);
            CAPTURE(pausing);
            // A socket that does not listen refuses every accept: the acceptor pauses again and again.
            auto listening = pausing
                                 ? socket_acceptor::adopt(loop.executor(), ::socket(AF_UNIX, SOCK_STREAM, 0), AF_UNIX)
                                 : unix_listener{dir / "s"}.listen(loop.executor());
            REQUIRE(listening);
            std::optional<any_acceptor> acceptor(std::move(*listening));
            net::cancellation_signal stop;
            test::outcome<any_stream> accepted;
            acceptor->async_accept(loop.executor(), net::bind_cancellation_slot(stop.slot(), accepted.handler()));
            loop.settle();
            if (way == 0)
                acceptor->close();
            else if (way == 1)
                stop.emit(net::cancellation_type::terminal);
            else
                acceptor.reset();
            CHECK(accepted.times() == 0);
            loop.run_until(accepted);
            CHECK(accepted.error() == errc::operation_cancelled);
            CHECK(accepted.times() == 1);
        }
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("socket_acceptor: streams are made on the executor they will live on [A-LISTEN-02]") {
    test::temp_directory dir;
    test::loop loop;
    auto listening = unix_listener{dir / "s"}.listen(loop.executor());
    REQUIRE(listening);
    const net::any_io_executor strand = net::make_strand(loop.context);
    test::outcome<any_stream> accepted;
    test::outcome<any_stream> client;
    listening->async_accept(strand, accepted.handler());
    any_connector(unix_connector{dir / "s"}).async_connect(loop.executor(), hearth::no_deadline, client.handler());
    loop.run_until(accepted);
    REQUIRE(!accepted.error());
    CHECK(accepted.value().get_executor() == strand);
    CHECK((::fcntl(accepted.value().native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(listening->local_port() == 0);
}

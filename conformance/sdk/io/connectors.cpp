#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"
#include "io/support/temp_directory.hpp"

#include <doctest/doctest.h>
#include <hearth/io/agent_address.hpp>
#include <hearth/io/tcp_listener.hpp>
#include <hearth/io/unix_listener.hpp>
#include <hearth/io/vsock_listener.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using hearth::errc;
using hearth::fault;
using hearth::no_deadline;
using hearth::io::any_acceptor;
using hearth::io::any_connector;
using hearth::io::any_stream;
using hearth::io::firecracker_connector;
using hearth::io::tcp_connector;
using hearth::io::tcp_listener;
using hearth::io::unix_connector;
using hearth::io::unix_listener;
using hearth::io::vsock_connector;
namespace net = hearth::net;
using namespace std::chrono_literals;

namespace {

hearth::time_point in(hearth::duration d) { return hearth::clock::now() + d; }

int option(any_stream& s, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    REQUIRE(::getsockopt(s.native_handle(), level, name, &value, &size) == 0);
    return value;
}

std::error_code connect_error(test::loop& loop, const any_connector& to, hearth::time_point deadline = no_deadline) {
    test::outcome<any_stream> got;
    to.async_connect(loop.executor(), deadline, got.handler());
    CHECK(got.times() == 0);
    loop.run_until(got);
    CHECK(!got.value());
    return got.error();
}

/// Firecracker's socket on the host, as far as a client can tell.
class monitor {
public:
    monitor(test::loop& loop, const std::string& path)
        : loop_(loop), acceptor_(*unix_listener{path}.listen(loop.executor())) {}

    /// Accepts, checks the request, answers with `bytes`.
    void answer(std::string bytes) {
        acceptor_.async_accept(loop_.executor(), [this, bytes = std::move(bytes)](auto ec, any_stream s) mutable {
            REQUIRE(!ec);
            peer = std::move(s);
            reply_ = std::move(bytes);
            net::async_read(peer, net::buffer(request_), [this](auto failed, std::size_t) {
                REQUIRE(!failed);
                CHECK(std::string(request_.data(), request_.size()) == "CONNECT 1024\n");
                net::async_write(peer, net::buffer(reply_), [this](auto, std::size_t) {
                    if (close_after)
                        peer.close();
                });
            });
        });
    }
    any_stream peer;
    bool close_after{false};

private:
    test::loop& loop_;
    any_acceptor acceptor_;
    std::string reply_;
    std::array<char, 13> request_{};
};

}  // namespace

TEST_CASE("unix: connects, carries bytes, closes without a leak [P-TRANS-02, A-LISTEN-04]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        auto listening = unix_listener{dir / "control"}.listen(loop.executor());
        REQUIRE(listening);
        any_acceptor acceptor(std::move(*listening));
        test::outcome<any_stream> client;
        test::outcome<any_stream> server;
        acceptor.async_accept(loop.executor(), server.handler());
        any_connector(unix_connector{dir / "control"}).async_connect(loop.executor(), in(5s), client.handler());
        loop.run_until([&] { return client() && server(); });
        REQUIRE(!client.error());
        REQUIRE(!server.error());
        for (any_stream* s : {&client.value(), &server.value()})
            CHECK((::fcntl(s->native_handle(), F_GETFD) & FD_CLOEXEC) != 0);

        std::array<char, 4> into{};
        test::outcome<std::size_t> wrote;
        test::outcome<std::size_t> read;
        net::async_write(client.value(), net::buffer("ping", 4), wrote.handler());
        net::async_read(server.value(), net::buffer(into), read.handler());
        loop.run_until([&] { return wrote() && read(); });
        CHECK(std::string(into.data(), 4) == "ping");
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("unix: nobody there, no permission to be had and an impossible path are three different errors") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    CHECK(connect_error(loop, unix_connector{dir / "absent"}) == errc::connect_failed);
    CHECK(connect_error(loop, unix_connector{dir / "absent"}) == fault::transport);
    {
        CHECK(unix_listener{dir / "stale"}.listen(loop.executor()).has_value());
    }
    CHECK(connect_error(loop, unix_connector{dir / "stale"}) == errc::connect_failed);
    for (const std::string& path : {std::string(), std::string(108, 'x'), std::string("a\0b", 3)}) {
        CHECK(connect_error(loop, unix_connector{path}) == errc::invalid_argument);
        CHECK(unix_listener{path}.listen(loop.executor()).error() == errc::invalid_argument);
    }
    CHECK(connect_error(loop, unix_connector{dir / "absent"}, in(-1s)) == errc::deadline_exceeded);
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("unix: a full listen queue is waited out under the deadline, and is no success [P-CLI-02]") {
    test::temp_directory dir;
    test::loop loop;
    // A queue of our own making: backlog 0 and nobody accepting.
    const std::string path = dir / "full";
    const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof at.sun_path - 1);
    REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listening, 0) == 0);
    test::outcome<any_stream> first;
    any_connector(unix_connector{path}).async_connect(loop.executor(), in(5s), first.handler());
    loop.run_until(first);
    REQUIRE(!first.error());

    CHECK(connect_error(loop, unix_connector{path}, in(50ms)) == errc::deadline_exceeded);

    test::outcome<any_stream> patient;
    any_connector(unix_connector{path}).async_connect(loop.executor(), in(5s), patient.handler());
    loop.settle();
    CHECK(patient.times() == 0);
    const int accepted = ::accept(listening, nullptr, nullptr);
    loop.run_until(patient);
    CHECK(!patient.error());
    ::close(accepted);
    ::close(listening);
}

TEST_CASE("unix listener: a path that exists can be connected to, and replaces what was there [A-LISTEN-06]") {
    test::temp_directory dir;
    test::loop loop;
    const std::string path = dir / "agent.sock";
    auto first = unix_listener{path, 0640}.listen(loop.executor());
    REQUIRE(first);
    CHECK(std::filesystem::is_socket(path));
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0640));
    auto second = unix_listener{path}.listen(loop.executor());
    REQUIRE(second);
    test::outcome<any_stream> client;
    test::outcome<any_stream> at_first;
    test::outcome<any_stream> at_second;
    first->async_accept(loop.executor(), at_first.handler());
    second->async_accept(loop.executor(), at_second.handler());
    any_connector(unix_connector{path}).async_connect(loop.executor(), no_deadline, client.handler());
    loop.run_until(at_second);
    CHECK(at_first.times() == 0);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path()))
        ++files;
    CHECK(files == 1);  // no temporary name is left
}

TEST_CASE("unix listener: a failure leaves nothing behind [A-LISTEN-06]") {
    test::temp_directory dir;
    test::loop loop;
    std::filesystem::create_directory(dir / "taken");
    const auto before = test::open_descriptors();
    CHECK(unix_listener{dir / "taken"}.listen(loop.executor()).error() == std::errc::is_a_directory);
    CHECK(unix_listener{dir / "no/such/dir"}.listen(loop.executor()).error() == std::errc::no_such_file_or_directory);
    CHECK(test::open_descriptors() == before);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path()))
        ++files;
    CHECK(files == 1);
}

TEST_CASE("tcp: both ends send small frames at once and probe a silent peer [P-TRANS-05, P-CONN-11]") {
    test::loop loop;
    auto listening = tcp_listener{{net::ip::address_v4::loopback(), 0}}.listen(loop.executor());
    REQUIRE(listening);
    const auto port = listening->local_port();
    REQUIRE(port != 0);
    any_acceptor acceptor(std::move(*listening));
    test::outcome<any_stream> client;
    test::outcome<any_stream> server;
    acceptor.async_accept(loop.executor(), server.handler());
    any_connector(tcp_connector{{net::ip::address_v4::loopback(), port}})
        .async_connect(loop.executor(), in(5s), client.handler());
    loop.run_until([&] { return client() && server(); });
    REQUIRE(!client.error());
    REQUIRE(!server.error());
    for (any_stream* s : {&client.value(), &server.value()}) {
        CHECK(option(*s, IPPROTO_TCP, TCP_NODELAY) == 1);
        CHECK(option(*s, SOL_SOCKET, SO_KEEPALIVE) == 1);
        CHECK(option(*s, IPPROTO_TCP, TCP_KEEPIDLE) == 30);
        CHECK(option(*s, IPPROTO_TCP, TCP_KEEPINTVL) == 10);
        CHECK(option(*s, IPPROTO_TCP, TCP_KEEPCNT) == 3);
        CHECK((::fcntl(s->native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
    }
    REQUIRE(!client.value().shutdown_send());
    std::array<char, 1> into{};
    test::outcome<std::size_t> end;
    server.value().async_read_some(net::buffer(into), end.handler());
    loop.run_until(end);
    CHECK(end.error() == errc::end_of_stream);

    acceptor.close();
    CHECK(connect_error(loop, tcp_connector{{net::ip::address_v4::loopback(), port}}) == errc::connect_failed);
}

TEST_CASE("tcp: a reset is a hang-up, also for an end that does not read [P-CONN-11]") {
    test::loop loop;
    auto listening = tcp_listener{{net::ip::address_v4::loopback(), 0}}.listen(loop.executor());
    REQUIRE(listening);
    test::outcome<any_stream> client;
    test::outcome<any_stream> server;
    listening->async_accept(loop.executor(), server.handler());
    any_connector(tcp_connector{{net::ip::address_v4::loopback(), listening->local_port()}})
        .async_connect(loop.executor(), in(5s), client.handler());
    loop.run_until([&] { return client() && server(); });
    test::outcome<> gone;
    server.value().async_wait_hangup(gone.handler());
    loop.settle();
    CHECK(gone.times() == 0);
    const linger abort{1, 0};
    REQUIRE(::setsockopt(client.value().native_handle(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort) == 0);
    client.value().close();
    loop.run_until(gone);
    CHECK(!gone.error());
}

TEST_CASE("firecracker: the stream begins right behind the monitor's line [P-TRANS-03]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        monitor m(loop, dir / "vsock");
        m.answer(std::string("OK 1073741824\n\x00\x00\x00\x01\x02next", 23));
        test::outcome<any_stream> got;
        any_connector(firecracker_connector{dir / "vsock"}).async_connect(loop.executor(), in(5s), got.handler());
        loop.run_until(got);
        REQUIRE(!got.error());
        std::array<char, 9> into{};
        test::outcome<std::size_t> read;
        net::async_read(got.value(), net::buffer(into), read.handler());
        loop.run_until(read);
        CHECK(std::string(into.data(), into.size()) == std::string("\x00\x00\x00\x01\x02next", 9));
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("firecracker: refusals, long lines and the end of the stream fail by name [P-TRANS-03, P-TRANS-04]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        monitor m(loop, dir / "vsock");
        const firecracker_connector to{dir / "vsock"};
        m.answer("ERR nobody listens there\n");
        CHECK(connect_error(loop, to) == errc::handshake_refused);
        m.answer("OK " + std::string(62, '1'));
        CHECK(connect_error(loop, to) == errc::handshake_too_long);
        m.answer("OK " + std::string(61, '1') + "\n");  // 65 bytes
        CHECK(connect_error(loop, to) == errc::handshake_too_long);
        m.close_after = true;
        m.answer("OK 10");
        CHECK(connect_error(loop, to) == errc::handshake_refused);
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("firecracker: the deadline covers a monitor that accepts and stays silent [P-TRANS-04]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        monitor m(loop, dir / "vsock");
        const firecracker_connector to{dir / "vsock"};
        CHECK(connect_error(loop, to, in(30ms)) == errc::deadline_exceeded);  // not even accepted
        m.answer("");
        m.answer("OK ");  // the first connection has been given up in the queue
        CHECK(connect_error(loop, to, in(30ms)) == errc::deadline_exceeded);
        m.peer.close();
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("connecting: cancellation closes the connection in the middle of the handshake [P-CLI-02]") {
    test::temp_directory dir;
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        monitor m(loop, dir / "vsock");
        m.answer("");
        net::cancellation_signal stop;
        test::outcome<any_stream> got;
        any_connector(firecracker_connector{dir / "vsock"})
            .async_connect(loop.executor(), no_deadline, net::bind_cancellation_slot(stop.slot(), got.handler()));
        loop.run_until([&] { return static_cast<bool>(m.peer); });
        loop.settle();
        CHECK(got.times() == 0);
        stop.emit(net::cancellation_type::total);
        CHECK(got.times() == 0);
        loop.run_until(got);
        CHECK(got.error() == errc::operation_cancelled);
        stop.emit(net::cancellation_type::total);
        loop.settle();
        CHECK(got.times() == 1);
        std::array<char, 1> into{};
        test::outcome<std::size_t> end;
        m.peer.async_read_some(net::buffer(into), end.handler());
        loop.run_until(end);
        CHECK(end.error() == errc::end_of_stream);
    }
    loop.settle();
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("vsock: connects, or says what is missing [P-TRANS-02]") {
    test::loop loop;
    const auto before = test::open_descriptors();
    {
        constexpr std::uint32_t local = 1;
        const auto listening = hearth::io::vsock_listener{1024, local}.listen(loop.executor());
        const auto error = connect_error(loop, vsock_connector{local, 9}, in(5s));
        CHECK_MESSAGE((error == errc::connect_failed || error == errc::not_supported), error.message());
        if (!listening)
            MESSAGE("skipped: no vsock loopback here: " << listening.error().message());
    }
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("agent_address: the port chooses the channel, values copy [P-TRANS-01]") {
    test::temp_directory dir;
    test::loop loop;
    auto forward = unix_listener{dir / "forward"}.listen(loop.executor());
    auto control = unix_listener{dir / "control"}.listen(loop.executor());
    REQUIRE(forward);
    REQUIRE(control);
    const auto original = hearth::io::agent_over_unix(dir / "control", dir / "forward");
    const auto address = original;
    test::outcome<any_stream> at_control;
    test::outcome<any_stream> at_forward;
    control->async_accept(loop.executor(), at_control.handler());
    forward->async_accept(loop.executor(), at_forward.handler());
    test::outcome<any_stream> a;
    address.control.async_connect(loop.executor(), in(5s), a.handler());
    loop.run_until([&] { return a() && at_control(); });
    CHECK(at_forward.times() == 0);
    test::outcome<any_stream> b;
    address.forward.async_connect(loop.executor(), in(5s), b.handler());
    loop.run_until([&] { return b() && at_forward(); });
    CHECK(!a.error());
    CHECK(!b.error());
}

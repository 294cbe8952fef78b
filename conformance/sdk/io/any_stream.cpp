#include <hearth/io/any_stream.hpp>

#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"
#include "io/support/temp_directory.hpp"

#include <doctest/doctest.h>
#include <hearth/io/descriptor.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using hearth::errc;
using hearth::io::any_stream;
using hearth::io::translate;
namespace net = hearth::net;

namespace {

std::string text(const std::vector<char>& bytes, std::size_t n) { return {bytes.data(), n}; }

/// A stream without half-close and without a hang-up event, as a multiplexer's would be at its plainest.
struct bare_stream {
    net::any_io_executor on;
    net::any_io_executor get_executor() const { return on; }
    template <class Handler>
    void async_read_some(net::mutable_buffer, Handler&&) {}
    template <class Handler>
    void async_write_some(net::const_buffer, Handler&&) {}
    template <class Handler>
    void async_write_some(const auto&, Handler&&) {}
    void cancel(hearth::net_error_code&) {}
    void close(hearth::net_error_code&) {}
};

}  // namespace

TEST_CASE("any_stream: Asio's composed operations run over it, gathered pieces arrive in order [P-TRANS-06]") {
    test::loop loop;
    auto [a, b] = test::stream_pair(loop.executor());
    std::vector<std::string> pieces;
    for (int i = 0; i < 20; ++i)  // more than one write takes
        pieces.push_back("piece " + std::to_string(i) + (i % 3 == 0 ? "" : ";"));
    std::vector<net::const_buffer> buffers;
    std::string whole;
    for (const auto& p : pieces) {
        buffers.emplace_back(net::buffer(p));
        buffers.emplace_back();  // empty buffers are skipped
        whole += p;
    }
    test::outcome<std::size_t> wrote;
    test::outcome<std::size_t> read;
    std::vector<char> into(whole.size());
    net::async_write(a, buffers, wrote.handler());
    net::async_read(b, net::buffer(into), read.handler());
    CHECK(wrote.times() == 0);
    loop.run_until([&] { return wrote() && read(); });
    CHECK(!wrote.error());
    CHECK(!read.error());
    CHECK(text(into, read.value()) == whole);
}

TEST_CASE("any_stream: half-close lets the other direction go on, and reads end of stream [P-TRANS-06]") {
    test::loop loop;
    auto [a, b] = test::stream_pair(loop.executor());
    REQUIRE(!a.shutdown_send());
    std::array<char, 8> into{};
    test::outcome<std::size_t> end;
    b.async_read_some(net::buffer(into), end.handler());
    loop.run_until(end);
    CHECK(end.error() == errc::end_of_stream);

    test::outcome<std::size_t> wrote;
    test::outcome<std::size_t> read;
    net::async_write(b, net::buffer("later", 5), wrote.handler());
    a.async_read_some(net::buffer(into), read.handler());
    loop.run_until([&] { return wrote() && read(); });
    CHECK(read.value() == 5);
}

TEST_CASE("any_stream: cancel, close and a cancellation slot end a silent read") {
    test::loop loop;
    auto [a, b] = test::stream_pair(loop.executor());
    std::array<char, 8> into{};

    test::outcome<std::size_t> cancelled;
    a.async_read_some(net::buffer(into), cancelled.handler());
    a.cancel();
    loop.run_until(cancelled);
    CHECK(cancelled.error() == errc::operation_cancelled);

    net::cancellation_signal signal;
    test::outcome<std::size_t> signalled;
    a.async_read_some(net::buffer(into), net::bind_cancellation_slot(signal.slot(), signalled.handler()));
    signal.emit(net::cancellation_type::terminal);
    loop.run_until(signalled);
    CHECK(signalled.error() == errc::operation_cancelled);

    test::outcome<std::size_t> closed;
    a.async_read_some(net::buffer(into), closed.handler());
    a.close();
    CHECK(closed.times() == 0);
    loop.run_until(closed);
    CHECK(closed.error() == errc::operation_cancelled);
}

TEST_CASE("any_stream: completes on the handler's associated executor") {
    test::loop loop;
    net::io_context other;
    auto [a, b] = test::stream_pair(loop.executor());
    test::outcome<std::size_t> wrote;
    a.async_write_some(net::buffer("x", 1), net::bind_executor(other.get_executor(), wrote.handler()));
    while (loop.context.poll_one() != 0) {
    }
    CHECK(wrote.times() == 0);
    other.run();
    CHECK(wrote.times() == 1);
}

TEST_CASE("any_stream: the hang-up event tells a gone peer from one that stopped sending [P-CONN-11]") {
    test::loop loop;
    auto [a, b] = test::stream_pair(loop.executor());
    test::outcome<> gone;
    a.async_wait_hangup(gone.handler());
    loop.settle();
    CHECK(gone.times() == 0);
    REQUIRE(!b.shutdown_send());
    loop.settle();
    CHECK(gone.times() == 0);
    b.close();
    loop.run_until(gone);
    CHECK(!gone.error());

    // One that was gone before anybody asked.
    test::outcome<> again;
    a.async_wait_hangup(again.handler());
    loop.run_until(again);
    CHECK(!again.error());
}

TEST_CASE("any_stream: what a stream cannot do is said, not pretended [P-TRANS-06]") {
    test::loop loop;
    any_stream s(bare_stream{loop.executor()});
    CHECK(translate(s.shutdown_send()) == errc::not_supported);
    CHECK(s.native_handle() == -1);
    test::outcome<> gone;
    s.async_wait_hangup(gone.handler());
    CHECK(gone.times() == 0);
    loop.run_until(gone);
    CHECK(gone.error() == errc::not_supported);
}

TEST_CASE("adopt_descriptor: sockets and devices become streams, files do not, nothing leaks [P-TRANS-02]") {
    test::loop loop;
    test::temp_directory dir;
    const auto before = test::open_descriptors();
    {
        int pair[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        auto a = hearth::io::adopt_descriptor(loop.executor(), pair[0]);
        auto b = hearth::io::adopt_descriptor(loop.executor(), pair[1]);
        REQUIRE(a);
        REQUIRE(b);
        CHECK((::fcntl(pair[0], F_GETFD) & FD_CLOEXEC) != 0);
        std::array<char, 8> into{};
        test::outcome<std::size_t> wrote;
        test::outcome<std::size_t> read;
        a->async_write_some(net::buffer("hello", 5), wrote.handler());
        b->async_read_some(net::buffer(into), read.handler());
        loop.run_until([&] { return wrote() && read(); });
        CHECK(read.value() == 5);

        const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
        REQUIRE(master >= 0);
        auto device = hearth::io::adopt_descriptor(loop.executor(), master);
        REQUIRE(device);
        CHECK(translate(device->shutdown_send()) == errc::not_supported);

        const int file = ::open((dir / "file").c_str(), O_CREAT | O_RDWR, 0600);
        CHECK(hearth::io::adopt_descriptor(loop.executor(), file).error() == errc::invalid_argument);
        CHECK(hearth::io::adopt_descriptor(loop.executor(), -1).error() == std::errc::bad_file_descriptor);
        const int unconnected = ::socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(hearth::io::adopt_descriptor(loop.executor(), unconnected).error() == errc::invalid_argument);
    }
    CHECK(test::open_descriptors() == before);
}

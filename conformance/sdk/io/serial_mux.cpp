#include <hearth/io/serial_mux.hpp>

#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"

#include <doctest/doctest.h>
#include <hearth/core/limits.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using hearth::errc;
using hearth::io::any_acceptor;
using hearth::io::any_connector;
using hearth::io::any_stream;
using hearth::io::serial_mux;
using hearth::io::translate;
namespace net = hearth::net;
namespace session = hearth::session;
using namespace std::chrono_literals;

namespace {

session::serial_mux_options options(session::mux_end end, std::uint64_t nonce) {
    session::serial_mux_options o;
    o.end = end;
    o.nonce = nonce;
    return o;
}
const auto host_options = options(session::mux_end::host, 0x1111);
const auto guest_options = options(session::mux_end::guest, 0x2222);

hearth::time_point soon() { return hearth::clock::now() + 8s; }

std::string pattern(std::size_t n, unsigned seed) {
    std::string out(n, '\0');
    for (std::size_t i = 0; i < n; ++i)
        out[i] = static_cast<char>((i * 2654435761u + seed) >> 5);
    return out;
}

/// Sends back what it reads, then ends; the stream goes with the operation.
struct echo : std::enable_shared_from_this<echo> {
    explicit echo(any_stream s) : stream(std::move(s)) {}
    any_stream stream;
    std::array<char, 5'000> buffer{};

    void read() {
        stream.async_read_some(net::buffer(buffer),
                               [self = shared_from_this()](hearth::net_error_code ec, std::size_t n) {
                                   if (!ec)
                                       return self->write(n);
                                   if (ec == net::error::eof)
                                       self->stream.shutdown_send();
                               });
    }
    void write(std::size_t n) {
        net::async_write(stream, net::buffer(buffer.data(), n),
                         [self = shared_from_this()](hearth::net_error_code ec, std::size_t) {
                             if (!ec)
                                 self->read();
                         });
    }
};

/// Echoes everything that is accepted.
struct echo_service {
    explicit echo_service(any_acceptor a, net::any_io_executor on) : acceptor(std::move(a)), peers(std::move(on)) {
        next();
    }
    any_acceptor acceptor;
    net::any_io_executor peers;
    int accepted{0};
    std::error_code ended;

    void next() {
        acceptor.async_accept(peers, [this](hearth::net_error_code ec, any_stream peer) {
            if (ec) {
                ended = translate(ec);
                return;
            }
            ++accepted;
            std::make_shared<echo>(std::move(peer))->read();
            next();
        });
    }
};

/// Sends a text, half-closes, collects the answer.
struct client : std::enable_shared_from_this<client> {
    client(std::size_t n, unsigned seed) : text(pattern(n, seed)) {}
    any_stream stream;
    std::string text;
    std::string answer;
    std::array<char, 7'000> buffer{};
    std::optional<std::error_code> wrote;
    std::optional<std::error_code> done;
    std::function<void()> on_finished{[] {}};

    void start(const any_connector& to, const net::any_io_executor& on) {
        to.async_connect(on, soon(), [self = shared_from_this()](hearth::net_error_code ec, any_stream s) {
            if (ec) {
                self->wrote = self->done = translate(ec);
                return;
            }
            self->stream = std::move(s);
            self->write();
            self->read();
        });
    }
    void write() {
        net::async_write(stream, net::buffer(text),
                         [self = shared_from_this()](hearth::net_error_code ec, std::size_t) {
                             self->wrote = translate(ec);
                             if (!ec)
                                 self->stream.shutdown_send();
                             if (self->finished())
                                 self->on_finished();
                         });
    }
    void read() {
        stream.async_read_some(net::buffer(buffer),
                               [self = shared_from_this()](hearth::net_error_code ec, std::size_t n) {
                                   self->answer.append(self->buffer.data(), n);
                                   if (!ec)
                                       return self->read();
                                   self->done = translate(ec);
                                   if (self->finished())
                                       self->on_finished();
                               });
    }
    bool finished() const { return wrote && done; }
    bool echoed() const { return !*wrote && *done == errc::end_of_stream && answer == text; }
};

/// A port that survives the multiplexer that uses it.
struct shared_port {
    std::shared_ptr<any_stream> inner;
    net::any_io_executor get_executor() const { return inner->get_executor(); }
    void async_read_some(net::mutable_buffer into,
                         hearth::io::any_handler<void(hearth::net_error_code, std::size_t)> h) {
        inner->async_read_some(into, std::move(h));
    }
    void async_write_some(const auto& from, hearth::io::any_handler<void(hearth::net_error_code, std::size_t)> h) {
        inner->async_write_some(from, std::move(h));
    }
    void cancel(hearth::net_error_code&) { inner->cancel(); }
    void close(hearth::net_error_code&) { inner->cancel(); }
};

/// Two multiplexers over a socket pair, the guest's echoing.
struct pair {
    test::loop loop;
    std::optional<serial_mux> host, guest;
    test::outcome<> host_ended, guest_ended;
    std::optional<echo_service> service;

    explicit pair(const session::serial_mux_options& g = guest_options) {
        auto [a, b] = test::stream_pair(loop.executor());
        host.emplace(std::move(a), host_options);
        guest.emplace(std::move(b), g);
        service.emplace(any_acceptor(*guest->listen(hearth::control_port)), loop.executor());
        host->async_run(host_ended.handler());
        guest->async_run(guest_ended.handler());
    }
    any_connector connector() const { return host->connector(hearth::control_port); }
    any_stream connect(std::uint32_t port = hearth::control_port) {
        test::outcome<any_stream> got;
        any_connector(host->connector(port)).async_connect(loop.executor(), soon(), got.handler());
        loop.run_until(got);
        REQUIRE(!got.error());
        return std::move(got.value());
    }
};

}  // namespace

TEST_CASE("serial_mux: many connections at once are carried over one stream, whole") {
    pair p;
    std::vector<std::shared_ptr<client>> clients;
    for (unsigned i = 0; i < 40; ++i) {
        clients.push_back(std::make_shared<client>(i * i * 1'500, i));
        clients.back()->start(p.connector(), p.loop.executor());
    }
    for (const auto& c : clients)
        p.loop.run_until([&] { return c->finished(); });
    for (const auto& c : clients)
        CHECK(c->echoed());
    CHECK(p.service->accepted == 40);
    CHECK_FALSE(p.host_ended());
}

TEST_CASE("serial_mux: both ends may connect") {
    pair p;
    echo_service back(any_acceptor(*p.host->listen(hearth::config_port)), p.loop.executor());
    const auto there = std::make_shared<client>(100'000, 1);
    const auto here = std::make_shared<client>(200'000, 2);
    here->start(p.connector(), p.loop.executor());
    there->start(p.guest->connector(hearth::config_port), p.loop.executor());
    p.loop.run_until([&] { return here->finished() && there->finished(); });
    CHECK(here->echoed());
    CHECK(there->echoed());
}

TEST_CASE("serial_mux: nobody listens: connect_failed; two listeners on a port: invalid_argument") {
    pair p;
    test::outcome<any_stream> got;
    any_connector(p.host->connector(7)).async_connect(p.loop.executor(), soon(), got.handler());
    p.loop.run_until(got);
    CHECK(got.error() == errc::connect_failed);
    CHECK(p.guest->listen(hearth::control_port).error() == errc::invalid_argument);
    p.service->acceptor.close();
    p.loop.run_until([&] { return static_cast<bool>(p.service->ended); });
    CHECK(p.service->ended == errc::operation_cancelled);
    CHECK(p.guest->listen(hearth::control_port));
}

TEST_CASE("serial_mux: a connector waits for the session, until its deadline or its cancellation") {
    test::loop loop;
    auto [a, b] = test::stream_pair(loop.executor());
    serial_mux host(std::move(a), host_options);
    test::outcome<> ended;
    host.async_run(ended.handler());
    const any_connector to = host.connector(hearth::control_port);
    test::outcome<any_stream> late, cancelled, early;
    net::cancellation_signal stop;
    to.async_connect(loop.executor(), hearth::clock::now() + 5ms, late.handler());
    to.async_connect(loop.executor(), soon(), net::bind_cancellation_slot(stop.slot(), cancelled.handler()));
    loop.run_until(late);
    CHECK(late.error() == errc::deadline_exceeded);
    stop.emit(net::cancellation_type::terminal);
    loop.run_until(cancelled);
    CHECK(cancelled.error() == errc::operation_cancelled);

    to.async_connect(loop.executor(), soon(), early.handler());
    serial_mux guest(std::move(b), guest_options);
    echo_service service(any_acceptor(*guest.listen(hearth::control_port)), loop.executor());
    test::outcome<> guest_ended;
    guest.async_run(guest_ended.handler());
    loop.run_until(early);
    CHECK(!early.error());
    to.async_connect(loop.executor(), hearth::clock::now(), late.handler());
    loop.run_until([&] { return late.times() == 2; });
    CHECK(late.error() == errc::deadline_exceeded);
}

TEST_CASE("serial_mux: a slow reader stalls its own stream only") {
    auto small = guest_options;
    small.window = 20'000;
    pair p(small);
    auto slow = p.guest->listen(5);
    test::outcome<any_stream> accepted;
    slow->async_accept(p.loop.executor(), accepted.handler());
    auto stalled = p.connect(5);
    p.loop.run_until(accepted);
    const auto text = pattern(100'000, 3);
    test::outcome<std::size_t> wrote;
    net::async_write(stalled, net::buffer(text), wrote.handler());
    const auto other = std::make_shared<client>(500'000, 4);
    other->start(p.connector(), p.loop.executor());
    p.loop.run_until([&] { return other->finished(); });
    CHECK(other->echoed());
    CHECK_FALSE(wrote());
    std::string into(text.size(), '\0');
    test::outcome<std::size_t> read;
    net::async_read(accepted.value(), net::buffer(into), read.handler());
    p.loop.run_until([&] { return read() && wrote(); });
    CHECK(into == text);
}

TEST_CASE("serial_mux: operations of a stream can be cancelled, and a second one is refused") {
    pair p;
    auto s = p.connect();
    std::array<char, 10> a{}, b{};
    test::outcome<std::size_t> first, second, third;
    net::cancellation_signal stop;
    s.async_read_some(net::buffer(a), net::bind_cancellation_slot(stop.slot(), first.handler()));
    s.async_read_some(net::buffer(b), second.handler());
    p.loop.run_until(second);
    CHECK(second.error() == errc::operation_in_progress);
    CHECK_FALSE(first());
    stop.emit(net::cancellation_type::terminal);
    p.loop.run_until(first);
    CHECK(first.error() == errc::operation_cancelled);
    s.async_read_some(net::buffer(a), third.handler());
    s.cancel();
    p.loop.run_until(third);
    CHECK(third.error() == errc::operation_cancelled);
    test::outcome<std::size_t> wrote, read;
    net::async_write(s, net::buffer("hello", 5), wrote.handler());
    net::async_read(s, net::buffer(a, 5), read.handler());
    p.loop.run_until([&] { return wrote() && read(); });
    CHECK(std::string(a.data(), 5) == "hello");
}

TEST_CASE("serial_mux: what was written before `close` arrives, and the peer sees the hang-up") {
    pair p;
    auto listener = p.guest->listen(9);
    test::outcome<any_stream> accepted;
    listener->async_accept(p.loop.executor(), accepted.handler());
    auto s = p.connect(9);
    p.loop.run_until(accepted);
    auto& there = accepted.value();
    test::outcome<> hangup;
    there.async_wait_hangup(hangup.handler());
    test::outcome<std::size_t> wrote, read, end, refused;
    const auto text = pattern(100'000, 5);
    net::async_write(s, net::buffer(text), wrote.handler());
    p.loop.run_until(wrote);
    CHECK_FALSE(hangup());
    s.close();
    p.loop.run_until(hangup);
    CHECK(!hangup.error());
    std::string into(text.size(), '\0');
    net::async_read(there, net::buffer(into), read.handler());
    p.loop.run_until(read);
    CHECK(into == text);
    there.async_read_some(net::buffer(into), end.handler());
    p.loop.run_until(end);
    CHECK(end.error() == errc::end_of_stream);
    there.async_write_some(net::buffer(text), refused.handler());
    p.loop.run_until(refused);
    CHECK(refused.error() == errc::connection_lost);
}

TEST_CASE("serial_mux: the guest restarts in the middle of a transfer") {
    test::loop loop;
    // A relay stands for the virtual machine: its side towards the host stays while the guest's agent comes and goes.
    auto [a, b] = test::stream_pair(loop.executor());
    serial_mux host(std::move(a), host_options);
    test::outcome<> host_ended;
    host.async_run(host_ended.handler());
    const any_connector to = host.connector(hearth::control_port);

    std::shared_ptr<any_stream> port = std::make_shared<any_stream>(std::move(b));
    auto guest = std::make_optional<serial_mux>(any_stream(shared_port{port}), guest_options);
    auto service =
        std::make_optional<echo_service>(any_acceptor(*guest->listen(hearth::control_port)), loop.executor());
    test::outcome<> guest_ended;
    guest->async_run(guest_ended.handler());

    std::vector<std::shared_ptr<client>> clients;
    for (unsigned i = 0; i < 8; ++i) {
        clients.push_back(std::make_shared<client>(20'000'000, i));
        clients.back()->start(to, loop.executor());
    }
    loop.run_until([&] { return clients[0]->answer.size() > 300'000; });
    guest.reset();
    loop.run_until(guest_ended);
    CHECK(guest_ended.error() == errc::operation_cancelled);
    service.reset();

    guest.emplace(any_stream(shared_port{port}), options(session::mux_end::guest, 0x3333));
    service.emplace(any_acceptor(*guest->listen(hearth::control_port)), loop.executor());
    guest->async_run(guest_ended.handler());
    for (const auto& c : clients) {
        loop.run_until([&] { return c->finished(); });
        const bool told = *c->done == errc::mux_reset || *c->done == errc::mux_bad_frame;
        CHECK_MESSAGE(told, c->done->message());
        CHECK(c->answer == c->text.substr(0, c->answer.size()));
    }
    CHECK_FALSE(host_ended());
    const auto after = std::make_shared<client>(1'000'000, 99);
    after->start(to, loop.executor());
    loop.run_until([&] { return after->finished(); });
    CHECK(after->echoed());
}

TEST_CASE("serial_mux: the port ends: streams fail, connectors and acceptors too") {
    pair p;
    auto s = p.connect();
    std::array<char, 10> into{};
    test::outcome<std::size_t> read;
    s.async_read_some(net::buffer(into), read.handler());
    p.guest->close();
    p.loop.run_until([&] { return p.guest_ended() && p.host_ended() && read() && p.service->ended; });
    CHECK(p.guest_ended.error() == errc::operation_cancelled);
    CHECK((p.host_ended.error() == errc::end_of_stream || p.host_ended.error() == errc::connection_lost));
    CHECK(read.error() == p.host_ended.error());
    CHECK(p.service->ended == errc::operation_cancelled);
    test::outcome<any_stream> got;
    p.connector().async_connect(p.loop.executor(), soon(), got.handler());
    p.loop.run_until(got);
    CHECK(got.error() == errc::connect_failed);
    test::outcome<std::size_t> wrote;
    s.async_write_some(net::buffer("x", 1), wrote.handler());
    p.loop.run_until(wrote);
    CHECK(wrote.error());
}

TEST_CASE("serial_mux: streams, connectors and acceptors outlive the multiplexer, run or not") {
    pair p;
    auto s = p.connect();
    const auto to = p.connector();
    std::array<char, 10> into{};
    test::outcome<std::size_t> read;
    s.async_read_some(net::buffer(into), read.handler());
    p.host.reset();
    p.loop.run_until([&] { return read() && p.host_ended(); });
    CHECK(read.error() == errc::operation_cancelled);
    test::outcome<any_stream> got;
    to.async_connect(p.loop.executor(), soon(), got.handler());
    p.loop.run_until(got);
    CHECK(got.error() == errc::connect_failed);
    s.close();

    auto [a, b] = test::stream_pair(p.loop.executor());
    std::optional<serial_mux> never_run(std::in_place, std::move(a), host_options);
    auto acceptor = never_run->listen(1);
    test::outcome<any_stream> accepted, connected;
    acceptor->async_accept(p.loop.executor(), accepted.handler());
    never_run->connector(1).async_connect(p.loop.executor(), soon(), connected.handler());
    never_run.reset();
    p.loop.run_until([&] { return accepted() && connected(); });
    CHECK(accepted.error() == errc::operation_cancelled);
    CHECK(connected.error() == errc::connect_failed);
}

TEST_CASE("serial_mux: the context may go while everything is busy") {
    pair p;
    for (unsigned i = 0; i < 5; ++i)
        std::make_shared<client>(10'000'000, i)->start(p.connector(), p.loop.executor());
    p.loop.run_until([&] { return p.service->accepted == 5; });
    for (int i = 0; i < 200; ++i)
        p.loop.context.run_one();
}

TEST_CASE("serial_mux: streams may live on other strands, and other threads") {
    net::io_context context;
    auto [a, b] = test::stream_pair(net::make_strand(context));
    serial_mux host(std::move(a), host_options);
    serial_mux guest(std::move(b), guest_options);
    echo_service service(any_acceptor(*guest.listen(hearth::control_port)), net::make_strand(context));
    test::outcome<> host_ended, guest_ended;
    const auto strand = net::make_strand(context);
    host.async_run(net::bind_executor(strand, host_ended.handler()));
    guest.async_run(net::bind_executor(strand, guest_ended.handler()));
    std::vector<std::shared_ptr<client>> clients;
    std::atomic<int> busy{10};
    for (unsigned i = 0; i < 10; ++i) {
        clients.push_back(std::make_shared<client>(300'000, i));
        clients.back()->on_finished = [&] {
            if (--busy == 0)
                host.close();  // then nothing is left to run
        };
        clients.back()->start(host.connector(hearth::control_port), net::make_strand(context));
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] { context.run_for(test::loop::watchdog); });
    for (auto& t : threads)
        t.join();
    for (const auto& c : clients) {
        REQUIRE(c->finished());
        CHECK(c->echoed());
    }
}

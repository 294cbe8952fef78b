#include <hearth/io/agent_service.hpp>

#include <io/support/served.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>

using hearth::agent_limits;
using hearth::errc;
using hearth::wire::frame_type;
using namespace std::chrono_literals;
using test::frame;
using test::raw_host;
using test::served;
namespace net = hearth::net;
using net::ip::tcp;

namespace {

const std::string opened = frame(frame_type::forward_response, R"({"status":"ok"})");

/// A server in the guest: its one client is at the test's disposal.
struct target {
    explicit target(test::loop& on, const char* address = "127.0.0.1")
        : loop(on), acceptor(on.context, tcp::endpoint(net::ip::make_address(address), 0)) {}
    std::string request() const { return R"({"port":)" + std::to_string(acceptor.local_endpoint().port()) + '}'; }
    raw_host accept() {
        tcp::socket peer(loop.context);
        bool there = false;
        acceptor.async_accept(peer, [&](hearth::net_error_code ec) { there = !ec; });
        loop.run_until([&] { return there; });
        return {loop, hearth::io::any_stream(std::move(peer))};
    }
    test::loop& loop;
    tcp::acceptor acceptor;
};

std::string reply_text(raw_host& from) {
    const std::string all = from.rest();
    REQUIRE(all.substr(4, 1) == "\x21");
    return all.substr(5);
}

}  // namespace

TEST_CASE("agent_service: a tunnel carries bytes both ways, early ones too, and either end may finish first "
          "[P-FWD-01] [P-FWD-02] [P-FWD-05] [P-FWD-07] [P-FWD-08] [P-FWD-09] [P-FWD-15]") {
    served s;
    target server(s.loop);
    raw_host host = s.ask(frame_type::forward_request, server.request(), "forward");
    host.send("early ");
    raw_host guest = server.accept();
    CHECK(host.next() == opened);
    CHECK(s.activity().tunnels == 1);
    host.send("bytes").half_close();
    CHECK(guest.rest() == "early bytes");
    guest.send("answer").half_close();
    CHECK(host.rest() == "answer");
    CHECK(s.activity().tunnels == 0);

    raw_host again = s.ask(frame_type::forward_request, server.request(), "forward");
    raw_host server_first = server.accept();
    server_first.send("all there is").half_close();
    CHECK(again.next() == opened);
    CHECK(again.rest() == "all there is");
    again.send("thanks").half_close();
    CHECK(server_first.rest() == "thanks");
}

TEST_CASE("agent_service: a tunnel is as good as the other side is fast [P-FWD-07] [P-FWD-16]") {
    served s;
    target server(s.loop);
    raw_host host = s.ask(frame_type::forward_request, server.request(), "forward");
    raw_host guest = server.accept();
    CHECK(host.next() == opened);
    std::string bytes(20'000'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * 2'654'435'761u >> 13);
    test::outcome<std::size_t> sent;
    net::async_write(host.stream(), net::buffer(bytes), sent.handler());
    std::string got;
    while (got.size() < bytes.size()) {
        std::array<char, 65'536> room;
        test::outcome<std::size_t> n;
        guest.stream().async_read_some(net::buffer(room), n.handler());
        s.loop.run_until(n);
        REQUIRE(!n.error());
        got.append(room.data(), n.value());
    }
    CHECK(got == bytes);
}

TEST_CASE("agent_service: a reset of one side ends the other at once [P-FWD-10]") {
    served s;
    target server(s.loop);
    const std::size_t before = test::open_descriptors();
    raw_host host = s.ask(frame_type::forward_request, server.request(), "forward");
    std::optional<raw_host> guest(server.accept());
    CHECK(host.next() == opened);
    const ::linger abrupt{1, 0};
    ::setsockopt(guest->stream().native_handle(), SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    guest->close();
    CHECK(host.rest().empty());
    host.close();
    s.loop.run_until([&] { return test::open_descriptors() == before; });
    CHECK(s.activity().tunnels == 0);
}

TEST_CASE(
    "agent_service: a port that nobody listens on is refused in the first attempt's words [P-FWD-03] [P-FWD-11]") {
    served s;
    std::string nobody;
    {
        const target gone(s.loop);
        nobody = gone.request();
    }
    raw_host refused = s.ask(frame_type::forward_request, nobody, "forward");
    CHECK(reply_text(refused) == R"({"status":"error","message":"connection refused"})");
    raw_host zero = s.ask(frame_type::forward_request, "{}", "forward");
    CHECK(reply_text(zero).starts_with(R"({"status":"error",)"));
    raw_host malformed = s.ask(frame_type::forward_request, "[", "forward");
    CHECK(reply_text(malformed).starts_with(R"({"status":"error","message":"bad forward request: )"));
}

TEST_CASE("agent_service: a server that listens on ::1 alone is reached too [P-FWD-11]") {
    served s;
    std::optional<target> server;
    try {
        server.emplace(s.loop, "::1");
    } catch (const std::system_error&) {
        MESSAGE("no IPv6 here");
        return;
    }
    raw_host host = s.ask(frame_type::forward_request, server->request(), "forward");
    raw_host guest = server->accept();
    CHECK(host.next() == opened);
    guest.send("six").half_close();
    CHECK(host.rest() == "six");
}

TEST_CASE("agent_service: tunnels have a limit of their own, and connecting a deadline [P-FWD-12] [P-FWD-13]") {
    struct nowhere : test::memory_agent {
        hearth::net::awaitable<hearth::io::answer<hearth::io::any_stream>> on_forward(tcp::endpoint) override {
            net::steady_timer forever(co_await net::this_coro::executor, hearth::no_deadline);
            co_await forever.async_wait(net::use_awaitable);
            co_return hearth::io::not_supported();
        }
    };
    agent_limits limits;
    limits.tunnels = 1;
    limits.forward_connect = 50ms;
    test::temp_directory dir;
    test::loop loop;
    hearth::io::agent_service service(loop.executor(), std::make_shared<nowhere>(), {.limits = limits});
    auto listening = hearth::io::unix_listener{dir / "f"}.listen(loop.executor());
    REQUIRE(listening);
    service.serve(std::move(*listening), hearth::io::agent_service::channel::forward);
    const auto ask = [&] {
        test::outcome<hearth::io::any_stream> connected;
        hearth::io::any_connector(hearth::io::unix_connector{dir / "f"})
            .async_connect(loop.executor(), hearth::no_deadline, connected.handler());
        loop.run_until(connected);
        raw_host out(loop, std::move(connected.value()));
        out.send(frame_type::forward_request, R"({"port":9})");
        return out;
    };
    raw_host waits = ask();
    raw_host too_many = ask();
    CHECK(reply_text(too_many) == R"({"status":"error","message":"tunnel limit exceeded"})");
    CHECK(reply_text(waits) == R"({"status":"error","message":"connection timed out"})");
    test::outcome<> stopped;
    service.async_stop(stopped.handler());
    loop.run_until(stopped);
}

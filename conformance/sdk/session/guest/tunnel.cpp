#include <hearth/session/guest/relay.hpp>
#include <hearth/session/guest/tunnel.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::frame_channel;
using session::guest::relay;
using session::guest::tunnel;
using strings = std::vector<std::string>;
using side = relay::side;

static_assert(session::machine<tunnel>);

namespace {

struct forwarding {
    explicit forwarding(std::uint16_t port = 8080)
        : machine(frame_channel{}, {.port = port}, agent_limits{}, t0),
          end(machine, t0, [this](const tunnel::action& todo) {
              if (const auto* to = std::get_if<tunnel::connect_target>(&todo))
                  events.push_back((to->address == tunnel::family::v4 ? "127.0.0.1:" : "[::1]:") +
                                   std::to_string(to->port));
              else
                  events.push_back("opened"), channel = machine.take_channel();
          }) {}

    tunnel machine;
    strings events;
    frame_channel channel;
    guest_end<tunnel> end;
};

void feed(relay& machine, side from, std::string_view bytes) {
    const mutable_bytes room = machine.receive_buffer(from);
    REQUIRE(room.size() >= bytes.size());
    std::copy_n(as_bytes(bytes).begin(), bytes.size(), room.begin());
    machine.on_received(from, bytes.size());
}

std::string drain(relay& machine, side to, std::size_t at_once = static_cast<std::size_t>(-1)) {
    std::string out;
    for (bytes_view some = machine.send_buffer(to); !some.empty(); some = machine.send_buffer(to)) {
        some = some.first(std::min(some.size(), at_once));
        out += as_text(some);
        machine.on_sent(to, some.size());
    }
    return out;
}

std::string in_words(relay& machine) {
    const relay::action todo = machine.poll();
    if (const auto* end = std::get_if<relay::shutdown_side>(&todo))
        return end->whom == side::host ? "shutdown host" : "shutdown target";
    return std::holds_alternative<session::close>(todo) ? "close" : "wait";
}

}  // namespace

TEST_CASE("tunnel: connects to the target before it answers [P-FWD-01] [P-FWD-02]") {
    tunnel machine{frame_channel{}, {.port = 8080}, agent_limits{}, t0};
    const auto first = machine.poll(t0);
    REQUIRE(std::holds_alternative<tunnel::connect_target>(first));
    CHECK(std::get<tunnel::connect_target>(first).port == 8080);
    CHECK(std::get<session::wait>(machine.poll(t0)).until == t0 + 4s);
    CHECK(machine.channel().backlog() == 0);
    machine.on_connected();
    CHECK(std::holds_alternative<tunnel::opened>(machine.poll(t0)));
    CHECK(frames_in(as_text(machine.channel().send_buffer())) == strings{R"(FWD_RESP {"status":"ok"})"});
}

TEST_CASE("tunnel: bytes behind FWD_REQ belong to the target [P-FWD-05]") {
    tunnel machine{frame_channel{}, {.port = 8080}, agent_limits{}, t0};
    machine.channel().parser().feed(as_bytes("GET / HTTP/1.1\r\n"));
    (void)machine.poll(t0);
    CHECK_FALSE(machine.channel().wants_read());
    machine.on_connected();
    CHECK(std::holds_alternative<tunnel::opened>(machine.poll(t0)));
    relay both{machine.take_channel()};
    CHECK(drain(both, side::target) == "GET / HTTP/1.1\r\n");
    CHECK(frames_in(drain(both, side::host)) == strings{R"(FWD_RESP {"status":"ok"})"});
}

TEST_CASE("tunnel: when 127.0.0.1 refuses, ::1 is tried; the first message counts [P-FWD-11] [P-FWD-03]") {
    forwarding it;
    it.machine.on_refused("dial tcp 127.0.0.1:8080: connect: connection refused");
    it.end.settle();
    CHECK(it.events == strings{"127.0.0.1:8080", "[::1]:8080"});
    CHECK(it.end.sent().empty());
    it.machine.on_refused("no route to host");
    it.end.settle();
    CHECK(it.end.frames() ==
          strings{R"(FWD_RESP {"status":"error","message":"dial tcp 127.0.0.1:8080: connect: connection refused"})"});
    it.end.host_ends();
    CHECK(it.end.closed());
}

TEST_CASE("tunnel: ::1 may answer instead [P-FWD-11]") {
    forwarding it;
    it.machine.on_refused("connection refused");
    it.end.settle();
    it.machine.on_connected();
    it.end.settle();
    CHECK(it.events == strings{"127.0.0.1:8080", "[::1]:8080", "opened"});
}

TEST_CASE("tunnel: port 0 is an error [P-FWD-03]") {
    forwarding it{0};
    CHECK(it.events.empty());
    REQUIRE(it.end.frames().size() == 1);
    CHECK(it.end.frames()[0].starts_with(R"(FWD_RESP {"status":"error","message":)"));
}

TEST_CASE("tunnel: connecting is limited to four seconds over all attempts [P-FWD-12]") {
    forwarding it;
    it.end.pass(3s);
    it.machine.on_refused("connection refused");
    it.end.settle();
    it.end.pass(1s - 1ms);
    CHECK(it.end.sent().empty());
    it.end.pass(1ms);
    CHECK(it.end.frames() == strings{R"(FWD_RESP {"status":"error","message":"connection refused"})"});
    forwarding silent;
    silent.end.pass(4s);
    CHECK(silent.end.frames() == strings{R"(FWD_RESP {"status":"error","message":"connection timed out"})"});
}

TEST_CASE("tunnel: a host that is gone ends the attempt [P-FWD-10]") {
    forwarding it;
    it.end.host_vanishes();
    CHECK(it.end.closed());
}

TEST_CASE("relay: carries both directions unmodified, in pieces of any size [P-FWD-07]") {
    std::string there(40'000, '\0'), back(30'000, '\0');
    for (std::size_t i = 0; i < there.size(); ++i)
        there[i] = static_cast<char>(i * 31);
    for (std::size_t i = 0; i < back.size(); ++i)
        back[i] = static_cast<char>(i * 17);
    for (std::size_t at_once : {1u, 1000u, 100'000u}) {
        relay machine{frame_channel{}};
        feed(machine, side::host, there);
        feed(machine, side::target, back);
        CHECK(in_words(machine) == "wait");
        CHECK(drain(machine, side::target, at_once) == there);
        CHECK(drain(machine, side::host, at_once) == back);
        feed(machine, side::host, "more");
        CHECK(drain(machine, side::target) == "more");
    }
}

TEST_CASE("relay: holds one buffer per direction and reads no more until it is written [P-FWD-16]") {
    relay machine{frame_channel{}};
    CHECK(2 * machine.receive_buffer(side::host).size() <= 131'072);
    feed(machine, side::host, "x");
    CHECK(machine.receive_buffer(side::host).empty());
    CHECK_FALSE(machine.receive_buffer(side::target).empty());
    (void)drain(machine, side::target);
    CHECK_FALSE(machine.receive_buffer(side::host).empty());
}

TEST_CASE(
    "relay: a half-close is passed on after the bytes before it, and the other way goes on [P-FWD-08] [P-FWD-09]") {
    for (const side first : {side::host, side::target}) {
        const side other = first == side::host ? side::target : side::host;
        const std::string name_of_other = other == side::host ? "shutdown host" : "shutdown target";
        const std::string name_of_first = first == side::host ? "shutdown host" : "shutdown target";
        relay machine{frame_channel{}};
        feed(machine, first, "last words");
        machine.on_end_of_stream(first);
        CHECK(in_words(machine) == "wait");
        CHECK(drain(machine, other) == "last words");
        CHECK(in_words(machine) == name_of_other);
        CHECK(in_words(machine) == "wait");
        CHECK(machine.receive_buffer(first).empty());
        feed(machine, other, "answer");
        CHECK(drain(machine, first) == "answer");
        machine.on_end_of_stream(other);
        CHECK(in_words(machine) == name_of_first);
        CHECK(in_words(machine) == "close");
        CHECK(in_words(machine) == "close");
    }
}

TEST_CASE("relay: an error on one side ends the other at once [P-FWD-10]") {
    relay machine{frame_channel{}};
    feed(machine, side::host, "unsent");
    machine.on_lost();
    CHECK(in_words(machine) == "close");
    CHECK(machine.send_buffer(side::target).empty());
    CHECK(machine.receive_buffer(side::target).empty());
}

TEST_CASE("relay: a host that half-closed or vanished before the tunnel opened is remembered [P-FWD-08] [P-FWD-10]") {
    frame_channel ended;
    ended.parser().feed(as_bytes("all"));
    ended.on_end_of_stream();
    relay half{std::move(ended)};
    CHECK(in_words(half) == "wait");
    CHECK(drain(half, side::target) == "all");
    CHECK(in_words(half) == "shutdown target");
    frame_channel lost;
    lost.on_lost(errc::connection_lost);
    relay gone{std::move(lost)};
    CHECK(in_words(gone) == "close");
}

TEST_CASE("relay: an idle tunnel has no limit on its life [P-FWD-14]") {
    relay machine{frame_channel{}};
    CHECK(std::get<session::wait>(machine.poll()).until == no_deadline);
}

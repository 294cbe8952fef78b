#include <hearth/io/driver.hpp>

#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"
#include "io/support/temp_directory.hpp"

#include <doctest/doctest.h>
#include <hearth/core/bytes.hpp>
#include <hearth/wire/frame.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <sys/socket.h>

using hearth::errc;
using hearth::io::any_stream;
using hearth::io::driver;
using hearth::io::driver_options;
using hearth::io::flow;
using hearth::io::role;
using hearth::wire::frame_type;
namespace net = hearth::net;
namespace session = hearth::session;
using namespace std::chrono_literals;

namespace {

constexpr auto out_frame = static_cast<frame_type>(0x71);
constexpr auto in_frame = static_cast<frame_type>(0x72);

/// Reports every frame and does what it is told to.
struct puppet {
    struct got {
        std::string_view payload;  ///< borrowed
    };
    struct peer_ended {};
    struct tick {};
    using action =
        std::variant<session::wait, session::shutdown_send, session::close, session::failed, got, peer_ended, tick>;

    session::frame_channel& channel() noexcept { return frames; }
    action poll(hearth::time_point now) {
        ++polls;
        if (!orders.empty()) {
            auto order = std::move(orders.front());
            orders.pop_front();
            return order;
        }
        if (done)
            return session::close{};
        if (lost_first && frames.lost())
            return fail(frames.lost());
        if (now >= wake_at) {
            wake_at = hearth::no_deadline;
            return tick{};
        }
        using kind = session::frame_channel::inbound::kind;
        const auto in = frames.next();
        if (in.what == kind::frame)
            return got{hearth::as_text(in.frame.payload)};
        if (in.what == kind::malformed || in.what == kind::lost)
            return fail(in.why);
        if (in.what == kind::ended && !std::exchange(saw_end, true))
            return peer_ended{};
        return session::wait{wake_at};
    }
    action fail(std::error_code why) {
        done = true;
        return session::failed{why, {}};
    }

    session::frame_channel frames;
    std::deque<action> orders;
    hearth::time_point wake_at{hearth::no_deadline};
    int polls{0};
    bool lost_first{false};
    bool saw_end{false};
    bool done{false};
};

/// A driven puppet, the peer's end of its stream, and everything that was reported.
struct stage {
    explicit stage(driver_options options = {}) {
        auto [mine, theirs] = test::stream_pair(loop.executor());
        peer = std::move(theirs);
        stream = mine.native_handle();
        driven = std::make_shared<driver<puppet>>(std::move(mine), options);
    }

    void operator()(puppet::got& e) { log.emplace_back(e.payload); }
    void operator()(puppet::peer_ended&) { log.emplace_back("<ended>"); }
    void operator()(puppet::tick&) { log.emplace_back("<tick>"); }
    void operator()(session::failed& e) { why = e.why; }

    void run() {
        driven->async_run(
            [this](auto& e) {
                (*this)(e);
                return next_answer;
            },
            net::bind_cancellation_slot(stop.slot(), done.handler()));
    }
    void peer_sends(const std::string& payload) {
        std::string bytes;
        REQUIRE(hearth::wire::append_frame(in_frame, hearth::as_bytes(payload), bytes));
        peer_sends_raw(bytes);
    }
    void peer_sends_raw(const std::string& bytes) {
        test::outcome<std::size_t> wrote;
        net::async_write(peer, net::buffer(bytes), wrote.handler());
        loop.run_until(wrote);
    }
    std::string peer_reads(std::size_t n) {
        std::string into(n, '\0');
        test::outcome<std::size_t> read;
        net::async_read(peer, net::buffer(into), read.handler());
        loop.run_until(read);
        into.resize(read.value());
        return into;
    }
    std::error_code peer_reads_end() {
        std::array<char, 1> into{};
        test::outcome<std::size_t> read;
        peer.async_read_some(net::buffer(into), read.handler());
        loop.run_until(read);
        return read.error();
    }
    void send(const std::string& payload) {
        REQUIRE(driven->machine().frames.send(out_frame, payload));
        driven->wake();
    }
    void order(puppet::action a) {
        driven->machine().orders.push_back(std::move(a));
        driven->wake();
    }
    auto saw(std::size_t n) {
        return [this, n] { return log.size() >= n; };
    }

    test::loop loop;
    any_stream peer;
    int stream{-1};
    std::shared_ptr<driver<puppet>> driven;
    flow next_answer{flow::more};
    net::cancellation_signal stop;
    test::outcome<> done;
    std::vector<std::string> log;
    std::error_code why;
};

std::string framed(frame_type type, const std::string& payload) {
    std::string bytes;
    REQUIRE(hearth::wire::append_frame(type, hearth::as_bytes(payload), bytes));
    return bytes;
}

}  // namespace

TEST_CASE("driver: frames become events in order, however they are cut [P-FRAME-09]") {
    stage s;
    s.run();
    CHECK(s.driven->machine().polls == 0);  // nothing happens inside the initiating function
    s.peer_sends_raw(framed(in_frame, "one") + framed(in_frame, "two"));
    s.loop.run_until(s.saw(2));
    for (const char c : framed(in_frame, "three"))
        s.peer_sends_raw(std::string(1, c));
    s.peer_sends(std::string(300'000, 'x'));
    s.loop.run_until(s.saw(4));
    CHECK(s.log[0] == "one");
    CHECK(s.log[1] == "two");
    CHECK(s.log[2] == "three");
    CHECK(s.log[3] == std::string(300'000, 'x'));
    CHECK(s.done.times() == 0);
}

TEST_CASE("driver: what the machine sends is written whole, then the stream is closed [P-FRAME-09]") {
    stage s;
    const std::string large(1'000'000, 'y');
    s.run();
    s.send("hello");
    s.send(large);
    s.order(session::close{});
    const auto expected = framed(out_frame, "hello") + framed(out_frame, large);
    CHECK(s.peer_reads(expected.size()) == expected);
    CHECK(s.peer_reads_end() == errc::end_of_stream);
    s.loop.run_until(s.done);
    CHECK(!s.done.error());
    CHECK(s.done.times() == 1);
}

TEST_CASE("driver: half-close comes after everything that was sent before it, and reading goes on [P-CONN-09]") {
    stage s;
    s.run();
    s.send("last words");
    s.order(session::shutdown_send{});
    const auto expected = framed(out_frame, "last words");
    CHECK(s.peer_reads(expected.size()) == expected);
    CHECK(s.peer_reads_end() == errc::end_of_stream);
    s.peer_sends("answer");
    s.loop.run_until(s.saw(1));
    CHECK(s.log[0] == "answer");
    REQUIRE(!s.peer.shutdown_send());
    s.loop.run_until(s.saw(2));
    CHECK(s.log[1] == "<ended>");
}

TEST_CASE("driver: polls again when the machine's time has come") {
    stage s;
    s.driven->machine().wake_at = hearth::clock::now() + 20ms;
    s.run();
    s.loop.run_until(s.saw(1));
    CHECK(s.log[0] == "<tick>");
    // A deadline that moves forward is met as well as one that moves back.
    s.driven->machine().wake_at = hearth::clock::now() + 1h;
    s.driven->wake();
    s.loop.settle();
    s.driven->machine().wake_at = hearth::clock::now() + 20ms;
    s.driven->wake();
    s.loop.run_until(s.saw(2));
    CHECK(s.driven->machine().polls < 12);
}

TEST_CASE("driver: a held event stops events and reads, not writes, and its bytes stay [P-CONN-15]") {
    stage s;
    std::string_view held;
    s.driven->async_run(
        [&](auto& e) {
            if constexpr (std::is_same_v<decltype(e), puppet::got&>)
                held = e.payload;
            s(e);
            return s.next_answer;
        },
        s.done.handler());
    s.next_answer = flow::hold;
    s.peer_sends_raw(framed(in_frame, "first") + framed(in_frame, "second"));
    s.loop.run_until(s.saw(1));
    // The peer fills what the system buffers, and no more is taken.
    std::string bulk(4'000'000, 'z');
    test::outcome<std::size_t> wrote;
    net::async_write(s.peer, net::buffer(bulk), wrote.handler());
    s.loop.settle();
    CHECK(wrote.times() == 0);
    s.send("still writing");
    const auto expected = framed(out_frame, "still writing");
    CHECK(s.peer_reads(expected.size()) == expected);
    CHECK(s.log.size() == 1);
    CHECK(held == "first");

    s.next_answer = flow::more;
    s.driven->resume();
    CHECK(s.log.size() == 1);  // never from inside a member function
    s.loop.run_until(s.saw(2));
    CHECK(s.log[1] == "second");
}

TEST_CASE("driver: the deadline ends a conversation whose events are held [P-CLI-02]") {
    stage s({.deadline = hearth::clock::now() + 50ms});
    s.run();
    s.next_answer = flow::hold;
    s.peer_sends("never taken care of");
    s.loop.run_until(s.saw(1));
    CHECK(s.peer_reads_end() == errc::end_of_stream);
    CHECK(s.done.times() == 0);
    s.next_answer = flow::more;
    s.driven->resume();
    s.loop.run_until(s.done);
    CHECK(s.why == errc::deadline_exceeded);
    CHECK(!s.done.error());
}

TEST_CASE("driver: cancellation closes at once and completes once, from outside or from a handler") {
    {
        stage s;
        const std::weak_ptr<driver<puppet>> alive = s.driven;
        s.run();
        s.loop.settle();
        s.stop.emit(net::cancellation_type::terminal);
        CHECK(s.done.times() == 0);
        s.loop.run_until(s.done);
        CHECK(s.done.error() == errc::operation_cancelled);
        CHECK(s.peer_reads_end() == errc::end_of_stream);
        s.driven.reset();
        s.loop.settle();
        CHECK(alive.expired());
        s.stop.emit(net::cancellation_type::terminal);
        s.loop.settle();
        CHECK(s.done.times() == 1);
    }
    {
        stage s;
        s.driven->async_run(
            [&s, keep = s.driven](auto&) {  // a cycle that the end must break
                keep->cancel();
                s.log.emplace_back("cancelled");
            },
            s.done.handler());
        const std::weak_ptr<driver<puppet>> alive = s.driven;
        s.driven.reset();
        s.peer_sends_raw(framed(in_frame, "one") + framed(in_frame, "two"));
        s.loop.run_until(s.done);
        CHECK(s.done.error() == errc::operation_cancelled);
        CHECK(s.log.size() == 1);
        s.loop.settle();
        CHECK(alive.expired());
    }
}

TEST_CASE("driver: a host whose write fails still reads the error that the agent left behind [P-CLI-06]") {
    stage s;
    s.peer_sends("disk full");
    s.peer.close();
    s.run();
    s.send(std::string(500'000, 'u'));
    s.loop.run_until(s.done);
    REQUIRE(s.log.size() == 1);
    CHECK(s.log[0] == "disk full");
    CHECK(s.why == errc::connection_lost);
}

TEST_CASE("driver: for a guest a failed write is the loss of its peer [P-CONN-10]") {
    stage s({.side = role::guest});
    s.driven->machine().lost_first = true;
    s.driven->machine().frames.pause_reading(true);
    s.run();
    s.loop.settle();
    s.peer.close();
    s.send("into the void");
    s.loop.run_until(s.done);
    CHECK(s.why == errc::connection_lost);
}

TEST_CASE("driver: a guest that does not read notices that its peer is gone [P-CONN-11, P-CONN-10]") {
    stage paused({.side = role::guest});
    paused.driven->machine().frames.pause_reading(true);
    paused.run();
    paused.loop.settle();
    paused.peer.close();
    paused.loop.run_until(paused.done);
    CHECK(paused.why == errc::connection_lost);

    stage ended({.side = role::guest});
    ended.run();
    REQUIRE(!ended.peer.shutdown_send());
    ended.loop.run_until(ended.saw(1));
    ended.loop.settle();
    CHECK(ended.log[0] == "<ended>");
    CHECK(ended.done.times() == 0);  // mere end of stream is no loss
    ended.peer.close();
    ended.loop.run_until(ended.done);
    CHECK(ended.why == errc::connection_lost);
}

TEST_CASE("driver: the watch for a hang-up ends when reading goes on, or both ends have said goodbye [P-CONN-11]") {
    stage s({.side = role::guest});
    auto& frames = s.driven->machine().frames;
    frames.pause_reading(true);
    s.run();
    s.loop.settle();
    frames.pause_reading(false);
    s.driven->wake();
    s.peer_sends("go on");
    s.loop.run_until(s.saw(1));
    s.order(session::shutdown_send{});
    CHECK(s.peer_reads_end() == errc::end_of_stream);
    REQUIRE(!s.peer.shutdown_send());
    s.loop.run_until(s.saw(2));
    s.loop.settle();
    CHECK(s.log[1] == "<ended>");
    CHECK(!s.why);
    s.order(session::close{});
    s.loop.run_until(s.done);
    CHECK(!s.done.error());
}

TEST_CASE("driver: closing waits only so long for a peer that takes nothing") {
    stage s({.flush_patience = 30ms});
    s.run();
    s.send(std::string(1'000'000, 'n'));
    s.order(session::close{});
    s.loop.run_until(s.done);
    CHECK(!s.done.error());
}

TEST_CASE("driver: a released stream comes back open, with the bytes behind the last frame [P-FWD-06, P-CLI-10]") {
    for (const bool woken : {false, true}) {
        CAPTURE(woken);
        stage s({.side = role::guest});
        s.run();
        s.send(std::string(400'000, 'w'));  // still on its way out when the release is decided
        s.next_answer = flow::release;
        if (woken) {
            s.loop.settle();  // a read is outstanding
            s.order(puppet::tick{});
        } else {
            s.peer_sends_raw(framed(in_frame, "connected") + "raw");
        }
        s.loop.run_until(s.saw(1));
        CHECK(s.peer_reads(400'005).size() == 400'005);
        s.loop.run_until(s.done);
        CHECK(!s.done.error());
        auto stream = s.driven->take_stream();
        REQUIRE(stream);
        CHECK(hearth::as_text(s.driven->machine().frames.parser().unread()) == (woken ? "" : "raw"));
        s.peer_sends_raw("more");
        std::array<char, 4> into{};
        test::outcome<std::size_t> read;
        net::async_read(stream, net::buffer(into), read.handler());
        s.loop.run_until(read);
        CHECK(std::string(into.data(), read.value()) == "more");
    }
}

TEST_CASE("driver: a conversation can be abandoned for a reason of the caller's") {
    stage s;
    s.run();
    s.loop.settle();
    s.driven->abandon(errc::sink_failed);
    CHECK(!s.why);
    s.loop.run_until(s.done);
    CHECK(s.why == errc::sink_failed);
    CHECK(!s.done.error());
}

TEST_CASE("driver: a framing error ends the conversation [P-FRAME-11]") {
    stage s;
    s.run();
    s.peer_sends_raw(framed(in_frame, "fine") + std::string("\0\0\0\0junk", 8));
    s.loop.run_until(s.done);
    CHECK(s.log.size() == 1);
    CHECK(s.why == errc::bad_frame_length);
}

TEST_CASE("driver: an idle connection holds little memory, and nothing leaks [P-FRAME-13]") {
    test::loop warm;
    const auto before = test::open_descriptors();
    {
        stage s;
        s.run();
        s.loop.settle();
        CHECK(s.driven->machine().frames.parser().capacity() <= 4096);
        // Destroyed in the middle of everything.
    }
    CHECK(test::open_descriptors() == before);
}

TEST_CASE("driver: on strands of a context that several threads run, nothing is shared by accident") {
    net::io_context context;
    constexpr int rounds = 200;
    net::local::stream_protocol::socket a(net::make_strand(context));
    net::local::stream_protocol::socket b(net::make_strand(context));
    net::local::connect_pair(a, b);
    std::array<int, 2> heard{};
    std::array<std::error_code, 2> ends{errc::peer_stalled, errc::peer_stalled};
    const auto play = [&](any_stream stream, std::size_t who, role side) {
        auto one = std::make_shared<driver<puppet>>(std::move(stream), driver_options{.side = side});
        (void)one->machine().frames.send(out_frame, "ball");
        one->async_run(
            [&count = heard[who], weak = std::weak_ptr(one)](auto& e) {
                auto self = weak.lock();
                if constexpr (std::is_same_v<decltype(e), puppet::got&>) {
                    if (++count < rounds)
                        (void)self->machine().frames.send(out_frame, e.payload);
                    else
                        self->machine().done = true;
                }
            },
            [&ends, who](hearth::net_error_code ec) { ends[who] = ec; });
    };
    play(any_stream(std::move(a)), 0, role::host);
    play(any_stream(std::move(b)), 1, role::guest);
    std::thread other([&] { context.run_for(test::loop::watchdog); });
    context.run_for(test::loop::watchdog);
    other.join();
    CHECK(heard == std::array<int, 2>{rounds, rounds});
    CHECK(!ends[0]);
    CHECK(!ends[1]);
}

TEST_CASE("driver: a resume from inside the handler counts, although the answer is to hold [P-CONN-15]") {
    stage s;
    s.driven->async_run(
        [&](auto& e) {
            s(e);
            s.driven->resume();
            return flow::hold;
        },
        s.done.handler());
    s.peer_sends_raw(framed(in_frame, "first") + framed(in_frame, "second"));
    s.loop.run_until(s.saw(2));
    CHECK(s.log[1] == "second");
}

TEST_CASE("driver: closing does not wait for a write that the machine has given up [P-CONN-05]") {
    stage s({.flush_patience = 5s});
    s.run();
    s.send(std::string(1'000'000, 'n'));
    s.loop.settle();  // the peer takes nothing: the write is under way
    const auto before = hearth::clock::now();
    s.driven->machine().frames.on_send_failed(errc::operation_cancelled);
    s.order(session::close{});
    s.loop.run_until(s.done);
    CHECK(!s.done.error());
    CHECK(hearth::clock::now() - before < 4s);
}

TEST_CASE(
    "driver: a machine that has more to send is asked before each write, also while its events are held [P-CLI-12]") {
    struct generous : puppet {
        void refill() {
            if (frames.backlog() == 0 && refills < 3)
                REQUIRE(frames.send(out_frame, std::to_string(++refills)));
        }
        int refills{0};
    };
    test::loop loop;
    auto [mine, peer] = test::stream_pair(loop.executor());
    const auto driven = std::make_shared<driver<generous>>(std::move(mine), driver_options{});
    driven->machine().orders.push_back(puppet::tick{});
    test::outcome<> done;
    driven->async_run([](auto&) { return flow::hold; }, done.handler());
    const auto expected = framed(out_frame, "1") + framed(out_frame, "2") + framed(out_frame, "3");
    std::string got(expected.size(), '\0');
    test::outcome<std::size_t> read;
    net::async_read(peer, net::buffer(got), read.handler());
    loop.run_until(read);
    CHECK(got == expected);
    driven->cancel();
    loop.run_until(done);
}

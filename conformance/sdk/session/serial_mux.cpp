#include <hearth/session/serial_mux.hpp>

#include <hearth/core/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace hearth;
using session::mux_end;
using session::serial_mux;
using session::serial_mux_options;
using stream_id = serial_mux::stream_id;
using namespace std::chrono_literals;

namespace {

constexpr time_point t0{};

/// What travels on a stream is a function of its port and the direction, so a receiver knows what to expect.
char content(std::uint32_t port, mux_end from, std::size_t at) {
    const auto x = (at * 2654435761u) ^ (port * 40503u) ^ (at >> 7) ^ (from == mux_end::host ? 0u : 0x5bu);
    return static_cast<char>(x ^ (x >> 11));
}

std::string content(std::uint32_t port, mux_end from, std::size_t at, std::size_t n) {
    std::string out(n, '\0');
    for (std::size_t i = 0; i < n; ++i)
        out[i] = content(port, from, at + i);
    return out;
}

struct stream_state {
    std::uint32_t port{0};
    std::size_t to_send{0};
    std::size_t sent{0};
    std::size_t received{0};
    bool intact{true};
    bool accepted{false};
    bool ended{false};
    bool broken{false};
    std::error_code why;
    std::size_t unconsumed{0};
    int writable{0};

    bool done() const { return sent == to_send && ended; }
};

/// A machine and a user of it that sends, checks what it receives and releases finished streams.
struct player {
    explicit player(const serial_mux_options& o) : options(o), mux(o) {}

    serial_mux_options options;
    serial_mux mux;
    std::map<stream_id, stream_state> streams;
    std::vector<std::error_code> downs;
    int established{0};
    bool closed{false};
    time_point next{};
    // how the user behaves
    std::size_t reply{0};  ///< bytes that it sends on streams opened by the peer
    std::function<bool(std::uint32_t)> accepts{[](std::uint32_t) { return true; }};
    std::function<bool(std::uint32_t)> consumes{[](std::uint32_t) { return true; }};
    std::vector<std::pair<std::uint32_t, std::size_t>> delivered;  ///< port and size of each data event
    bool releases{true};

    mux_end peer() const { return options.end == mux_end::host ? mux_end::guest : mux_end::host; }

    result<stream_id> open(std::uint32_t port, std::size_t to_send) {
        const auto s = mux.open(port);
        if (s) {
            streams[*s].port = port;
            streams[*s].to_send = to_send;
            send(*s);
        }
        return s;
    }
    stream_state* by_port(std::uint32_t port) {
        for (auto& [id, s] : streams)
            if (s.port == port)
                return &s;
        return nullptr;
    }
    void send(stream_id id) {
        auto& s = streams.at(id);
        while (s.sent < s.to_send) {
            const auto chunk = content(s.port, options.end, s.sent, std::min<std::size_t>(s.to_send - s.sent, 40'000));
            const auto n = mux.write(id, as_bytes(chunk));
            s.sent += n;
            if (n == 0)
                return;
        }
        mux.shutdown(id);
    }
    void run(time_point now) {
        for (;;) {
            auto todo = mux.poll(now);
            if (auto* w = std::get_if<session::wait>(&todo)) {
                next = w->until;
                return;
            }
            if (std::holds_alternative<session::close>(todo)) {
                closed = true;
                return;
            }
            std::visit([this](auto& e) { on(e); }, todo);
        }
    }
    void on(session::wait&) {}
    void on(session::close&) {}
    void on(serial_mux::established&) { ++established; }
    void on(serial_mux::down& e) { downs.push_back(e.why); }
    void on(serial_mux::incoming& e) {
        auto& s = streams[e.stream];
        s.port = e.port;
        s.to_send = reply;
        if (!accepts(e.port)) {
            mux.release(e.stream);
            streams.erase(e.stream);
            return;
        }
        mux.accept(e.stream);
        s.accepted = true;
        send(e.stream);
    }
    void on(serial_mux::accepted& e) { streams.at(e.stream).accepted = true; }
    void on(serial_mux::data& e) {
        auto& s = streams.at(e.stream);
        s.intact = s.intact && !s.ended && !s.broken &&
                   as_text(e.bytes) == content(s.port, peer(), s.received, e.bytes.size());
        s.received += e.bytes.size();
        s.unconsumed += e.bytes.size();
        delivered.emplace_back(s.port, e.bytes.size());
        if (s.unconsumed > options.window)
            s.intact = false;
        if (consumes(s.port))
            mux.consumed(e.stream, std::exchange(s.unconsumed, 0));
    }
    void on(serial_mux::ended& e) {
        streams.at(e.stream).ended = true;
        finish(e.stream);
    }
    void on(serial_mux::broken& e) {
        auto& s = streams.at(e.stream);
        s.broken = true;
        s.why = e.why;
        if (releases)
            mux.release(e.stream);
    }
    void on(serial_mux::writable& e) {
        ++streams.at(e.stream).writable;
        send(e.stream);
        finish(e.stream);
    }
    void finish(stream_id id) {
        if (releases && streams.at(id).done())
            mux.release(id);
    }
    bool all_intact() const {
        return std::all_of(streams.begin(), streams.end(), [](auto& s) { return s.second.intact; });
    }
};

serial_mux_options options_of(mux_end end, std::uint64_t nonce) {
    serial_mux_options o;
    o.end = end;
    o.nonce = nonce;
    return o;
}

/// Two ends and what is on its way between them. The pipes outlive the ends.
struct world {
    explicit world(unsigned s = 1, serial_mux_options h = options_of(mux_end::host, 0x1111),
                   serial_mux_options g = options_of(mux_end::guest, 0x2222))
        : seed(s), random(s), host(std::make_unique<player>(h)), guest(std::make_unique<player>(g)) {}

    unsigned seed;
    std::mt19937 random;
    std::unique_ptr<player> host, guest;
    std::string to_guest, to_host;
    static constexpr std::size_t uncut = 1 << 20;
    std::size_t max_cut{uncut};
    std::size_t pipe_size{1 << 20};
    time_point now{t0};

    std::size_t cut(std::size_t n) {
        const std::size_t most = std::min(n, max_cut);
        return most <= 1 || max_cut == uncut ? most : 1 + random() % most;
    }
    bool push(player& from, std::string& pipe) {
        const auto bytes = as_text(from.mux.send_buffer());
        if (from.mux.backlog() > serial_mux::max_backlog)
            FAIL("more is queued than may be");
        const auto n = cut(std::min(bytes.size(), pipe_size - std::min(pipe_size, pipe.size())));
        pipe.append(bytes.substr(0, n));
        from.mux.on_sent(n);
        from.run(now);
        return n != 0;
    }
    bool pull(std::string& pipe, player& to) {
        if (pipe.empty())
            return false;
        const auto room = to.mux.receive_buffer();
        if (room.empty())
            FAIL("no room to read into");
        const auto n = std::min(room.size(), cut(pipe.size()));
        std::copy_n(as_bytes(pipe).begin(), n, room.begin());
        pipe.erase(0, n);
        to.mux.on_received(n);
        to.run(now);
        return true;
    }
    /// One of the four things that can happen, or all of them.
    bool step() {
        switch (max_cut == uncut ? 4 : random() % 5) {
        case 0: return push(*host, to_guest);
        case 1: return push(*guest, to_host);
        case 2: return pull(to_guest, *guest);
        case 3: return pull(to_host, *host);
        default: {
            host->run(now);
            guest->run(now);
            bool moved = push(*host, to_guest);
            moved = push(*guest, to_host) || moved;
            moved = pull(to_guest, *guest) || moved;
            return pull(to_host, *host) || moved;
        }
        }
    }
    /// Until nothing moves any more, time standing still.
    void settle(int most = 2'000'000) {
        for (int idle = 0; idle < 60; --most) {
            if (most <= 0)
                FAIL("does not settle, seed ", seed);
            idle = step() ? 0 : idle + 1;
        }
    }
    /// Lets repeated greetings happen.
    void settle_for(duration d) {
        for (const auto until = now + d; now < until; now += 500ms)
            settle();
    }
    void restart(std::unique_ptr<player>& which, std::uint64_t nonce) {
        auto o = which->options;
        o.nonce = nonce;
        const auto reply = which->reply;
        which = std::make_unique<player>(o);
        which->reply = reply;
    }
};

/// A peer that writes frames by hand.
struct forger {
    explicit forger(player& v, std::uint32_t window = 1 << 20) : victim(v) {
        greet(wire::mux_type::hello, window);
        victim.run(t0);
        REQUIRE(victim.established == 1);
    }
    void greet(wire::mux_type type, std::uint32_t window = 1 << 20, std::uint32_t max_incoming = 1000) {
        std::array<std::byte, wire::mux_hello_size> hello;
        wire::write_mux_hello({nonce, victim.options.nonce, window, max_incoming}, hello);
        std::string out;
        wire::append_mux_frame({type, victim.options.end == mux_end::host ? 2u : 1u, 1}, hello, 0, out);
        raw(out);
        key = wire::mux_key(nonce, victim.options.nonce);
        sequence = 0;
    }
    std::string frame(wire::mux_type type, std::uint32_t stream, std::uint32_t value = 0,
                      std::string_view payload = {}) {
        std::string out;
        wire::append_mux_frame({type, stream, value, sequence++}, as_bytes(payload), key, out);
        return out;
    }
    void raw(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto room = victim.mux.receive_buffer();
            const auto n = std::min(room.size(), bytes.size());
            std::copy_n(as_bytes(bytes).begin(), n, room.begin());
            victim.mux.on_received(n);
            bytes.remove_prefix(n);
            victim.run(t0);
        }
    }
    void send(wire::mux_type type, std::uint32_t stream, std::uint32_t value = 0, std::string_view payload = {}) {
        raw(frame(type, stream, value, payload));
    }
    /// Takes everything that the victim wants to send.
    std::vector<wire::mux_header> take() {
        std::string out;
        for (auto bytes = victim.mux.send_buffer(); !bytes.empty(); bytes = victim.mux.send_buffer()) {
            out += as_text(bytes);
            victim.mux.on_sent(bytes.size());
            victim.run(t0);
        }
        std::vector<wire::mux_header> found;
        const auto victims_key = wire::mux_key(victim.options.nonce, nonce);
        for (auto rest = as_bytes(out); rest.size() >= wire::mux_header_size;) {
            const auto head = wire::parse_mux_header(rest.first<wire::mux_header_size>(), victims_key);
            if (head)
                found.push_back(*head);
            rest = rest.subspan(head ? head->total() : 1);
        }
        return found;
    }
    int count(wire::mux_type type, std::uint32_t value = 0) {
        const auto all = take();
        return static_cast<int>(
            std::count_if(all.begin(), all.end(), [&](const auto& h) { return h.type == type && h.value == value; }));
    }

    player& victim;
    std::uint64_t nonce{0xf0f0};
    std::uint32_t key{0};
    std::uint32_t sequence{0};
};

}  // namespace

TEST_CASE("serial_mux: two ends find each other, however the bytes are cut") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        world w(seed);
        w.max_cut = seed % 2 ? 1 : 100;
        w.settle();
        CHECK_MESSAGE(w.host->established == 1, "seed " << seed);
        CHECK_MESSAGE(w.guest->established == 1, "seed " << seed);
        CHECK(w.host->downs.empty());
        CHECK(w.guest->downs.empty());
    }
}

TEST_CASE("serial_mux: a lost greeting is repeated") {
    world w;
    w.host->run(w.now);
    w.push(*w.host, w.to_guest);
    w.to_guest.clear();
    w.settle();
    // The guest's own greeting is enough; now both are lost.
    world v;
    v.host->run(v.now);
    v.guest->run(v.now);
    v.push(*v.host, v.to_guest);
    v.push(*v.guest, v.to_host);
    v.to_guest.clear();
    v.to_host.clear();
    v.settle();
    CHECK(v.host->established == 0);
    CHECK(v.host->next == t0 + 1s);
    v.now += 1s;
    v.settle();
    CHECK(w.host->established == 1);
    CHECK(v.host->established == 1);
    CHECK(v.guest->established == 1);
}

TEST_CASE("serial_mux: while a greeting waits in the pipe no second one joins it") {
    player host(options_of(mux_end::host, 1));
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        host.run(t0 + i * 1s);
        host.mux.send_buffer();
        most = std::max(most, host.mux.backlog());
    }
    CHECK(most == wire::mux_max_frame + wire::mux_header_size + wire::mux_hello_size + wire::mux_trailer_size);
}

TEST_CASE("serial_mux: an echo of its own greeting is nobody") {
    player host(options_of(mux_end::host, 1));
    forger echo(host);
    echo.take();
    player lonely(options_of(mux_end::host, 7));
    std::string pipe;
    for (int i = 0; i < 5; ++i) {
        const auto bytes = as_text(lonely.mux.send_buffer());
        pipe.assign(bytes);
        lonely.mux.on_sent(bytes.size());
        const auto room = lonely.mux.receive_buffer();
        std::copy_n(as_bytes(pipe).begin(), pipe.size(), room.begin());
        lonely.mux.on_received(pipe.size());
        lonely.run(t0 + i * 1s);
    }
    CHECK(lonely.established == 0);
}

TEST_CASE("serial_mux: a stream names a port, carries data both ways and ends in both directions") {
    for (const bool host_opens : {true, false}) {
        world w;
        w.settle();
        auto& opener = host_opens ? *w.host : *w.guest;
        auto& other = host_opens ? *w.guest : *w.host;
        other.reply = 300'000;
        REQUIRE(opener.open(config_port, 700'000));
        w.settle();
        const auto* there = other.by_port(config_port);
        REQUIRE(there != nullptr);
        CHECK(there->received == 700'000);
        CHECK(there->done());
        CHECK(there->intact);
        const auto* here = opener.by_port(config_port);
        CHECK(here->accepted);
        CHECK(here->received == 300'000);
        CHECK(here->done());
        CHECK(here->intact);
        CHECK(w.host->mux.streams() == 0);
        CHECK(w.guest->mux.streams() == 0);
    }
}

TEST_CASE("serial_mux: both ends open streams at the same time") {
    world w;
    w.settle();
    for (std::uint32_t i = 0; i < 50; ++i) {
        REQUIRE(w.host->open(control_port + i, 5'000));
        REQUIRE(w.guest->open(control_port + i, 7'000));
    }
    w.settle();
    CHECK(w.host->streams.size() == 100);
    CHECK(std::all_of(w.host->streams.begin(), w.host->streams.end(), [](auto& s) { return s.second.done(); }));
    CHECK(std::all_of(w.guest->streams.begin(), w.guest->streams.end(), [](auto& s) { return s.second.done(); }));
    CHECK(w.host->all_intact());
    CHECK(w.guest->all_intact());
    CHECK(w.host->mux.streams() == 0);
}

TEST_CASE("serial_mux: half-close ends one direction only") {
    world w;
    w.settle();
    w.guest->releases = w.host->releases = false;
    const auto s = w.host->open(1, 10);
    w.settle();
    REQUIRE(w.guest->by_port(1)->ended);
    auto& there = *w.guest->streams.begin();
    CHECK(w.guest->mux.write(there.first, as_bytes("x")) == 0);  // it had nothing to say and ended too
    CHECK(w.host->by_port(1)->ended);
    const auto t = w.host->mux.open(2);
    w.host->streams[*t].port = 2;
    w.settle();
    CHECK(w.host->by_port(2)->ended);  // the guest's user ends a reply of nothing at once
    CHECK(w.host->mux.write(*t, as_bytes(content(2, mux_end::host, 0, 9'000))) == 9'000);
    w.settle();
    CHECK(w.guest->by_port(2)->received == 9'000);
    CHECK_FALSE(w.guest->by_port(2)->ended);
    w.host->mux.shutdown(*t);
    w.settle();
    CHECK(w.guest->by_port(2)->ended);
    CHECK(w.host->mux.write(*t, as_bytes("x")) == 0);
    w.host->mux.release(*t);
    w.host->mux.release(*s);
    w.guest->mux.release(there.first);
    CHECK(w.host->mux.streams() == 0);
}

TEST_CASE("serial_mux: a stream shut down before it is accepted ends right after ACCEPT") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    host.accepts = [&](std::uint32_t) {
        const auto s = host.streams.begin()->first;
        host.mux.shutdown(s);
        CHECK(host.mux.write(s, as_bytes("x")) == 0);
        return true;
    };
    guest.take();
    guest.send(wire::mux_type::open, 2, 1);
    const auto sent = guest.take();
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].type == wire::mux_type::accept);
    CHECK(sent[1].type == wire::mux_type::end);
}

TEST_CASE("serial_mux: a refused stream breaks with connect_failed") {
    world w;
    w.settle();
    w.guest->accepts = [](std::uint32_t port) { return port == control_port; };
    REQUIRE(w.host->open(forward_port, 100'000));
    REQUIRE(w.host->open(control_port, 100'000));
    w.settle();
    CHECK(w.host->by_port(forward_port)->why == errc::connect_failed);
    CHECK_FALSE(w.host->by_port(forward_port)->accepted);
    CHECK(w.guest->by_port(control_port)->received == 100'000);
    CHECK(w.host->mux.streams() == 0);
    CHECK(w.guest->mux.streams() == 0);
}

TEST_CASE("serial_mux: what was written before `release` still arrives, and the peer learns that nobody reads") {
    world w;
    w.settle();
    w.guest->reply = 1'000'000;
    w.guest->releases = w.host->releases = false;
    w.host->consumes = [](std::uint32_t) { return false; };
    const auto s = w.host->mux.open(5);
    w.host->streams[*s].port = 5;
    w.settle();
    CHECK(w.host->mux.write(*s, as_bytes(content(5, mux_end::host, 0, 12'345))) == 12'345);
    w.host->mux.release(*s);
    w.settle();
    const auto* there = w.guest->by_port(5);
    CHECK(there->received == 12'345);
    CHECK(there->intact);
    CHECK(there->ended);
    CHECK(there->why == errc::connection_lost);
    CHECK(there->sent < there->to_send);
    CHECK(w.host->mux.streams() == 0);
    w.guest->mux.release(w.guest->streams.begin()->first);
    CHECK(w.guest->mux.streams() == 0);
}

TEST_CASE("serial_mux: a stream released before its OPEN was sent leaves no trace") {
    world w;
    w.settle();
    const auto s = w.host->mux.open(5);
    w.host->mux.release(*s);
    CHECK(w.host->mux.streams() == 0);
    w.settle();
    CHECK(w.guest->streams.empty());
    REQUIRE(w.host->open(6, 10));
    w.settle();
    CHECK(w.guest->by_port(6)->received == 10);
}

TEST_CASE("serial_mux: the window bounds what is received and not consumed, and one slow stream blocks no other") {
    auto h = options_of(mux_end::host, 1);
    auto g = options_of(mux_end::guest, 2);
    g.window = 10'000;
    world w(1, h, g);
    w.settle();
    w.guest->consumes = [](std::uint32_t port) { return port != 1; };
    REQUIRE(w.host->open(1, 50'000));
    REQUIRE(w.host->open(2, 500'000));
    w.settle();
    CHECK(w.guest->by_port(1)->received == 10'000);
    CHECK(w.host->by_port(1)->sent == 10'000);
    CHECK(w.guest->by_port(2)->received == 500'000);
    CHECK(w.guest->by_port(2)->ended);

    // Just below half a window no credit flows; the last byte makes it flow.
    const auto slow = std::find_if(w.guest->streams.begin(), w.guest->streams.end(), [](auto& s) {
                          return s.second.port == 1;
                      })->first;
    w.guest->mux.consumed(slow, 4'999);
    w.guest->streams[slow].unconsumed -= 4'999;
    w.settle();
    CHECK(w.guest->by_port(1)->received == 10'000);
    w.guest->mux.consumed(slow, 1);
    w.guest->streams[slow].unconsumed -= 1;
    w.settle();
    CHECK(w.guest->by_port(1)->received == 15'000);
    // More than there is to consume counts as all of it.
    w.guest->mux.consumed(slow, 1'000'000);
    w.guest->streams[slow].unconsumed = 0;
    w.settle();
    CHECK(w.guest->by_port(1)->received == 25'000);
    w.guest->consumes = [](std::uint32_t) { return true; };
    w.guest->mux.consumed(slow, 10'000);
    w.guest->streams[slow].unconsumed = 0;
    w.settle();
    CHECK(w.guest->by_port(1)->done());
    CHECK(w.guest->all_intact());
}

TEST_CASE("serial_mux: windows of 0, 1 and 2 bytes") {
    for (const std::uint32_t window : {0u, 1u, 2u}) {
        auto g = options_of(mux_end::guest, 2);
        g.window = window;
        world w(1, options_of(mux_end::host, 1), g);
        w.settle();
        REQUIRE(w.host->open(1, 100));
        w.settle();
        CHECK(w.guest->by_port(1)->received == (window == 0 ? 0 : 100));
        CHECK(w.guest->by_port(1)->ended == (window != 0));
        CHECK(w.guest->all_intact());
    }
}

TEST_CASE("serial_mux: streams take turns, and a small message is not stuck behind a megabyte") {
    world w;
    w.settle();
    auto& host = *w.host;
    for (std::uint32_t port = 1; port <= 4; ++port)
        REQUIRE(host.open(port, 200'000));
    REQUIRE(host.open(9, 10));
    w.pipe_size = 30'000;
    w.settle();
    // Between two frames of one stream there is at most one of each other, once all have queued up.
    const auto& d = w.guest->delivered;
    std::size_t small = 0;
    std::size_t before = 0;
    for (std::size_t i = 0; i < d.size(); ++i)
        if (d[i].first == 9)
            small = i;
    for (std::size_t i = 0; i < small; ++i)
        before += d[i].second;
    CHECK(before <= serial_mux::max_backlog);
    for (std::size_t i = 8; i + 8 < d.size(); ++i)
        CHECK(d[i].first != d[i + 1].first);
    CHECK(std::all_of(d.begin(), d.end(), [](auto& x) { return x.second <= wire::mux_max_payload; }));
    CHECK(w.guest->all_intact());
    for (std::uint32_t port = 1; port <= 4; ++port)
        CHECK(w.guest->by_port(port)->done());
}

TEST_CASE("serial_mux: a greedy writer that ignores its turn cannot keep others from theirs") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    const auto greedy = *host.mux.open(1);
    const auto modest = *host.mux.open(2);
    host.streams[greedy].port = 1;
    host.streams[modest].port = 2;
    const std::string big(20'000, 'x');
    while (host.mux.write(greedy, as_bytes(big)) != 0)
        ;
    CHECK(host.mux.write(modest, as_bytes("hello")) == 0);
    host.mux.send_buffer();  // makes room
    CHECK(host.mux.write(greedy, as_bytes(big)) == 0);
    CHECK(host.mux.write(greedy, as_bytes(big)) == 0);
    std::vector<stream_id> order;
    for (auto todo = host.mux.poll(t0); !std::holds_alternative<session::wait>(todo); todo = host.mux.poll(t0)) {
        order.push_back(std::get<serial_mux::writable>(todo).stream);
        host.mux.write(order.back(), order.back() == greedy ? as_bytes(big) : as_bytes("hello"));
    }
    REQUIRE(order.size() >= 2);
    CHECK(order[0] == greedy);
    CHECK(order[1] == modest);
}

TEST_CASE("serial_mux: nobody gets a turn while a greeting waits for room") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    const auto s = *host.mux.open(1);
    host.streams[s].port = 1;
    const std::string big(20'000, 'x');
    while (host.mux.write(s, as_bytes(big)) != 0) {
    }
    host.mux.send_buffer();
    for (int i = 0; i < 2; ++i) {  // room for another frame of data, not for a greeting and its filler
        REQUIRE(std::holds_alternative<serial_mux::writable>(host.mux.poll(t0)));
        REQUIRE(host.mux.write(s, as_bytes(big)) == wire::mux_max_payload);
    }
    std::array<std::byte, wire::mux_hello_size> hello;
    wire::write_mux_hello({guest.nonce, 1, 1 << 20, 1000}, hello);
    std::string again;
    wire::append_mux_frame({wire::mux_type::hello, 2, 1}, hello, 0, again);
    std::copy_n(as_bytes(again).begin(), again.size(), host.mux.receive_buffer().begin());
    host.mux.on_received(again.size());
    CHECK(std::holds_alternative<session::wait>(host.mux.poll(t0)));
    CHECK(guest.count(wire::mux_type::ready, 1) >= 1);
    CHECK(host.downs.empty());
}

TEST_CASE("serial_mux: stream limits of either end") {
    auto h = options_of(mux_end::host, 1);
    auto g = options_of(mux_end::guest, 2);
    h.max_outgoing = 5;
    g.max_incoming = 3;
    world w(1, h, g);
    w.settle();
    w.host->releases = w.guest->releases = false;
    for (std::uint32_t i = 0; i < 3; ++i)
        REQUIRE(w.host->open(i, 10));
    CHECK(w.host->open(3, 10).error() == errc::mux_stream_limit);
    w.settle();
    // The host is done with all three, the guest's user is not: it refuses, and says why.
    w.host->releases = true;
    for (auto& [id, s] : w.host->streams)
        w.host->mux.release(id);
    REQUIRE(w.host->mux.streams() == 0);
    REQUIRE(w.host->open(4, 10));
    w.settle();
    CHECK(w.host->by_port(4)->why == errc::mux_stream_limit);
    CHECK(w.guest->by_port(4) == nullptr);
    CHECK(w.host->downs.empty());
    for (auto& [id, s] : w.guest->streams)
        w.guest->mux.release(id);
    w.guest->releases = true;
    REQUIRE(w.host->open(5, 10));
    w.settle();
    CHECK(w.guest->by_port(5)->done());
    CHECK(w.guest->mux.streams() == 0);

    auto little = options_of(mux_end::host, 1);
    little.max_outgoing = 1;
    world v(1, little);
    v.settle();
    REQUIRE(v.host->open(1, 10));
    CHECK(v.host->open(2, 10).error() == errc::mux_stream_limit);
    v.settle();
    CHECK(v.host->open(2, 10));
}

TEST_CASE("serial_mux: no stream can be opened between sessions") {
    player host(options_of(mux_end::host, 1));
    CHECK(host.mux.open(1).error() == errc::mux_reset);
    host.mux.on_lost(errc::connection_lost);
    host.run(t0);
    CHECK(host.closed);
    CHECK(host.mux.open(1).error() == errc::connection_lost);
}

TEST_CASE("serial_mux: the loss of the port breaks all streams, after what had arrived") {
    world w;
    w.settle();
    w.host->releases = false;
    w.guest->reply = 1000;
    REQUIRE(w.host->open(1, 500'000));
    w.push(*w.host, w.to_guest);
    w.pull(w.to_guest, *w.guest);
    w.push(*w.guest, w.to_host);
    const auto room = w.host->mux.receive_buffer();
    std::copy_n(as_bytes(w.to_host).begin(), w.to_host.size(), room.begin());
    w.host->mux.on_received(w.to_host.size());
    w.host->mux.on_lost(errc::end_of_stream);
    CHECK_FALSE(w.host->mux.wants_read());
    CHECK(w.host->mux.send_buffer().empty());
    w.host->run(t0);
    CHECK(w.host->by_port(1)->received == 1000);
    CHECK(w.host->by_port(1)->ended);
    CHECK(w.host->by_port(1)->why == errc::end_of_stream);
    CHECK(w.host->downs == std::vector<std::error_code>{errc::end_of_stream});
    CHECK(w.host->closed);
    w.host->mux.release(w.host->streams.begin()->first);
    CHECK(w.host->mux.streams() == 0);
}

TEST_CASE("serial_mux: 200 streams of random sizes arrive whole, however the bytes are cut") {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        auto h = options_of(mux_end::host, 1);
        auto g = options_of(mux_end::guest, 2);
        h.window = 1 + seed * 3'000;
        g.window = 70'000 / seed;
        world w(seed, h, g);
        w.settle();
        w.max_cut = 50'000;
        w.pipe_size = 5'000 * seed;
        w.guest->reply = 3'333 * seed;
        w.host->reply = 5'555;
        for (std::uint32_t i = 0; i < 100; ++i) {
            REQUIRE(w.host->open(i, w.random() % 60'000));
            REQUIRE(w.guest->open(1000 + i, w.random() % 60'000));
        }
        w.settle();
        CHECK(w.host->all_intact());
        CHECK(w.guest->all_intact());
        for (auto* p : {w.host.get(), w.guest.get()}) {
            REQUIRE(p->streams.size() == 200);
            CHECK(std::all_of(p->streams.begin(), p->streams.end(), [](auto& s) { return s.second.done(); }));
            CHECK(p->mux.streams() == 0);
        }
        for (auto& [id, s] : w.host->streams) {
            const auto& o = w.guest->streams.at(id);
            CHECK(s.received == o.sent);
            CHECK(o.received == s.sent);
        }
    }
}

// --- restarts -------------------------------------------------------------------------------------------------------

namespace {

/// After whatever happened both ends are in one new session and a stream works.
void check_recovered(world& w) {
    w.max_cut = world::uncut;
    w.settle_for(3s);
    CHECK(w.host->mux.in_session());
    CHECK(w.guest->mux.in_session());
    CHECK(w.host->all_intact());
    CHECK(w.guest->all_intact());
    for (auto* p : {w.host.get(), w.guest.get()})
        for (auto& [id, s] : p->streams)
            CHECK((s.done() || s.broken));
    CHECK(w.host->mux.streams() == 0);
    CHECK(w.guest->mux.streams() == 0);
    REQUIRE(w.host->open(777, 100'000));
    REQUIRE(w.guest->open(778, 100'000));
    w.settle();
    REQUIRE(w.guest->by_port(777) != nullptr);
    CHECK(w.guest->by_port(777)->done());
    REQUIRE(w.host->by_port(778) != nullptr);
    CHECK(w.host->by_port(778)->done());
    CHECK(w.guest->all_intact());
    CHECK(w.host->all_intact());
}

/// A busy conversation, stopped after `steps` steps.
world busy(unsigned seed, int steps) {
    world w(seed);
    w.max_cut = 3'000;
    w.guest->reply = 20'000;
    w.host->reply = 10'000;
    for (int i = 0; i < steps; ++i) {
        w.step();
        if (w.host->mux.in_session() && i % 40 == 0)
            (void)w.host->open(static_cast<std::uint32_t>(100 + i), 30'000);
        if (w.guest->mux.in_session() && i % 40 == 20)
            (void)w.guest->open(static_cast<std::uint32_t>(10'000 + i), 30'000);
    }
    return w;
}

}  // namespace

TEST_CASE("serial_mux: either end restarts at any point, with bytes of the former life in both pipes") {
    for (int point = 0; point < 400; point += 3)
        for (int who = 0; who < 3; ++who) {
            CAPTURE(point);
            CAPTURE(who);
            auto w = busy(1'000u + static_cast<unsigned>(point), point);
            if (who != 1)
                w.restart(w.host, 0x3333);
            if (who != 0)
                w.restart(w.guest, 0x4444);
            w.max_cut = 3'000;
            for (int i = 0; i < 200; ++i)
                w.step();
            check_recovered(w);
        }
}

TEST_CASE("serial_mux: a new connection loses what was in the pipes, at any point") {
    for (int point = 0; point < 400; point += 3) {
        CAPTURE(point);
        auto w = busy(2'000u + static_cast<unsigned>(point), point);
        w.restart(w.host, 0x3333);
        w.to_host.erase(0, w.random() % (w.to_host.size() + 1));
        w.to_guest.resize(w.random() % (w.to_guest.size() + 1));
        check_recovered(w);
    }
}

TEST_CASE("serial_mux: a restart between frames breaks the streams with mux_reset and nothing else") {
    world w;
    w.settle();
    w.guest->consumes = [](std::uint32_t) { return false; };
    w.guest->releases = false;
    REQUIRE(w.host->open(1, 1'000'000));
    w.settle();
    w.restart(w.host, 0x3333);
    w.settle();
    CHECK(w.guest->downs == std::vector<std::error_code>{errc::mux_reset});
    CHECK(w.guest->by_port(1)->why == errc::mux_reset);
    CHECK(w.guest->established == 2);
    CHECK(w.host->established == 1);
    // What the user has not released still counts, so restarts cannot pile up memory.
    CHECK(w.guest->mux.streams() == 1);
    w.guest->mux.consumed(w.guest->streams.begin()->first, 1'000);
    w.guest->mux.release(w.guest->streams.begin()->first);
    CHECK(w.guest->mux.streams() == 0);
}

TEST_CASE("serial_mux: restarting again and again does not free the slots of streams that the user still holds") {
    auto g = options_of(mux_end::guest, 2);
    g.max_incoming = 4;
    world w(1, options_of(mux_end::host, 1), g);
    w.guest->releases = false;
    for (std::uint64_t life = 10; life < 20; ++life) {
        w.settle();
        for (std::uint32_t i = 0; i < 3; ++i)
            REQUIRE(w.host->open(i, 10));
        w.settle();
        CHECK(w.guest->mux.streams() <= 4);
        w.restart(w.host, life);
    }
    CHECK(w.guest->streams.size() == 4);
}

TEST_CASE("serial_mux: an end restored from a snapshot meets a peer that went on") {
    // The copy of an end is the end as it was: same nonce, same session, older counters.
    for (int later = 0; later < 200; later += 10) {
        CAPTURE(later);
        auto then = busy(77, 150);
        auto w = busy(77, 150 + later);
        w.guest = std::move(then.guest);
        for (int i = 0; i < 100; ++i)
            w.step();
        // Traffic shows each end that the other is elsewhere; here both speak.
        if (w.host->mux.in_session())
            (void)w.host->open(5, 1000);
        if (w.guest->mux.in_session())
            (void)w.guest->open(6, 1000);
        w.max_cut = world::uncut;
        w.settle_for(3s);
        for (auto* p : {w.host.get(), w.guest.get()})
            CHECK(p->all_intact());
        w.restart(w.host, 0x5555);
        check_recovered(w);
    }
}

// --- bytes that are no frames ---------------------------------------------------------------------------------------

TEST_CASE("serial_mux: garbage between frames tears the streams down, and the ends find each other again") {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        auto w = busy(3'000 + seed, 100 + static_cast<int>(seed));
        auto& pipe = seed % 2 ? w.to_guest : w.to_host;
        std::string garbage(1 + w.random() % (seed % 3 ? 40 : 40'000), '\0');
        for (auto& c : garbage)
            c = static_cast<char>(w.random());
        if (seed % 5 == 0)
            garbage = "\xf9";
        pipe.insert(w.random() % (pipe.size() + 1), garbage);
        w.settle_for(2s);
        // Garbage that looks like the beginning of a frame is found out by what follows it.
        if (w.host->mux.in_session())
            (void)w.host->open(5, 1000);
        if (w.guest->mux.in_session())
            (void)w.guest->open(6, 1000);
        check_recovered(w);
    }
}

TEST_CASE("serial_mux: a byte that is lost, doubled or wrong in any header or trailer is noticed") {
    for (int what = 0; what < 3; ++what)
        for (std::size_t at = 0; at < 3 * wire::mux_header_size; ++at) {
            CAPTURE(what);
            CAPTURE(at);
            player host(options_of(mux_end::host, 1));
            forger guest(host);
            // OPEN, DATA of 20 bytes, OPEN
            std::string bytes = guest.frame(wire::mux_type::open, 2, 1) +
                                guest.frame(wire::mux_type::data, 2, 0, content(1, mux_end::guest, 0, 20)) +
                                guest.frame(wire::mux_type::open, 4, 2);
            if (what == 0)
                bytes.erase(at, 1);
            else if (what == 1)
                bytes.insert(at, 1, bytes[at] == 'x' ? 'y' : 'x');
            else
                bytes[at] = static_cast<char>(bytes[at] ^ 1 << at % 8);
            guest.raw(bytes + guest.frame(wire::mux_type::ping, 0));
            CHECK(host.downs == std::vector<std::error_code>{errc::mux_bad_frame});
            CHECK(host.all_intact());
            CHECK_FALSE(host.mux.in_session());
            guest.nonce += 1;
            host.options.nonce += 1;
            guest.greet(wire::mux_type::hello);
            CHECK(host.established == 2);
        }
}

TEST_CASE("serial_mux: a whole frame that is lost is noticed by the next") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.send(wire::mux_type::open, 2, 1);
    (void)guest.frame(wire::mux_type::data, 2, 0, "lost");
    guest.send(wire::mux_type::data, 2, 0, "next");
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_bad_frame});
    CHECK(host.by_port(1)->received == 0);
}

TEST_CASE("serial_mux: bytes lost inside a payload are noticed although little follows") {
    world w;
    w.settle();
    w.guest->consumes = [](std::uint32_t) { return false; };
    REQUIRE(w.host->open(1, 15'000));
    w.push(*w.host, w.to_guest);
    w.to_guest.erase(10'000, 3'000);
    w.settle();
    CHECK(w.guest->downs.empty());
    CHECK(w.guest->next == w.now + 1s);
    w.now += 1s;
    w.settle();  // PING, PONG
    CHECK(w.guest->next == w.now + 5s);
    w.now += 4'999ms;
    w.settle();
    CHECK(w.guest->downs.empty());
    w.now += 1ms;
    w.settle();
    CHECK(w.guest->downs == std::vector<std::error_code>{errc::mux_bad_frame});
    CHECK(w.host->downs == std::vector<std::error_code>{errc::mux_reset});
    CHECK(w.guest->all_intact());
    check_recovered(w);
}

TEST_CASE("serial_mux: a peer paused in the middle of a frame is waited for") {
    world w;
    w.settle();
    REQUIRE(w.host->open(1, 15'000));
    w.push(*w.host, w.to_guest);
    const auto rest = w.to_guest.substr(10'000);
    w.to_guest.resize(10'000);
    while (w.pull(w.to_guest, *w.guest)) {
    }
    for (int i = 0; i < 1'000; ++i) {
        w.now += 1s;
        w.guest->run(w.now);
        w.push(*w.guest, w.to_host);
    }
    CHECK(w.guest->downs.empty());
    CHECK(w.guest->mux.backlog() == 0);
    w.to_guest += rest;
    w.settle();
    CHECK(w.guest->by_port(1)->done());
    CHECK(w.guest->all_intact());
}

TEST_CASE("serial_mux: a cut payload never reaches the user") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.send(wire::mux_type::open, 2, 1);
    const auto frame = guest.frame(wire::mux_type::data, 2, 0, content(1, mux_end::guest, 0, 16'000));
    guest.raw(frame.substr(0, 9'000));
    guest.raw(std::string(wire::mux_max_frame, '\0'));
    guest.nonce = 99;
    host.options.nonce += 1;
    guest.greet(wire::mux_type::hello);
    CHECK(host.by_port(1)->received == 0);
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_bad_frame});
    CHECK(host.established == 2);
}

TEST_CASE("serial_mux: zeros between frames are filler, unknown types and stale frames are skipped") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.raw(std::string(100'000, '\0'));
    guest.send(static_cast<wire::mux_type>(0x7f), 12, 34, "from the future");
    guest.send(wire::mux_type::pong, 0, 1);
    guest.send(wire::mux_type::open, 2, 1);
    guest.raw(std::string(3, '\0'));
    guest.send(wire::mux_type::data, 2, 0, content(1, mux_end::guest, 0, 5));
    const auto s = host.streams.begin()->first;
    host.mux.release(s);
    guest.take();
    CHECK(host.mux.streams() == 0);
    guest.send(wire::mux_type::data, 2, 0, "late");
    guest.send(wire::mux_type::credit, 2, 7);
    guest.send(wire::mux_type::end, 2);
    guest.send(wire::mux_type::reset, 2);
    CHECK(host.downs.empty());
    CHECK(host.streams.at(s).received == 5);
}

TEST_CASE("serial_mux: frames of another session are no frames") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.send(wire::mux_type::open, 2, 1);
    guest.key = wire::mux_key(guest.nonce, 999);
    guest.send(wire::mux_type::open, 4, 1);
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_bad_frame});
}

TEST_CASE("serial_mux: what was queued for a session does not outlive it") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.take();
    REQUIRE(host.open(1, 10'000));
    guest.nonce += 1;
    guest.greet(wire::mux_type::hello);
    CHECK(host.mux.send_buffer().size() ==
          wire::mux_header_size + wire::mux_hello_size + wire::mux_trailer_size);  // READY
}

TEST_CASE("serial_mux: a greeting with a wrong byte in it is none") {
    for (std::size_t at = 0; at < wire::mux_header_size + wire::mux_hello_size + wire::mux_trailer_size; ++at) {
        CAPTURE(at);
        std::array<std::byte, wire::mux_hello_size> hello;
        wire::write_mux_hello({0x666, 1, 10, 10}, hello);
        std::string bytes;
        wire::append_mux_frame({wire::mux_type::hello, 2, 1}, hello, 0, bytes);
        bytes[at] ^= 4;
        player host(options_of(mux_end::host, 1));
        std::copy_n(as_bytes(bytes).begin(), bytes.size(), host.mux.receive_buffer().begin());
        host.mux.on_received(bytes.size());
        host.run(t0);
        CHECK(host.established == 0);
    }
}

TEST_CASE("serial_mux: a greeting is found behind the beginning of another") {
    for (std::size_t n = 0; n < 52; ++n) {
        CAPTURE(n);
        std::array<std::byte, wire::mux_hello_size> hello;
        wire::write_mux_hello({0x666, 1, 10, 10}, hello);
        std::string bytes;
        wire::append_mux_frame({wire::mux_type::hello, 2, 1}, hello, 0, bytes);
        bytes.insert(0, bytes.substr(0, n));
        player host(options_of(mux_end::host, 1));
        std::copy_n(as_bytes(bytes).begin(), bytes.size(), host.mux.receive_buffer().begin());
        host.mux.on_received(bytes.size());
        host.run(t0);
        CHECK(host.established == 1);
    }
}

TEST_CASE("serial_mux: a greeting inside a payload is payload") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    std::array<std::byte, wire::mux_hello_size> hello;
    wire::write_mux_hello({0x666, 0, 10, 10}, hello);
    std::string inner;
    wire::append_mux_frame({wire::mux_type::hello, 2, 1}, hello, 0, inner);
    guest.send(wire::mux_type::open, 2, 1);
    guest.send(wire::mux_type::data, 2, 0, inner);
    CHECK(host.downs.empty());
    // Outside a session it may be mistaken for one; the true end is found nevertheless.
    world w;
    w.to_guest = inner;
    w.to_host = "abc" + inner.substr(0, 40);
    w.settle_for(2s);
    CHECK(w.host->mux.in_session());
    CHECK(w.guest->mux.in_session());
}

TEST_CASE("serial_mux: a greeting with a longer payload is understood, a broken one is ignored") {
    const auto greet = [](player& p, std::size_t size, std::uint64_t nonce, std::uint32_t version,
                          std::uint32_t window) {
        std::array<std::byte, 100> hello{};
        wire::write_mux_hello({nonce, p.options.nonce, window, 5}, std::span(hello).first<wire::mux_hello_size>());
        std::string out;
        wire::append_mux_frame({wire::mux_type::hello, 2, version}, bytes_view(hello).first(size), 0, out);
        const auto room = p.mux.receive_buffer();
        std::copy_n(as_bytes(out).begin(), out.size(), room.begin());
        p.mux.on_received(out.size());
        p.run(t0);
        return p.established;
    };
    for (const std::size_t size : {24u, 25u, 64u}) {
        player p(options_of(mux_end::host, 1));
        CHECK(greet(p, size, 5, 2, 100) == 1);
    }
    player p(options_of(mux_end::host, 1));
    CHECK(greet(p, 23, 5, 1, 100) == 0);
    CHECK(greet(p, 65, 5, 1, 100) == 0);
    CHECK(greet(p, 24, 0, 1, 100) == 0);
    CHECK(greet(p, 24, 5, 0, 100) == 0);
    CHECK(greet(p, 24, 5, 1, 0x8000'0000) == 0);
    CHECK(greet(p, 24, 5, 1, 0x7fff'ffff) == 1);
}

// --- peers that break the rules -------------------------------------------------------------------------------------

TEST_CASE("serial_mux: more data than credit ends the session") {
    auto o = options_of(mux_end::host, 1);
    o.window = 100;
    player host(o);
    forger guest(host);
    host.consumes = [](std::uint32_t) { return false; };
    guest.send(wire::mux_type::open, 2, 1);
    guest.send(wire::mux_type::data, 2, 0, content(1, mux_end::guest, 0, 100));
    CHECK(host.by_port(1)->received == 100);
    guest.send(wire::mux_type::data, 2, 0, "x");
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_credit_exceeded});
    CHECK(host.by_port(1)->received == 100);
    CHECK(host.by_port(1)->why == errc::mux_credit_exceeded);
}

TEST_CASE("serial_mux: each broken rule ends the session with mux_bad_frame") {
    using wire::mux_type;
    const std::vector<std::pair<const char*, std::function<void(player&, forger&)>>> cases{
        {"OPEN with an id of ours", [](auto&, auto& f) { f.send(mux_type::open, 1, 1); }},
        {"OPEN of stream 0", [](auto&, auto& f) { f.send(mux_type::open, 0, 1); }},
        {"OPEN twice", [](auto&, auto& f) { f.send(mux_type::open, 2, 1), f.send(mux_type::open, 2, 1); }},
        {"OPEN of a lower id", [](auto&, auto& f) { f.send(mux_type::open, 8, 1), f.send(mux_type::open, 6, 1); }},
        {"DATA on a stream never opened by it", [](auto&, auto& f) { f.send(mux_type::data, 2, 0, "x"); }},
        {"DATA on a stream never opened by us", [](auto&, auto& f) { f.send(mux_type::data, 1, 0, "x"); }},
        {"DATA on stream 0", [](auto&, auto& f) { f.send(mux_type::data, 0, 0, "x"); }},
        {"RESET of a stream never opened", [](auto&, auto& f) { f.send(mux_type::reset, 4); }},
        {"DATA without bytes", [](auto&, auto& f) { f.send(mux_type::open, 2, 1), f.send(mux_type::data, 2, 0, ""); }},
        {"DATA after END",
         [](auto&, auto& f) {
             f.send(mux_type::open, 2, 1), f.send(mux_type::end, 2), f.send(mux_type::data, 2, 0, "x");
         }},
        {"END twice",
         [](auto&, auto& f) { f.send(mux_type::open, 2, 1), f.send(mux_type::end, 2), f.send(mux_type::end, 2); }},
        {"ACCEPT of its own stream", [](auto&, auto& f) { f.send(mux_type::open, 2, 1), f.send(mux_type::accept, 2); }},
        {"ACCEPT twice",
         [](auto& p, auto& f) {
             (void)p.open(1, 1), f.take(), f.send(mux_type::accept, 1), f.send(mux_type::accept, 1);
         }},
        {"DATA before ACCEPT",
         [](auto& p, auto& f) { (void)p.open(1, 1), f.take(), f.send(mux_type::data, 1, 0, "x"); }},
        {"END before ACCEPT", [](auto& p, auto& f) { (void)p.open(1, 1), f.take(), f.send(mux_type::end, 1); }},
        {"too much credit",
         [](auto&, auto& f) { f.send(mux_type::open, 2, 1), f.send(mux_type::credit, 2, 0x7fff'ffff); }},
        {"ACCEPT of a stream that was not announced",
         [](auto& p, auto& f) { p.streams[*p.mux.open(1)].port = 1, f.send(mux_type::accept, 1); }},
    };
    for (const auto& [name, play] : cases) {
        CAPTURE(name);
        player host(options_of(mux_end::host, 1));
        host.reply = 1;
        host.releases = false;
        forger guest(host);
        play(host, guest);
        CHECK(host.downs == std::vector<std::error_code>{errc::mux_bad_frame});
    }
}

TEST_CASE("serial_mux: a peer that opens and never reads is refused, then cut off; memory stays bounded") {
    auto o = options_of(mux_end::host, 1);
    o.max_incoming = 10;
    player host(o);
    host.accepts = [](std::uint32_t) { return false; };
    forger guest(host);
    std::size_t most = 0;
    for (std::uint32_t id = 2; host.downs.empty() && id < 100'000; id += 2) {
        guest.send(wire::mux_type::open, id, 1);
        most = std::max(most, host.mux.streams());
    }
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_stream_limit});
    CHECK(most == 20);
    CHECK(host.mux.streams() == 0);
}

TEST_CASE("serial_mux: no flood makes the backlog grow") {
    player host(options_of(mux_end::host, 1));
    host.reply = 1'000'000;
    forger guest(host);
    const auto before = host.mux.backlog();
    for (int i = 0; i < 10'000; ++i)
        guest.send(wire::mux_type::ping, 0, static_cast<std::uint32_t>(i));
    CHECK(host.mux.backlog() - before == 0);
    CHECK(guest.count(wire::mux_type::pong, 9'999) == 1);
    guest.send(wire::mux_type::open, 2, 1);
    for (int i = 0; i < 10'000; ++i)
        guest.send(wire::mux_type::credit, 2, 10);
    CHECK(host.mux.backlog() <= serial_mux::max_backlog);
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        guest.nonce += 1;
        guest.greet(wire::mux_type::hello);
    }
    CHECK(host.mux.backlog() <= serial_mux::max_backlog);
    CHECK(host.mux.streams() == 1 - host.streams.begin()->second.broken);
    CHECK(host.mux.in_session());
}

TEST_CASE("serial_mux: a HELLO from the same life that has already sent frames ends the session on both sides") {
    player host(options_of(mux_end::host, 1));
    forger guest(host);
    guest.take();
    guest.greet(wire::mux_type::hello);  // repeated before the first frame: answered
    CHECK(guest.count(wire::mux_type::ready, 1) == 1);
    guest.greet(wire::mux_type::ready);
    CHECK(guest.count(wire::mux_type::ready, 1) == 0);
    CHECK(host.downs.empty());
    guest.send(wire::mux_type::ping, 0);
    guest.take();
    guest.greet(wire::mux_type::hello);
    CHECK(host.downs == std::vector<std::error_code>{errc::mux_reset});
    CHECK(guest.count(wire::mux_type::hello, 1) == 1);  // with another nonce: the same two would make the same key
    CHECK_FALSE(host.mux.in_session());
    host.options.nonce += 1;
    guest.greet(wire::mux_type::ready);
    CHECK(host.mux.in_session());
}

// --- silence --------------------------------------------------------------------------------------------------------

TEST_CASE("serial_mux: a silent peer is pinged, then given up, if that is wanted") {
    auto o = options_of(mux_end::host, 1);
    o.ping_after = 10s;
    o.patience = 30s;
    player host(o);
    forger guest(host);
    guest.take();
    CHECK(host.next == t0 + 10s);
    host.run(t0 + 9s);
    CHECK(guest.count(wire::mux_type::ping) == 0);
    host.run(t0 + 10s);
    CHECK(host.next == t0 + 30s);
    const auto sent = as_text(host.mux.send_buffer());
    CHECK(sent.size() == wire::mux_header_size);
    CHECK(sent[3] == 9);
    host.mux.on_sent(sent.size());
    host.run(t0 + 29s);
    CHECK(host.mux.send_buffer().empty());
    CHECK(host.downs.empty());
    host.run(t0 + 30s);
    CHECK(host.downs == std::vector<std::error_code>{errc::peer_stalled});

    player patient(options_of(mux_end::host, 1));
    forger quiet(patient);
    CHECK(patient.next == no_deadline);
    patient.run(t0 + 24h);
    CHECK(patient.downs.empty());
}

TEST_CASE("serial_mux: any byte is a sign of life, and PONG answers PING") {
    auto o = options_of(mux_end::host, 1);
    o.ping_after = 10s;
    o.patience = 30s;
    world w(1, o);
    w.settle();
    for (int i = 0; i < 100; ++i) {
        w.now += 5s;
        w.settle();
    }
    CHECK(w.host->downs.empty());
    CHECK(w.host->mux.in_session());
}

// The serial multiplexer against a peer that sends anything, and against itself over a pipe that misbehaves.

#include <hearth/session/serial_mux.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <variant>

using namespace hearth;
using session::mux_end;
using session::serial_mux;
using stream_id = serial_mux::stream_id;

namespace {

void require(bool holds, std::source_location where = std::source_location::current()) {
    if (holds)
        return;
    std::fprintf(stderr, "line %u does not hold\n", where.line());
    std::abort();
}

/// The fuzzer's input, read as decisions. Zeros once it is used up.
class decisions {
public:
    explicit decisions(bytes_view input) : rest_(input) {}
    bool any() const { return !rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty())
            return 0;
        const auto b = std::to_integer<std::uint8_t>(rest_.front());
        rest_ = rest_.subspan(1);
        return b;
    }
    /// Small numbers are likely, large ones possible.
    std::size_t number() {
        const std::size_t n = byte();
        return n < 192 ? n : (n - 191) << (byte() % 13);
    }
    std::string_view bytes(std::size_t n) {
        const auto taken = as_text(rest_.first(std::min(n, rest_.size())));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

private:
    bytes_view rest_;
};

char content(std::uint32_t port, mux_end from, std::size_t at) {
    return static_cast<char>(at * 31 + (at >> 8) * 7 + port * 101 + (from == mux_end::host ? 0 : 57));
}

/// A machine with a user that does as the input says, and checks what the machine promises.
struct player {
    struct stream {
        std::uint32_t port{0};
        std::size_t wanted{0};  ///< to be sent
        std::size_t sent{0};
        std::size_t received{0};
        std::size_t unconsumed{0};
        bool shut{false};
        bool ended{false};
        bool broken{false};
    };

    explicit player(const session::serial_mux_options& o) : options(o), mux(o) {}

    session::serial_mux_options options;
    serial_mux mux;
    std::map<stream_id, stream> streams;
    bool check_content{true};
    bool eager{false};  ///< consumes and releases by itself
    time_point next{};

    mux_end peer() const { return options.end == mux_end::host ? mux_end::guest : mux_end::host; }

    void run(time_point now) {
        for (int most = 200'000;; --most) {
            require(most > 0);
            auto todo = mux.poll(now);
            require(mux.backlog() <= serial_mux::max_backlog);
            require(mux.streams() <= 2 * options.max_incoming + options.max_outgoing);
            if (auto* w = std::get_if<session::wait>(&todo)) {
                next = w->until;
                return;
            }
            std::visit([this](auto& e) { on(e); }, todo);
        }
    }
    void on(session::wait&) {}
    void on(session::close&) { require(false); }
    void on(serial_mux::established&) {}
    void on(serial_mux::down& e) { require(static_cast<bool>(e.why)); }
    void on(serial_mux::incoming& e) {
        require(streams.emplace(e.stream, stream{e.port}).second);
        require(streams.size() <= options.max_incoming + options.max_outgoing);
        if (eager) {
            mux.accept(e.stream);
            shut(e.stream);
        }
    }
    void on(serial_mux::accepted& e) { require(!streams.at(e.stream).broken); }
    void on(serial_mux::data& e) {
        stream& s = streams.at(e.stream);
        require(!s.ended && !s.broken && !e.bytes.empty());
        for (std::size_t i = 0; check_content && i < e.bytes.size(); ++i)
            require(static_cast<char>(e.bytes[i]) == content(s.port, peer(), s.received + i));
        s.received += e.bytes.size();
        s.unconsumed += e.bytes.size();
        require(s.unconsumed <= options.window);
        if (eager)
            consume(e.stream, s.unconsumed);
    }
    void on(serial_mux::ended& e) {
        stream& s = streams.at(e.stream);
        require(!s.ended && !s.broken);
        s.ended = true;
        if (eager && s.shut)
            release(e.stream);
    }
    void on(serial_mux::broken& e) {
        require(!streams.at(e.stream).broken && e.why);
        streams.at(e.stream).broken = true;
        if (eager)
            release(e.stream);
    }
    void on(serial_mux::writable& e) { write(e.stream, streams.at(e.stream).wanted); }

    stream_id pick(std::size_t n) {
        return streams.empty() ? 0 : std::next(streams.begin(), static_cast<std::ptrdiff_t>(n % streams.size()))->first;
    }
    void open(std::uint32_t port) {
        if (const auto s = mux.open(port))
            require(streams.emplace(*s, stream{port}).second);
    }
    void write(stream_id id, std::size_t n) {
        const auto s = streams.find(id);
        if (s == streams.end())
            return;
        std::string bytes(std::min<std::size_t>(n, 40'000), '\0');
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = content(s->second.port, options.end, s->second.sent + i);
        const std::size_t taken = mux.write(id, as_bytes(bytes));
        require(taken <= bytes.size() && (taken == 0 || (!s->second.shut && !s->second.broken)));
        s->second.sent += taken;
        s->second.wanted = bytes.size() - taken;
    }
    void shut(stream_id id) {
        mux.shutdown(id);
        const auto s = streams.find(id);
        if (s == streams.end())
            return;
        s->second.shut = true;
        if (eager && s->second.ended)
            release(id);
    }
    void consume(stream_id id, std::size_t n) {
        mux.consumed(id, n);
        if (const auto s = streams.find(id); s != streams.end())
            s->second.unconsumed -= std::min(n, s->second.unconsumed);
    }
    void release(stream_id id) {
        mux.release(id);
        streams.erase(id);
    }
    void act(decisions& d) {
        const stream_id s = pick(d.byte());
        switch (d.byte() % 7) {
        case 0: return open(static_cast<std::uint32_t>(d.number()));
        case 1: return mux.accept(s);
        case 2:
        case 3: return write(s, d.number());
        case 4: return shut(s);
        case 5: return consume(s, d.number());
        default: return release(s);
        }
    }
    /// Gives the machine bytes, in as many reads as it takes.
    void receive(std::string_view bytes, time_point now) {
        while (!bytes.empty()) {
            const auto room = mux.receive_buffer();
            require(!room.empty() && room.size() <= serial_mux::receive_capacity);
            const auto n = std::min(room.size(), bytes.size());
            std::copy_n(as_bytes(bytes).begin(), n, room.begin());
            mux.on_received(n);
            bytes.remove_prefix(n);
            run(now);
        }
    }
    std::string send(std::size_t most, time_point now) {
        const auto bytes = as_text(mux.send_buffer());
        std::string out(bytes.substr(0, most));
        mux.on_sent(out.size());
        run(now);
        return out;
    }
};

session::serial_mux_options options_of(mux_end end, std::uint64_t nonce, decisions& d) {
    session::serial_mux_options o;
    o.end = end;
    o.nonce = nonce;
    o.window = static_cast<std::uint32_t>(d.number());
    o.max_incoming = d.byte() % 8;
    o.max_outgoing = d.byte() % 8;
    if (d.byte() % 4 == 0)
        o.ping_after = std::chrono::seconds{5};
    return o;
}

/// A peer that knows the session and sends well-formed frames of any content, and now and then anything at all.
void play_forger(decisions& d) {
    player victim(options_of(mux_end::host, 77, d));
    victim.check_content = false;
    time_point now{};
    victim.run(now);
    std::uint64_t nonce = 1;
    std::uint64_t victims = 77;
    std::uint32_t sequence = 0;
    const auto frame = [&](wire::mux_header head, bytes_view payload) {
        std::string out;
        wire::append_mux_frame(head, payload, wire::mux_key(nonce, victims), out);
        return out;
    };
    const auto greet = [&](wire::mux_type type) {
        std::array<std::byte, wire::mux_hello_size> hello;
        wire::write_mux_hello({nonce, victims, static_cast<std::uint32_t>(d.number()), d.byte()}, hello);
        sequence = 0;
        return frame({type, 2, 1}, hello);
    };
    victim.receive(greet(wire::mux_type::hello), now);
    while (d.any()) {
        switch (d.byte() % 8) {
        case 0: victim.act(d); break;
        case 1: victim.send(d.number() * 16, now); break;
        case 2: victim.receive(d.bytes(d.byte()), now); break;
        case 3:
            now += std::chrono::seconds{d.byte()};
            victim.run(now);
            break;
        case 4:  // its nonce may have moved on
            victims += victim.mux.in_session() ? 0 : 1;
            nonce += d.byte() % 2;
            victim.receive(greet(d.byte() % 2 ? wire::mux_type::hello : wire::mux_type::ready), now);
            break;
        default: {
            const auto type = static_cast<wire::mux_type>(d.byte() % 12);
            const auto stream = static_cast<std::uint32_t>(d.number());
            const auto value = static_cast<std::uint32_t>(d.number() << d.byte() % 32);
            const auto payload = as_bytes(d.bytes(type == wire::mux_type::data ? d.byte() : 0));
            victim.receive(frame({type, stream, value, sequence++}, payload), now);
        }
        }
    }
    while (!victim.send(1 << 20, now).empty()) {
    }
    for (const auto& [id, s] : std::map(victim.streams))
        victim.release(id);
    while (!victim.send(1 << 20, now).empty()) {
    }
    require(victim.mux.streams() == 0);
}

/// Two ends, restarts of either, and a pipe that loses and invents bytes.
void play_pair(decisions& d) {
    std::array<std::unique_ptr<player>, 2> ends{std::make_unique<player>(options_of(mux_end::host, 100, d)),
                                                std::make_unique<player>(options_of(mux_end::guest, 200, d))};
    std::array<std::string, 2> pipes;  // pipes[i] leads away from ends[i]
    time_point now{};
    std::uint64_t nonce = 1'000;
    for (auto& e : ends)
        e->run(now);
    const auto everything = [&] {
        for (int most = 5'000;; --most) {
            require(most > 0);
            bool moved = false;
            for (std::size_t i = 0; i < 2; ++i) {
                pipes[i] += ends[i]->send(1 << 20, now);
                moved = moved || !pipes[i].empty();
                ends[1 - i]->receive(std::exchange(pipes[i], {}), now);
            }
            if (!moved)
                return;
        }
    };
    while (d.any()) {
        const auto what = d.byte();
        const std::size_t i = what & 1;
        auto& pipe = pipes[i];
        switch (what >> 1 & 15) {
        case 0: everything(); break;
        case 1:
        case 2: pipe += ends[i]->send(d.number() * 16, now); break;
        case 3:
        case 4: {
            const std::string some = pipe.substr(0, d.number() * 16);
            pipe.erase(0, some.size());
            ends[1 - i]->receive(some, now);
            break;
        }
        case 5: {  // restarts; what was under way to it may be lost
            auto o = ends[i]->options;
            o.nonce = ++nonce;
            const bool check = ends[i]->check_content;
            ends[i] = std::make_unique<player>(o);
            ends[i]->check_content = check;
            ends[i]->run(now);
            pipes[1 - i].erase(0, d.number() * 16);
            break;
        }
        case 6: {  // bytes that nobody sent; a payload is not protected against that
            const auto some = d.bytes(d.byte() % 64);
            pipe.insert(std::min(pipe.size(), d.number() * 16), some);
            ends[0]->check_content = ends[1]->check_content = false;
            break;
        }
        case 7:
            pipe.erase(std::min(pipe.size(), d.number() * 16), d.number());
            ends[0]->check_content = ends[1]->check_content = false;
            break;
        case 8:
            now += std::chrono::milliseconds{d.number() * 100};
            for (auto& e : ends)
                e->run(now);
            break;
        default: ends[i]->act(d); break;
        }
    }
    // Whatever happened, they find each other again and carry data, as soon as a frame that lost bytes is found out.
    for (auto& e : ends) {
        e->eager = true;
        for (const auto& [id, s] : std::map(e->streams))
            e->release(id);
    }
    for (int i = 0; i < 20; ++i, now += std::chrono::seconds{1}) {
        for (auto& e : ends) {
            e->run(now);
            e->open(7);
        }
        everything();
    }
    require(ends[0]->mux.in_session() && ends[1]->mux.in_session());
    for (auto& e : ends)
        for (const auto& [id, s] : std::map(e->streams))
            e->release(id);
    everything();
    for (std::size_t i = 0; i < 2; ++i) {
        require(ends[i]->mux.streams() == 0 && ends[i]->streams.empty());
        if (ends[i]->options.max_outgoing == 0 || ends[1 - i]->options.max_incoming == 0 ||
            ends[1 - i]->options.window == 0)
            continue;
        ends[i]->open(42);
        require(ends[i]->streams.size() == 1);
        const stream_id s = ends[i]->streams.begin()->first;
        ends[i]->write(s, 100);
        for (int most = 5'000; ends[i]->streams.at(s).sent < 100; --most) {
            require(most > 0);
            everything();
        }
        ends[i]->shut(s);
        everything();
        require(ends[i]->streams.empty() && ends[i]->mux.streams() == 0 && ends[1 - i]->mux.streams() == 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    decisions d(std::as_bytes(std::span{data, size}));
    if (d.byte() % 2 == 0)
        play_pair(d);
    else
        play_forger(d);
    return 0;
}

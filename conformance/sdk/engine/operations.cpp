#include <hearth/engine/operations.hpp>

#include "io/support/loop.hpp"
#include "io/support/outcome.hpp"

#include <doctest/doctest.h>
#include <hearth/net/coroutine.hpp>

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using hearth::no_deadline;
using hearth::result;
using hearth::time_point;
using hearth::engine::agent_port;
using hearth::engine::capabilities;
using hearth::engine::class_of;
using hearth::engine::engine_errc;
using hearth::engine::sandbox_engine;
using hearth::engine::sandbox_info;
using hearth::engine::sandbox_spec;
using hearth::engine::sandbox_status;
using hearth::engine::snapshot_manifest;
using hearth::engine::start_options;
using hearth::engine::state_map;
using hearth::engine::thermal_state;
using hearth::io::any_stream;
namespace engine = hearth::engine;
namespace net = hearth::net;

namespace {

using info_done = hearth::io::pending_handler<void(hearth::net_error_code, sandbox_info)>;
using plain_done = hearth::io::pending_handler<void(hearth::net_error_code)>;

/// The mandatory operations and nothing else, in memory. Its agents echo one message that names their port.
class bare_engine : public sandbox_engine {
public:
    explicit bare_engine(net::any_io_executor on) : on_(std::move(on)) {}

    net::any_io_executor get_executor() const override { return on_; }
    std::string_view name() const noexcept override { return "bare"; }
    capabilities supports() const override { return {}; }

    void create(sandbox_spec spec, time_point deadline, info_handler done) override {
        if (hearth::clock::now() >= deadline)
            return info_done(std::move(done)).post(make_error_code(engine_errc::timeout), {});
        if (spec.image == "broken")
            return info_done(std::move(done))
                .post(make_error_code(engine_errc::agent_unreachable), {.id = spec.id, .detail = "init: not found"});
        sandbox_info made{.id = spec.id,
                          .name = spec.name,
                          .status = sandbox_status::running,
                          .engine_id = engine::make_engine_id(name(), ++made_),
                          .thermal = thermal_state::hot,
                          .memory_mb = spec.memory_mb};
        known_[made.engine_id] = made;
        info_done(std::move(done)).post({}, made);
    }
    void destroy(std::string id, time_point, done_handler done) override {
        const bool was = known_.erase(id) != 0;
        const bool found = was || gone_.contains(id);
        gone_.insert(std::move(id));
        plain_done(std::move(done)).post(found ? std::error_code() : make_error_code(engine_errc::not_found));
    }
    void stop(std::string id, time_point, info_handler done) override {
        change(id, std::move(done), [](sandbox_info& s) {
            s.memory_lost = s.memory_lost || s.status == sandbox_status::running;
            s.status = sandbox_status::stopped;
            s.thermal = thermal_state::cold;
        });
    }
    void start(std::string id, start_options, time_point, info_handler done) override {
        change(id, std::move(done), [](sandbox_info& s) {
            s.status = sandbox_status::running;
            s.thermal = thermal_state::hot;
            s.memory_lost = false;
        });
    }
    result<sandbox_info> status(std::string_view id) const override {
        const auto it = known_.find(id);
        if (it == known_.end())
            return engine_errc::not_found;
        return it->second;
    }
    std::vector<sandbox_info> list() const override {
        std::vector<sandbox_info> all;
        for (const auto& [id, info] : known_)
            all.push_back(info);
        return all;
    }
    void agent_channel(std::string id, agent_port port, const net::any_io_executor& on, time_point,
                       hearth::io::connect_handler done) override {
        hearth::io::pending_handler<hearth::io::connect_signature> later(std::move(done));
        const auto it = known_.find(id);
        if (it == known_.end())
            return later.post(make_error_code(engine_errc::not_found), {});
        if (it->second.thermal != thermal_state::hot)
            return later.post(make_error_code(engine_errc::not_running), {});
        auto [mine, theirs] = test::stream_pair(on);
        agents_.push_back(std::move(theirs));
        agents_.back().async_write_some(net::buffer(port == agent_port::control ? "c" : "f", 1),
                                        [](hearth::net_error_code, std::size_t) {});
        later.post({}, std::move(mine));
    }

protected:
    template <class Change>
    void change(const std::string& id, info_handler done, Change how) {
        const auto it = known_.find(id);
        if (it == known_.end())
            return info_done(std::move(done)).post(make_error_code(engine_errc::not_found), {});
        how(it->second);
        info_done(std::move(done)).post({}, it->second);
    }

    net::any_io_executor on_;
    std::map<std::string, sandbox_info, std::less<>> known_;
    std::set<std::string> gone_;
    std::vector<any_stream> agents_;
    std::uint64_t made_{0};
};

/// One that can pause, and keeps its state for recovery.
class thermal_engine : public bare_engine {
public:
    using bare_engine::bare_engine;

    capabilities supports() const override {
        capabilities c;
        c.pause.value = true;
        return c;
    }
    thermal_state thermal(std::string_view id) const override {
        const auto known = status(id);
        return known ? known->thermal : thermal_state::none;
    }
    void ensure_hot(std::string id, time_point, info_handler done) override {
        change(id, std::move(done), [](sandbox_info& s) {
            s.status = sandbox_status::running;
            s.thermal = thermal_state::hot;
        });
    }
    void pause(std::string id, time_point, info_handler done) override {
        if (thermal(id) == thermal_state::cold)
            return info_done(std::move(done)).post(make_error_code(engine_errc::not_running), {});
        change(id, std::move(done), [](sandbox_info& s) { s.thermal = thermal_state::warm; });
    }
    state_map save_state(std::string_view id) const override {
        state_map m;
        if (const auto known = status(id))
            m.set("memory_mb", known->memory_mb);
        return m;
    }
    void restore(sandbox_info known, state_map state, time_point, info_handler done) override {
        known.memory_mb = state.int64("memory_mb");
        known.thermal = thermal_state::cold;
        known_[known.engine_id] = known;
        info_done(std::move(done)).post({}, std::move(known));
    }
};

/// Runs one operation to its end.
template <class Value, class Start>
test::outcome<Value> run(test::loop& loop, Start start) {
    test::outcome<Value> got;
    start(got.handler());
    CHECK(got.times() == 0);  // never from inside the call
    loop.run_until(got);
    loop.settle();
    CHECK(got.times() == 1);
    return got;
}

sandbox_info made(test::loop& loop, sandbox_engine& e) {
    return run<sandbox_info>(loop,
                             [&](auto token) {
                                 async_create(e, {.id = "00112233445566aa", .name = "dev", .memory_mb = 256},
                                              no_deadline, token);
                             })
        .value();
}

}  // namespace

TEST_CASE("engine: after create a sandbox is running, listed and hot [D-100, D-101, D-102, E-04]") {
    test::loop loop;
    bare_engine e(loop.executor());
    const auto info = made(loop, e);
    CHECK(info.id == "00112233445566aa");
    CHECK(info.name == "dev");
    CHECK(info.status == sandbox_status::running);
    CHECK(engine::engine_of(info.engine_id) == e.name());
    REQUIRE(e.status(info.engine_id));
    CHECK(*e.status(info.engine_id) == info);
    CHECK(e.list() == std::vector{info});
    CHECK(e.thermal(info.engine_id) == thermal_state::hot);
    CHECK(e.thermal("bare-0000000000000099") == thermal_state::none);
}

TEST_CASE("engine: a failure carries its class and, beside it, the story [D-103]") {
    test::loop loop;
    bare_engine e(loop.executor());
    auto broken = run<sandbox_info>(
        loop, [&](auto token) { async_create(e, {.id = "1", .image = "broken"}, no_deadline, token); });
    CHECK(class_of(broken.error()) == engine_errc::agent_unreachable);
    CHECK(broken.value().detail == "init: not found");
    CHECK(e.list().empty());
    const auto late = run<sandbox_info>(loop, [&](auto token) { async_create(e, {}, hearth::clock::now(), token); });
    CHECK(late.error() == engine_errc::timeout);
}

TEST_CASE("engine: after destroy nothing is known, and once more succeeds [D-102]") {
    test::loop loop;
    bare_engine e(loop.executor());
    const auto info = made(loop, e);
    const auto destroy = [&](std::string id) {
        return run<std::monostate>(loop, [&](auto token) { async_destroy(e, id, no_deadline, token); }).error();
    };
    CHECK(!destroy(info.engine_id));
    CHECK(e.list().empty());
    CHECK(e.status(info.engine_id).error() == engine_errc::not_found);
    CHECK(!destroy(info.engine_id));
    CHECK(destroy("bare-00000000000000ff") == engine_errc::not_found);
}

TEST_CASE("engine: stop and start, repeated too; lost memory is admitted [D-102, E-12]") {
    test::loop loop;
    bare_engine e(loop.executor());
    const auto id = made(loop, e).engine_id;
    for (int cycle = 0; cycle < 3; ++cycle) {
        for (int again = 0; again < 2; ++again) {
            auto stopped = run<sandbox_info>(loop, [&](auto token) { async_stop(e, id, no_deadline, token); });
            CHECK(!stopped.error());
            CHECK(stopped.value().status == sandbox_status::stopped);
            CHECK(stopped.value().memory_lost);
            CHECK(e.thermal(id) == thermal_state::cold);
        }
        for (int again = 0; again < 2; ++again) {
            auto started = run<sandbox_info>(loop, [&](auto token) { async_start(e, id, {}, no_deadline, token); });
            CHECK(!started.error());
            CHECK(started.value().status == sandbox_status::running);
        }
    }
}

TEST_CASE("engine: the agent is reached through a connector like any other, and never wakes a sandbox [E-32, D-112]") {
    test::loop loop;
    bare_engine e(loop.executor());
    const auto id = made(loop, e).engine_id;
    const auto address = engine::agent_of(e, id);
    for (const auto& [connector, expected] : {std::pair(address.control, 'c'), std::pair(address.forward, 'f')}) {
        auto stream = run<any_stream>(
            loop, [&, to = connector](auto token) { to.async_connect(loop.executor(), no_deadline, token); });
        REQUIRE(!stream.error());
        std::array<char, 1> into{};
        test::outcome<std::size_t> read;
        net::async_read(stream.value(), net::buffer(into), read.handler());
        loop.run_until(read);
        CHECK(into[0] == expected);
    }
    run<sandbox_info>(loop, [&](auto token) { async_stop(e, id, no_deadline, token); });
    auto refused =
        run<any_stream>(loop, [&](auto token) { address.control.async_connect(loop.executor(), no_deadline, token); });
    CHECK(refused.error() == engine_errc::not_running);
    CHECK(e.thermal(id) == thermal_state::cold);
}

TEST_CASE("engine: without a capability the optional operations say so, or do what is harmless [D-110, D-114]") {
    test::loop loop;
    bare_engine e(loop.executor());
    const auto id = made(loop, e).engine_id;
    const auto info_error = [&](auto start) { return run<sandbox_info>(loop, start).error(); };
    const auto plain_error = [&](auto start) { return run<std::monostate>(loop, start).error(); };

    CHECK(info_error([&](auto t) { async_pause(e, id, no_deadline, t); }) == engine_errc::unsupported);
    CHECK(plain_error([&](auto t) { async_set_balloon(e, id, 64, no_deadline, t); }) == engine_errc::unsupported);
    CHECK(info_error([&](auto t) { async_restore(e, {}, {}, no_deadline, t); }) == engine_errc::unsupported);
    CHECK(info_error([&](auto t) { async_fork(e, id, {}, no_deadline, t); }) == engine_errc::unsupported);
    CHECK(plain_error([&](auto t) { async_save_image(e, id, "/x", no_deadline, t); }) == engine_errc::unsupported);
    CHECK(info_error([&](auto t) { async_resume_snapshot(e, "/x", {}, {}, no_deadline, t); }) ==
          engine_errc::unsupported);
    CHECK(run<snapshot_manifest>(loop, [&](auto t) { async_checkpoint(e, id, {}, no_deadline, t); }).error() ==
          engine_errc::unsupported);

    CHECK(!plain_error([&](auto t) { async_cleanup_orphans(e, no_deadline, t); }));
    CHECK(!plain_error([&](auto t) { async_shutdown(e, no_deadline, t); }));
    CHECK(e.save_state(id) == state_map{});
    auto hot = run<sandbox_info>(loop, [&](auto t) { async_ensure_hot(e, id, no_deadline, t); });
    CHECK(!hot.error());
    CHECK(hot.value().engine_id == id);
    CHECK(info_error([&](auto t) { async_ensure_hot(e, "bare-0000000000000099", no_deadline, t); }) ==
          engine_errc::not_found);
    CHECK(engine::policy_of(e.supports()) == engine::thermal_policy{false, false});
}

TEST_CASE("engine: hot, warm and back; repeats change nothing; a cold one is not paused [D-102, D-111, D-113]") {
    test::loop loop;
    thermal_engine e(loop.executor());
    const auto id = made(loop, e).engine_id;
    const auto pause = [&] {
        return run<sandbox_info>(loop, [&](auto t) { async_pause(e, id, no_deadline, t); }).error();
    };
    const auto wake = [&] {
        return run<sandbox_info>(loop, [&](auto t) { async_ensure_hot(e, id, no_deadline, t); }).error();
    };
    for (int cycle = 0; cycle < 3; ++cycle) {
        CHECK(!pause());
        CHECK(!pause());
        CHECK(e.thermal(id) == thermal_state::warm);
        CHECK(!wake());
        CHECK(!wake());
        CHECK(e.thermal(id) == thermal_state::hot);
    }
    run<sandbox_info>(loop, [&](auto t) { async_stop(e, id, no_deadline, t); });
    CHECK(pause() == engine_errc::not_running);
    CHECK(!wake());
    CHECK(e.thermal(id) == thermal_state::hot);
}

TEST_CASE("engine: what it keeps for recovery goes through the daemon's hands unread [E-03, D-403]") {
    test::loop loop;
    thermal_engine before(loop.executor());
    const auto info = made(loop, before);
    const auto state = before.save_state(info.engine_id);
    thermal_engine after(loop.executor());
    auto back = run<sandbox_info>(loop, [&](auto t) { async_restore(after, info, state, no_deadline, t); });
    CHECK(!back.error());
    CHECK(back.value().memory_mb == 256);
    CHECK(after.thermal(info.engine_id) == thermal_state::cold);
}

TEST_CASE("engine: operations take any completion token and complete on the handler's executor") {
    test::loop loop;
    bare_engine e(loop.executor());
    net::io_context other;
    bool finished = false;
    net::co_spawn(
        other,
        [&]() -> net::awaitable<void> {
            sandbox_spec spec;  // not a braced temporary: GCC 12 destroys those of a co_await expression twice
            spec.id = "1";
            const sandbox_info info = co_await async_create(e, spec, no_deadline, net::use_awaitable);
            CHECK(other.get_executor().running_in_this_thread());
            CHECK_THROWS(co_await async_pause(e, info.engine_id, no_deadline, net::use_awaitable));
            co_await async_destroy(e, info.engine_id, no_deadline, net::use_awaitable);
            finished = true;
        },
        net::detached);
    other.run();
    CHECK(finished);
    CHECK(e.list().empty());
}

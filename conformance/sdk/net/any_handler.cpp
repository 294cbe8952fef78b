#include <hearth/net/any_handler.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using hearth::io::any_handler;
using hearth::io::pending_handler;
namespace net = hearth::net;

TEST_CASE("any_handler: carries a move-only handler with its executor and its cancellation slot") {
    net::io_context fallback;
    net::io_context own;
    net::cancellation_signal signal;
    int seen = 0;
    auto handler = [value = std::make_unique<int>(3), &seen](int factor, const std::string& text) {
        seen = *value * factor + static_cast<int>(text.size());
    };
    any_handler<void(int, std::string)> any(
        net::bind_cancellation_slot(signal.slot(), net::bind_executor(own.get_executor(), std::move(handler))),
        fallback.get_executor());
    CHECK(any.get_executor() == net::any_io_executor(own.get_executor()));
    CHECK(any.get_cancellation_slot() == signal.slot());
    auto moved = std::move(any);
    CHECK(!any);
    REQUIRE(moved);
    moved(2, "four");
    CHECK(seen == 10);
    CHECK(!moved);
}

TEST_CASE("any_handler: a handler without executor gets the fallback") {
    net::io_context fallback;
    any_handler<void()> any([] {}, fallback.get_executor());
    CHECK(any.get_executor() == net::any_io_executor(fallback.get_executor()));
    CHECK(!any.get_cancellation_slot().is_connected());
}

TEST_CASE("any_handler: may start the next operation from inside itself, and may die uncalled") {
    net::io_context context;
    any_handler<void()> slot;
    int calls = 0;
    slot = any_handler<void()>(
        [&] {
            ++calls;
            slot = any_handler<void()>([&calls] { ++calls; }, context.get_executor());
        },
        context.get_executor());
    slot();
    REQUIRE(slot);
    slot();
    CHECK(calls == 2);

    auto owned = std::make_shared<int>();
    {
        any_handler<void()> uncalled([owned] {}, context.get_executor());
    }
    CHECK(owned.use_count() == 1);
}

TEST_CASE("pending_handler: keeps the handler's executor busy until it has run there, posted or dispatched") {
    net::io_context context;
    int calls = 0;
    const auto make = [&] {
        return pending_handler<void(int)>(any_handler<void(int)>([&](int n) { calls += n; }, context.get_executor()));
    };
    auto pending = make();
    CHECK(context.poll() == 0);
    CHECK(!context.stopped());
    pending.post(1);
    CHECK(calls == 0);
    CHECK(!pending);
    context.run();
    CHECK(calls == 1);

    context.restart();
    pending = make();
    net::post(context, [&] {
        pending.dispatch(10);
        CHECK(calls == 11);  // dispatched from its own executor: at once
        pending = make();
        pending.post(100);
        CHECK(calls == 11);
    });
    context.run();
    CHECK(calls == 111);
    CHECK(context.stopped());
}

TEST_CASE("pending_handler: empties the cancellation slot before the handler runs") {
    net::io_context context;
    net::cancellation_signal signal;
    pending_handler<void()> pending(
        any_handler<void()>(net::bind_cancellation_slot(signal.slot(), [&] { CHECK(!signal.slot().has_handler()); }),
                            context.get_executor()));
    bool cancelled = false;
    pending.slot().assign([&](net::cancellation_type) { cancelled = true; });
    REQUIRE(signal.slot().has_handler());
    pending.post();
    context.run();
    signal.emit(net::cancellation_type::all);
    CHECK(!cancelled);
}

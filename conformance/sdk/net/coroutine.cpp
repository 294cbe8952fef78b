#include <hearth/net/coroutine.hpp>

#include "io/support/loop.hpp"
#include "io/support/temp_directory.hpp"

#include <doctest/doctest.h>
#include <hearth/core/clock.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/unix_connector.hpp>
#include <hearth/io/unix_listener.hpp>

#include <array>
#include <exception>
#include <future>
#include <string>
#include <utility>

namespace net = hearth::net;
using hearth::io::any_acceptor;
using hearth::io::any_connector;
using hearth::io::any_stream;

namespace {

net::awaitable<void> echo_once(any_acceptor& acceptor) {
    any_stream peer = co_await acceptor.async_accept(co_await net::this_coro::executor, net::use_awaitable);
    std::array<char, 64> bytes{};
    const std::size_t n = co_await peer.async_read_some(net::buffer(bytes), net::use_awaitable);
    co_await net::async_write(peer, net::buffer(bytes, n), net::use_awaitable);
}

net::awaitable<std::string> ask(any_connector to, std::string question) {
    any_stream agent =
        co_await to.async_connect(co_await net::this_coro::executor, hearth::no_deadline, net::use_awaitable);
    co_await net::async_write(agent, net::buffer(question), net::use_awaitable);
    std::string answer(question.size(), '\0');
    co_await net::async_read(agent, net::buffer(answer), net::use_awaitable);
    hearth::net_error_code ec;
    co_await agent.async_read_some(net::buffer(answer.data(), 1), net::redirect_error(net::use_awaitable, ec));
    CHECK(ec == net::error::eof);
    co_return answer;
}

}  // namespace

TEST_CASE("operations take any completion token: coroutines read like a story, failures throw the flavour's own type") {
    test::temp_directory dir;
    test::loop loop;
    auto listening = hearth::io::unix_listener{dir / "s"}.listen(loop.executor());
    REQUIRE(listening);
    any_acceptor acceptor(std::move(*listening));
    std::string answer;
    net::co_spawn(loop.context, echo_once(acceptor), net::detached);
    net::co_spawn(loop.context, ask(hearth::io::unix_connector{dir / "s"}, "hello"),
                  [&](std::exception_ptr failed, std::string text) {
                      CHECK(!failed);
                      answer = std::move(text);
                  });
    loop.run_until([&] { return !answer.empty(); });
    CHECK(answer == "hello");

    std::future<any_stream> nobody = any_connector(hearth::io::unix_connector{dir / "absent"})
                                         .async_connect(loop.executor(), hearth::no_deadline, net::use_future);
    loop.settle();
    CHECK_THROWS(nobody.get());
}

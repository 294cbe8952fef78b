#ifndef HEARTH_NET_COROUTINE_HPP
#define HEARTH_NET_COROUTINE_HPP

/// Coroutines of whichever Asio this is: for programs, tests, and `io/agent_service.hpp`, whose handlers are coroutines.
/// The rest of the SDK does without and compiles faster for it.

#include <hearth/net/net.hpp>

#if defined(HEARTH_USE_BOOST_ASIO)
#    include <boost/asio/awaitable.hpp>
#    include <boost/asio/co_spawn.hpp>
#    include <boost/asio/detached.hpp>
#    include <boost/asio/experimental/awaitable_operators.hpp>
#    include <boost/asio/redirect_error.hpp>
#    include <boost/asio/this_coro.hpp>
#    include <boost/asio/use_awaitable.hpp>
#    include <boost/asio/use_future.hpp>
#else
#    include <asio/awaitable.hpp>
#    include <asio/co_spawn.hpp>
#    include <asio/detached.hpp>
#    include <asio/experimental/awaitable_operators.hpp>
#    include <asio/redirect_error.hpp>
#    include <asio/this_coro.hpp>
#    include <asio/use_awaitable.hpp>
#    include <asio/use_future.hpp>
#endif

#endif

#ifndef HEARTH_NET_NET_HPP
#define HEARTH_NET_NET_HPP

/// Which Asio this is. The only header that knows: everything else says `net::`, uses what Asio 1.22 and Boost 1.81 have
/// in common, and lives in `inline namespace HEARTH_NET_ABI`, so that a program may link both flavours.

// Asio asks the standard library's configuration macros how to allocate, and finds them only if a standard header came
// first. Without this one, two sources of a program could disagree about it.
#include <cstddef>

#if defined(HEARTH_USE_BOOST_ASIO)
#    include <boost/asio/any_io_executor.hpp>
#    include <boost/asio/associated_cancellation_slot.hpp>
#    include <boost/asio/associated_executor.hpp>
#    include <boost/asio/async_result.hpp>
#    include <boost/asio/basic_socket_acceptor.hpp>
#    include <boost/asio/bind_cancellation_slot.hpp>
#    include <boost/asio/bind_executor.hpp>
#    include <boost/asio/buffer.hpp>
#    include <boost/asio/cancellation_signal.hpp>
#    include <boost/asio/compose.hpp>
#    include <boost/asio/defer.hpp>
#    include <boost/asio/dispatch.hpp>
#    include <boost/asio/error.hpp>
#    include <boost/asio/execution/outstanding_work.hpp>
#    include <boost/asio/generic/stream_protocol.hpp>
#    include <boost/asio/io_context.hpp>
#    include <boost/asio/ip/tcp.hpp>
#    include <boost/asio/local/connect_pair.hpp>
#    include <boost/asio/local/stream_protocol.hpp>
#    include <boost/asio/posix/stream_descriptor.hpp>
#    include <boost/asio/post.hpp>
#    include <boost/asio/prefer.hpp>
#    include <boost/asio/read.hpp>
#    include <boost/asio/steady_timer.hpp>
#    include <boost/asio/strand.hpp>
#    include <boost/asio/write.hpp>
#    include <boost/system/error_code.hpp>
#    define HEARTH_NET_ABI on_boost_asio
namespace hearth {
namespace net = ::boost::asio;
using net_error_code = ::boost::system::error_code;
}  // namespace hearth
#else
#    include <asio/any_io_executor.hpp>
#    include <asio/associated_cancellation_slot.hpp>
#    include <asio/associated_executor.hpp>
#    include <asio/async_result.hpp>
#    include <asio/basic_socket_acceptor.hpp>
#    include <asio/bind_cancellation_slot.hpp>
#    include <asio/bind_executor.hpp>
#    include <asio/buffer.hpp>
#    include <asio/cancellation_signal.hpp>
#    include <asio/compose.hpp>
#    include <asio/defer.hpp>
#    include <asio/dispatch.hpp>
#    include <asio/error.hpp>
#    include <asio/execution/outstanding_work.hpp>
#    include <asio/generic/stream_protocol.hpp>
#    include <asio/io_context.hpp>
#    include <asio/ip/tcp.hpp>
#    include <asio/local/connect_pair.hpp>
#    include <asio/local/stream_protocol.hpp>
#    include <asio/posix/stream_descriptor.hpp>
#    include <asio/post.hpp>
#    include <asio/prefer.hpp>
#    include <asio/read.hpp>
#    include <asio/steady_timer.hpp>
#    include <asio/strand.hpp>
#    include <asio/write.hpp>

#    include <system_error>
#    define HEARTH_NET_ABI on_asio
namespace hearth {
namespace net = ::asio;
using net_error_code = ::std::error_code;
}  // namespace hearth
#endif

#endif

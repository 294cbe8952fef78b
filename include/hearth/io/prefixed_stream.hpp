#ifndef HEARTH_IO_PREFIXED_STREAM_HPP
#define HEARTH_IO_PREFIXED_STREAM_HPP

#include <hearth/io/any_stream.hpp>
#include <hearth/net/any_handler.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A stream whose first bytes were read too early: they come first, then those of the stream.
/// \req P-FWD-06, P-CLI-10
class prefixed_stream {
public:
    prefixed_stream(any_stream inner, std::string prefix) : inner_(std::move(inner)), prefix_(std::move(prefix)) {}

    net::any_io_executor get_executor() const { return inner_.get_executor(); }

    void async_read_some(net::mutable_buffer into, any_handler<void(net_error_code, std::size_t)> handler) {
        if (prefix_.empty() || into.size() == 0)
            return inner_.async_read_some(into, std::move(handler));
        const std::size_t n = net::buffer_copy(into, net::buffer(prefix_));
        prefix_.erase(0, n);
        pending_handler<void(net_error_code, std::size_t)>(std::move(handler)).post({}, n);
    }
    template <class Buffers>
    void async_write_some(const Buffers& from, any_handler<void(net_error_code, std::size_t)> handler) {
        inner_.async_write_some(from, std::move(handler));
    }
    void async_wait_hangup(any_handler<void(net_error_code)> handler) { inner_.async_wait_hangup(std::move(handler)); }
    void shutdown_send(net_error_code& ec) { ec = inner_.shutdown_send(); }
    void cancel(net_error_code&) { inner_.cancel(); }
    void close(net_error_code&) { inner_.close(); }

private:
    any_stream inner_;
    std::string prefix_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

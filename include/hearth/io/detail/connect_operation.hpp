#ifndef HEARTH_IO_DETAIL_CONNECT_OPERATION_HPP
#define HEARTH_IO_DETAIL_CONNECT_OPERATION_HPP

#include <hearth/core/clock.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/detail/socket.hpp>
#include <hearth/io/firecracker_handshake.hpp>
#include <hearth/io/socket_options.hpp>
#include <hearth/io/translate.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// How to connect a socket, whatever the transport.
struct connect_plan {
    endpoint to;
    std::optional<firecracker_handshake> handshake{};
};

/// One attempt: connect, shake hands, all before the deadline. Runs on the new socket's executor and keeps itself alive.
class connect_operation : public std::enable_shared_from_this<connect_operation> {
public:
    connect_operation(const net::any_io_executor& on, time_point deadline, connect_handler handler)
        : socket_(on), timer_(on), retry_(on), deadline_(deadline), done_(std::move(handler)) {}

    /// Called from an initiating function: whatever fails here is reported later.
    void start(result<connect_plan> plan) {
        if (!plan)
            return finish_later(plan.error());
        if (clock::now() >= deadline_)
            return finish_later(errc::deadline_exceeded);
        plan_ = std::move(*plan);
        if (const auto ec = open())
            return finish_later(ec);
        if (auto slot = done_.slot(); slot.is_connected())
            slot.assign([weak = weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->finish_later(errc::operation_cancelled);
            });
        if (deadline_ != no_deadline) {
            timer_.expires_at(deadline_);
            timer_.async_wait([self = shared_from_this()](net_error_code ec) {
                if (!ec)
                    self->finish(errc::deadline_exceeded);
            });
        }
        if (family() == AF_UNIX)
            net::post(socket_.get_executor(), [self = shared_from_this()] { self->connect_unix(); });
        else
            socket_.async_connect(plan_.to, [self = shared_from_this()](net_error_code ec) { self->on_connected(ec); });
    }

private:
    int family() const { return plan_.to.protocol().family(); }

    std::error_code open() {
        owned_descriptor fd = open_stream_socket(family());
        if (!fd)
            return errno == EAFNOSUPPORT ? make_error_code(errc::not_supported) : last_error();
        if (family() == AF_INET || family() == AF_INET6)
            if (const auto ec = set_tcp_options(fd.get()))
                return ec;
        net_error_code ec;
        socket_.assign(plan_.to.protocol(), fd.get(), ec);
        if (!ec)
            fd.release();
        return ec;
    }

    /// A Unix socket connects at once or not at all. A full listen queue answers EAGAIN, which Asio's own connect takes
    /// for "in progress" and then for success, because an unconnected socket polls as writable.
    void connect_unix() {
        if (finished_)
            return;
        if (::connect(socket_.native_handle(), plan_.to.data(), static_cast<socklen_t>(plan_.to.size())) == 0)
            return on_connected({});
        if (errno != EAGAIN && errno != EINTR)
            return on_connected(last_error());
        retry_.expires_after(pause_);
        pause_ = std::min(2 * pause_, std::chrono::milliseconds{50});
        retry_.async_wait([self = shared_from_this()](net_error_code ec) {
            if (!ec)
                self->connect_unix();
        });
    }

    void on_connected(net_error_code ec) {
        if (finished_)
            return;
        if (ec || !plan_.handshake)
            return finish(translate_connect(ec));
        net::async_write(socket_, net::buffer(plan_.handshake->request()),
                         [self = shared_from_this()](net_error_code failed, std::size_t) {
                             if (failed)
                                 return self->finish(translate_connect(failed));
                             self->peek();
                         });
    }

    void peek() {
        if (finished_)
            return;
        socket_.async_receive(
            net::buffer(line_.data(), plan_.handshake->wanted()), net::socket_base::message_peek,
            [self = shared_from_this()](net_error_code ec, std::size_t n) { self->on_peeked(ec, n); });
    }

    void on_peeked(net_error_code ec, std::size_t n) {
        if (finished_)
            return;
        if (ec && ec != net::error::eof)
            return finish(translate_connect(ec));
        const auto step = plan_.handshake->on_peeked({line_.data(), n});
        // These bytes are there: taking them waits for nothing.
        if (step.take != 0 && ::recv(socket_.native_handle(), line_.data(), step.take, 0) < 0)
            return finish(translate_connect(last_error()));
        if (step.done)
            return finish(step.why);
        peek();
    }

    void finish_later(std::error_code why) {
        if (!end(why))
            return;
        done_.post(why, std::move(connected_));
    }
    void finish(std::error_code why) {
        if (!end(why))
            return;
        done_.dispatch(why, std::move(connected_));
    }
    bool end(std::error_code why) {
        if (std::exchange(finished_, true))
            return false;
        timer_.cancel();
        retry_.cancel();
        if (why) {
            net_error_code ignored;
            socket_.close(ignored);
        } else {
            connected_ = std::move(socket_);
        }
        return true;
    }

    connect_plan plan_;
    stream_socket socket_;
    net::steady_timer timer_;
    net::steady_timer retry_;
    time_point deadline_;
    pending_handler<connect_signature> done_;
    any_stream connected_;
    std::chrono::milliseconds pause_{1};
    std::array<char, firecracker_handshake::max_line> line_{};
    bool finished_{false};
};

/// \param plan  Where to, or why that cannot be said.
template <class Token>
auto async_connect_socket(const net::any_io_executor& on, time_point deadline, result<connect_plan> plan,
                          Token&& token) {
    return net::async_initiate<Token, connect_signature>(
        [](auto handler, const net::any_io_executor& executor, time_point until, result<connect_plan> how) {
            connect_handler erased{std::move(handler), executor};
            std::make_shared<connect_operation>(executor, until, std::move(erased))->start(std::move(how));
        },
        token, on, deadline, std::move(plan));
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

#ifndef HEARTH_IO_SOCKET_ACCEPTOR_HPP
#define HEARTH_IO_SOCKET_ACCEPTOR_HPP

#include <hearth/core/result.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/detail/socket.hpp>
#include <hearth/io/socket_options.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A listening socket of any family. Made by `unix_listener`, `tcp_listener` and `vsock_listener`.
///
/// An error of the system never spins: out of descriptors, it gives up the one it keeps in reserve to accept and close
/// what waits in the queue, so that clients learn at once; then, and after any other error, it pauses 10 ms, doubling up
/// to 100 ms, and tries again.
/// Accepted TCP sockets get `set_tcp_options`; all are non-blocking and close-on-exec.
/// \req A-LISTEN-02, A-LISTEN-04, A-LISTEN-05, P-TRANS-05
class socket_acceptor {
public:
    static constexpr int backlog = 128;  ///< A-LISTEN-04
    static constexpr std::chrono::milliseconds shortest_pause{10};
    static constexpr std::chrono::milliseconds longest_pause{100};

    /// \param fd  A listening socket, ours or inherited; owned from now on, made non-blocking and close-on-exec.
    static result<socket_acceptor> adopt(const net::any_io_executor& on, int fd, int family) {
        detail::owned_descriptor own{fd};
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
            return detail::last_error();
        auto what = std::make_shared<state>(on);
        net_error_code ec;
        what->socket.assign({family, 0}, fd, ec);
        if (ec)
            return translate(ec);
        own.release();
        what->family = family;
        what->keep_reserve();
        return socket_acceptor(std::move(what));
    }

    socket_acceptor(socket_acceptor&&) noexcept = default;
    socket_acceptor& operator=(socket_acceptor&&) = delete;
    ~socket_acceptor() {
        if (state_)
            close();
    }

    net::any_io_executor get_executor() const { return state_->socket.get_executor(); }

    /// As `any_acceptor::async_accept`. One at a time.
    template <net::completion_token_for<accept_signature> Token>
    auto async_accept(const net::any_io_executor& peer, Token&& token) {
        return net::async_compose<Token, accept_signature>(accept_operation{state_, peer}, token,
                                                           state_->socket.get_executor());
    }

    /// Ends an outstanding accept with `errc::operation_cancelled`.
    void close() {
        net_error_code ignored;
        state_->closed = true;
        state_->socket.close(ignored);
        state_->pause.cancel();
    }

    /// The port it listens on (TCP), for listeners on port 0; else 0.
    std::uint16_t local_port() const {
        net_error_code ec;
        const auto at = state_->socket.local_endpoint(ec);
        if (ec || (state_->family != AF_INET && state_->family != AF_INET6))
            return 0;
        net::ip::tcp::endpoint tcp;
        tcp.resize(at.size());
        std::copy_n(static_cast<const unsigned char*>(static_cast<const void*>(at.data())), at.size(),
                    static_cast<unsigned char*>(static_cast<void*>(tcp.data())));
        return tcp.port();
    }

private:
    struct state {
        explicit state(const net::any_io_executor& on) : socket(on), pause(on) {}
        void keep_reserve() noexcept { reserve.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

        net::basic_socket_acceptor<net::generic::stream_protocol> socket;
        net::steady_timer pause;
        detail::owned_descriptor reserve;
        std::chrono::milliseconds next_pause{shortest_pause};
        int family{0};
        bool closed{false};
    };

    explicit socket_acceptor(std::shared_ptr<state> s) : state_(std::move(s)) {}

    struct accept_operation {
        std::shared_ptr<state> listener;
        net::any_io_executor peer;
        enum class waiting { nothing, readable, pause } at{waiting::nothing};

        template <class Self>
        void operator()(Self& self, net_error_code ec = {}) {
            const auto was = std::exchange(at, waiting::readable);
            std::error_code why = translate(ec);
            if (why == errc::operation_cancelled || (was != waiting::nothing && listener->closed))
                return self.complete(make_error_code(errc::operation_cancelled), any_stream{});
            if (was == waiting::readable && !why) {
                auto made = accept();
                if (made) {
                    listener->next_pause = shortest_pause;
                    return self.complete({}, std::move(*made));
                }
                why = made.error();
            }
            // Another process may share the queue, and a client may leave before it is accepted: no trouble at all.
            if (was != waiting::readable || why == std::errc::resource_unavailable_try_again ||
                why == std::errc::connection_aborted || why == std::errc::interrupted) {
                auto& socket = listener->socket;
                return socket.async_wait(net::socket_base::wait_read, std::move(self));
            }
            if (why == std::errc::too_many_files_open || why == std::errc::too_many_files_open_in_system)
                turn_one_away();
            at = waiting::pause;
            auto& pause = listener->pause;
            pause.expires_after(listener->next_pause);
            listener->next_pause = std::min(2 * listener->next_pause, longest_pause);
            pause.async_wait(std::move(self));
        }

        result<any_stream> accept() {
            detail::owned_descriptor fd = detail::accept_socket(listener->socket.native_handle());
            if (!fd)
                return detail::last_error();
            if (listener->family == AF_INET || listener->family == AF_INET6)
                if (const auto ec = set_tcp_options(fd.get()))
                    return ec;
            stream_socket socket(peer);
            net_error_code ec;
            socket.assign({listener->family, 0}, fd.get(), ec);
            if (ec)
                return translate(ec);
            fd.release();
            return any_stream(std::move(socket));
        }

        void turn_one_away() noexcept {
            listener->reserve.reset();
            detail::accept_socket(listener->socket.native_handle());
            listener->keep_reserve();
        }
    };

    std::shared_ptr<state> state_;  // outlives us while an accept is on its way
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

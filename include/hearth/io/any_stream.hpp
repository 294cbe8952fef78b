#ifndef HEARTH_IO_ANY_STREAM_HPP
#define HEARTH_IO_ANY_STREAM_HPP

#include <hearth/io/translate.hpp>
#include <hearth/net/any_handler.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

using stream_socket = net::generic::stream_protocol::socket;

/// What can become an `any_stream`: an Asio stream with `cancel` and `close`, and either Asio's `shutdown` or a member
/// `shutdown_send(net_error_code&)`. Without both (a serial port) there is no half-close.
template <class S>
concept byte_stream = requires(S s, net_error_code ec, any_handler<void(net_error_code, std::size_t)> h) {
    { s.get_executor() } -> std::convertible_to<net::any_io_executor>;
    s.async_read_some(net::mutable_buffer{}, std::move(h));
    s.async_write_some(net::const_buffer{}, std::move(h));
    s.cancel(ec);
    s.close(ec);
} && std::move_constructible<S>;

/// A connected byte stream of any transport: Unix, TCP or vsock socket, descriptor, stream of a multiplexed serial port.
/// Whatever follows the transport's handshake is the same on all of them, so everything above is compiled once.
///
/// An AsyncReadStream and AsyncWriteStream of Asio, so `net::async_read` and friends work; errors are Asio's own, see
/// `translate`. One virtual call and one allocation per operation. What several outstanding reads or writes do is up to
/// the stream inside. Move-only; a moved-from or default-constructed one has no stream and may only be assigned to.
///
/// Cancellation: terminal, per operation, as far as the stream inside supports it; `cancel` ends them all.
/// Lifetimes: buffers belong to the caller until the handler runs.
/// Thread safety: distinct objects are independent; one object belongs to one strand.
/// \req P-TRANS-02, P-TRANS-06
class any_stream {
public:
    using executor_type = net::any_io_executor;
    using transfer_signature = void(net_error_code, std::size_t);
    static constexpr std::size_t max_gather = 8;  ///< buffers that one write takes; the rest waits for the next one

    any_stream() noexcept = default;
    template <class S>
        requires(!std::same_as<S, any_stream> && byte_stream<S>)
    any_stream(S stream)  // NOLINT(google-explicit-constructor): a stream is a stream
        : inner_(std::make_unique<model<S>>(std::move(stream))) {}
    any_stream(any_stream&&) noexcept = default;
    any_stream& operator=(any_stream&&) noexcept = default;

    /// Whether there is a stream inside; says nothing about its being open.
    explicit operator bool() const noexcept { return inner_ != nullptr; }
    executor_type get_executor() const { return inner_->executor(); }

    /// Reads at least one byte into the first non-empty buffer. Completes with `void(net_error_code, std::size_t)`.
    template <class Buffers, net::completion_token_for<transfer_signature> Token>
    auto async_read_some(const Buffers& into, Token&& token) {
        return net::async_initiate<Token, transfer_signature>(
            [](auto handler, interface* inner, net::mutable_buffer room) {
                inner->read(room, {std::move(handler), inner->executor()});
            },
            token, inner_.get(), first_of<net::mutable_buffer>(into));
    }

    /// Writes at least one byte, gathering up to `max_gather` buffers. Completes with `void(net_error_code, std::size_t)`.
    template <class Buffers, net::completion_token_for<transfer_signature> Token>
    auto async_write_some(const Buffers& from, Token&& token) {
        return net::async_initiate<Token, transfer_signature>(
            [](auto handler, interface* inner, const gather& pieces) {
                inner->write(pieces, {std::move(handler), inner->executor()});
            },
            token, inner_.get(), gather(from));
    }

    /// Waits until the connection is gone in both directions, without reading: the hang-up event of vsock and Unix
    /// sockets, a reset or failed keep-alive probes on TCP. Mere end of stream does not complete it.
    /// Completes with `void(net_error_code)`: success means gone; `not_supported` if this stream cannot tell.
    /// \req P-CONN-11
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_wait_hangup(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, interface* inner) { inner->wait_hangup({std::move(handler), inner->executor()}); }, token,
            inner_.get());
    }

    /// Half-close: the peer sees the end of the stream and may go on sending. `errc::not_supported` where the
    /// transport has none (P-TRANS-06).
    net_error_code shutdown_send() { return inner_->shutdown_send(); }
    /// Ends all outstanding operations with `operation_aborted`.
    void cancel() noexcept { inner_->cancel(); }
    /// Closes; outstanding operations end with `operation_aborted`. Errors of closing have no remedy and are dropped.
    void close() noexcept {
        if (inner_)
            inner_->close();
    }
    /// The descriptor inside, still owned by the stream, or -1 if there is none of its own.
    int native_handle() noexcept { return inner_->native_handle(); }

private:
    /// Up to `max_gather` buffers by value: the one type that the virtual function needs.
    class gather {
    public:
        template <class Buffers>
        explicit gather(const Buffers& from) {
            auto it = net::buffer_sequence_begin(from);
            const auto end = net::buffer_sequence_end(from);
            for (; it != end && size_ < max_gather; ++it)
                if (const net::const_buffer piece(*it); piece.size() != 0)
                    pieces_[size_++] = piece;
        }
        using value_type = net::const_buffer;
        using const_iterator = const net::const_buffer*;
        const_iterator begin() const noexcept { return pieces_.data(); }
        const_iterator end() const noexcept { return pieces_.data() + size_; }
        std::size_t size() const noexcept { return size_; }

    private:
        std::array<net::const_buffer, max_gather> pieces_;
        std::size_t size_{0};
    };

    template <class Buffer, class Buffers>
    static Buffer first_of(const Buffers& from) {
        auto it = net::buffer_sequence_begin(from);
        const auto end = net::buffer_sequence_end(from);
        for (; it != end; ++it)
            if (const Buffer piece(*it); piece.size() != 0)
                return piece;
        return {};
    }

    struct interface {
        virtual ~interface() = default;
        virtual executor_type executor() = 0;
        virtual void read(net::mutable_buffer, any_handler<transfer_signature>) = 0;
        virtual void write(const gather&, any_handler<transfer_signature>) = 0;
        virtual void wait_hangup(any_handler<void(net_error_code)>) = 0;
        virtual net_error_code shutdown_send() = 0;
        virtual void cancel() = 0;
        virtual void close() = 0;
        virtual int native_handle() = 0;
    };

    template <class S>
    struct model final : interface {
        explicit model(S s) : stream(std::move(s)) {}

        executor_type executor() override { return stream.get_executor(); }
        void read(net::mutable_buffer into, any_handler<transfer_signature> handler) override {
            stream.async_read_some(into, std::move(handler));
        }
        void write(const gather& from, any_handler<transfer_signature> handler) override {
            if (from.size() == 1)  // Asio sends a single buffer by the cheaper system call
                stream.async_write_some(*from.begin(), std::move(handler));
            else
                stream.async_write_some(from, std::move(handler));
        }
        void wait_hangup(any_handler<void(net_error_code)> handler) override {
            if constexpr (requires { stream.async_wait_hangup(std::move(handler)); })
                stream.async_wait_hangup(std::move(handler));
            else if constexpr (requires { stream.async_wait(S::wait_error, std::move(handler)); })
                stream.async_wait(S::wait_error, std::move(handler));
            else
                pending_handler<void(net_error_code)>(std::move(handler)).post(make_error_code(errc::not_supported));
        }
        net_error_code shutdown_send() override {
            net_error_code ec;
            if constexpr (requires { stream.shutdown_send(ec); })
                stream.shutdown_send(ec);
            else if constexpr (requires { stream.shutdown(S::shutdown_send, ec); })
                stream.shutdown(S::shutdown_send, ec);
            else
                ec = make_error_code(errc::not_supported);
            return ec;
        }
        void cancel() override {
            net_error_code ignored;
            stream.cancel(ignored);
        }
        void close() override {
            net_error_code ignored;
            stream.close(ignored);
        }
        int native_handle() override {
            if constexpr (requires {
                              { stream.native_handle() } -> std::same_as<int>;
                          })
                return stream.native_handle();
            else
                return -1;
        }

        S stream;
    };

    std::unique_ptr<interface> inner_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

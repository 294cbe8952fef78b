#ifndef HEARTH_IO_MUX_STREAM_HPP
#define HEARTH_IO_MUX_STREAM_HPP

#include <hearth/io/detail/mux_core.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// One stream of a multiplexed serial port; usually met inside an `any_stream`. An AsyncReadStream and AsyncWriteStream
/// of Asio with half-close.
///
/// A stream outlives its multiplexer harmlessly: its operations then fail with `errc::connection_lost`. What arrived
/// before a failure is read first. Closing keeps what was written, and tells the peer that nobody reads.
/// Errors: those of a socket, and `errc::mux_reset`, `errc::mux_bad_frame`, … if the session broke.
/// Cancellation: terminal, partial and total; nothing was transferred, the stream stays usable.
/// Thread safety: one object belongs to one strand, which need not be the multiplexer's.
class mux_stream {
public:
    using executor_type = net::any_io_executor;
    using transfer_signature = void(net_error_code, std::size_t);

    /// For the multiplexer only.
    mux_stream(std::weak_ptr<detail::mux_core> core, detail::mux_channel_ptr channel)
        : core_(std::move(core)), channel_(std::move(channel)), executor_(channel_->user) {}
    mux_stream(mux_stream&&) noexcept = default;
    mux_stream& operator=(mux_stream&& other) noexcept {
        std::swap(core_, other.core_);
        std::swap(channel_, other.channel_);
        std::swap(executor_, other.executor_);
        return *this;
    }
    ~mux_stream() { close(); }

    executor_type get_executor() const noexcept { return executor_; }

    /// Reads at least one byte. Completes with `void(net_error_code, std::size_t)`.
    template <net::completion_token_for<transfer_signature> Token>
    auto async_read_some(net::mutable_buffer into, Token&& token) {
        return initiate<transfer_signature>(std::forward<Token>(token), &detail::mux_core::cancel_read,
                                            [into](auto& core, const auto& channel, auto handler) {
                                                core.read(channel, {static_cast<std::byte*>(into.data()), into.size()},
                                                          std::move(handler));
                                            });
    }

    /// Writes at least one byte of up to eight buffers. Completes with `void(net_error_code, std::size_t)`.
    template <class Buffers, net::completion_token_for<transfer_signature> Token>
    auto async_write_some(const Buffers& from, Token&& token) {
        return initiate<transfer_signature>(
            std::forward<Token>(token), &detail::mux_core::cancel_write,
            [from = detail::mux_gather(from)](auto& core, const auto& channel, auto handler) {
                core.write(channel, from, std::move(handler));
            });
    }

    /// Waits until the peer is done with the stream, or the session is. Completes with `void(net_error_code)`.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_wait_hangup(Token&& token) {
        return initiate<void(net_error_code)>(
            std::forward<Token>(token), &detail::mux_core::cancel_hangup,
            [](auto& core, const auto& channel, auto handler) { core.wait_hangup(channel, std::move(handler)); });
    }

    /// Half-close; cannot fail.
    void shutdown_send(net_error_code&) {
        run([channel = channel_](detail::mux_core& core) { core.shutdown(*channel); });
    }
    void cancel(net_error_code&) {
        run([channel = channel_](detail::mux_core& core) { core.cancel(*channel); });
    }
    void close(net_error_code&) { close(); }

private:
    void close() {
        run([channel = channel_](detail::mux_core& core) { core.close(channel); });
    }

    template <class Work>
    void run(Work work) {
        if (const auto core = core_.lock())
            core->run(std::move(work));
    }

    template <class Signature, class Token, class Start>
    auto initiate(Token&& token, void (detail::mux_core::*stop)(detail::mux_channel&), Start start) {
        return net::async_initiate<Token, Signature>(
            [](auto handler, const std::weak_ptr<detail::mux_core>& mux, detail::mux_channel_ptr channel,
               net::any_io_executor on, auto stop_it, auto start_it) {
                pending_handler<Signature> pending(any_handler<Signature>(std::move(handler), on));
                const auto core = mux.lock();
                if (!core)
                    return post_gone(std::move(pending));
                if (auto slot = pending.slot(); slot.is_connected())
                    slot.assign([mux, channel, stop_it](net::cancellation_type) {
                        if (const auto there = mux.lock())
                            there->run([channel, stop_it](detail::mux_core& c) { (c.*stop_it)(*channel); });
                    });
                core->run([channel, start_it, pending = std::move(pending)](detail::mux_core& c) mutable {
                    start_it(c, channel, std::move(pending));
                });
            },
            token, core_, channel_, executor_, stop, std::move(start));
    }

    static void post_gone(pending_handler<transfer_signature> pending) {
        pending.post(to_net(errc::connection_lost), 0);
    }
    static void post_gone(pending_handler<void(net_error_code)> pending) { pending.post({}); }

    std::weak_ptr<detail::mux_core> core_;  // not shared: the core owns handlers, and handlers own streams
    detail::mux_channel_ptr channel_;
    executor_type executor_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

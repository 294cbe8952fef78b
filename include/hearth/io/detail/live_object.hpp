#ifndef HEARTH_IO_DETAIL_LIVE_OBJECT_HPP
#define HEARTH_IO_DETAIL_LIVE_OBJECT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/detail/live.hpp>
#include <hearth/net/any_handler.hpp>

#include <string>
#include <utility>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// What the user's objects for running operations have in common: they own the connection, events are pulled from them.
template <class Machine, class Event>
class live_object {
public:
    using machine_type = Machine;
    using live_type = live<Machine, Event>;
    using event = Event;

    live_object() noexcept = default;
    explicit live_object(typename live_type::handle handle) noexcept : handle_(std::move(handle)) {}
    live_object(live_object&&) noexcept = default;
    live_object& operator=(live_object&& other) noexcept {
        cancel();
        handle_ = std::move(other.handle_);
        return *this;
    }
    ~live_object() { cancel(); }

    /// Whether there is an operation behind this object; it may have ended.
    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
    net::any_io_executor get_executor() const { return handle_.run->get_executor(); }

    /// Waits for the next event. Its bytes are borrowed until the next call, `cancel`, or the end of this object; until
    /// then nothing more is read, so a slow caller slows the agent.
    ///
    /// Completes with `void(net_error_code, event)`; after the last event with `errc::end_of_stream`, after a failure
    /// with its reason.
    /// Cancellation: terminal, partial and total; no event is lost, and the operation goes on.
    template <net::completion_token_for<typename live_type::next_signature> Token>
    auto async_next(Token&& token) {
        return net::async_initiate<Token, typename live_type::next_signature>(
            [](auto handler, typename live_type::handle h) {
                h.state->next({std::move(handler), h.run->get_executor()});
            },
            token, handle_);
    }

    /// Gives up the operation; whatever waits for it completes with `errc::operation_cancelled`.
    void cancel() noexcept {
        if (handle_)
            handle_.state->cancel();
    }

    /// What the agent said about the failure.
    const std::string& peer_text() const noexcept { return handle_.state->peer_text(); }

protected:
    /// \param bytes  Stay where they are until the handler runs.
    template <class Token>
    auto async_push(bytes_view bytes, Token&& token) {
        return net::async_initiate<Token, typename live_type::write_signature>(
            [](auto handler, typename live_type::handle h, bytes_view what) {
                h.state->write(what, {std::move(handler), h.run->get_executor()});
            },
            token, handle_, bytes);
    }

    typename live_type::handle handle_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

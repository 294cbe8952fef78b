#ifndef HEARTH_IO_DETAIL_WAKE_UP_HPP
#define HEARTH_IO_DETAIL_WAKE_UP_HPP

#include <hearth/core/errc.hpp>
#include <hearth/net/any_handler.hpp>

#include <utility>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// A coroutine waits until something may have changed; one waiter. A call that comes early counts.
class wake_up {
public:
    explicit wake_up(net::any_io_executor on) : executor_(std::move(on)) {}
    wake_up(const wake_up&) = delete;
    wake_up& operator=(const wake_up&) = delete;

    void notify() {
        if (waiting_)
            waiting_.post({});
        else
            early_ = true;
    }

    /// Completes with `void(net_error_code)`. Cancellation: terminal, partial and total.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_wait(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, wake_up* self) { self->wait({std::move(handler), self->executor_}); }, token, this);
    }

private:
    void wait(any_handler<void(net_error_code)> handler) {
        waiting_ = pending_handler<void(net_error_code)>(std::move(handler));
        if (std::exchange(early_, false))
            return waiting_.post({});
        if (auto slot = waiting_.slot(); slot.is_connected())
            slot.assign([this](net::cancellation_type) {
                if (waiting_)
                    waiting_.post(make_error_code(errc::operation_cancelled));
            });
    }

    net::any_io_executor executor_;
    pending_handler<void(net_error_code)> waiting_;
    bool early_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

#ifndef HEARTH_NET_ANY_HANDLER_HPP
#define HEARTH_NET_ANY_HANDLER_HPP

#include <hearth/net/net.hpp>

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

template <class Signature>
class any_handler;

/// A completion handler of any type: what an interface with virtual functions takes where a template would take a token.
/// Fills the gap of `any_completion_handler`, which Asio 1.22 lacks.
///
/// Move-only, called at most once. Keeps the handler's associated executor and cancellation slot; one allocation.
/// \note It does not count as outstanding work of the handler's executor; whoever keeps it uses `pending_handler`.
template <class... Args>
class any_handler<void(Args...)> {
public:
    using executor_type = net::any_io_executor;
    using cancellation_slot_type = net::cancellation_slot;

    any_handler() noexcept = default;

    /// \param fallback  The executor of a handler that has none of its own.
    template <class Handler>
    any_handler(Handler handler, const net::any_io_executor& fallback)
        : executor_(executor_of(handler, fallback)),
          slot_(net::get_associated_cancellation_slot(handler)),
          call_(std::make_unique<model<Handler>>(std::move(handler))) {}

    explicit operator bool() const noexcept { return call_ != nullptr; }
    executor_type get_executor() const noexcept { return executor_; }
    cancellation_slot_type get_cancellation_slot() const noexcept { return slot_; }

    /// Calls the handler, here and now. Its memory is freed before it runs, so that it can start the next operation.
    void operator()(Args... args) { std::exchange(call_, nullptr).release()->invoke(std::move(args)...); }

private:
    template <class Handler>
    static net::any_io_executor executor_of(const Handler& handler, const net::any_io_executor& fallback) {
        if constexpr (std::is_constructible_v<net::any_io_executor,
                                              net::associated_executor_t<Handler, net::any_io_executor>>)
            return net::get_associated_executor(handler, fallback);
        else  // that of `use_future` is none for input and output; its handler may run anywhere
            return fallback;
    }

    struct interface {
        virtual ~interface() = default;
        virtual void invoke(Args... args) = 0;  ///< destroys `this`
    };
    template <class Handler>
    struct model final : interface {
        explicit model(Handler h) : handler(std::move(h)) {}
        void invoke(Args... args) override {
            Handler own(std::move(handler));
            delete this;
            std::move(own)(std::move(args)...);
        }
        Handler handler;
    };

    executor_type executor_;
    cancellation_slot_type slot_;
    std::unique_ptr<interface> call_;
};

template <class Signature>
class pending_handler;

/// A handler put aside until an operation ends: keeps its executor busy meanwhile and completes it there.
template <class... Args>
class pending_handler<void(Args...)> {
public:
    pending_handler() noexcept = default;
    explicit pending_handler(any_handler<void(Args...)> handler)
        : busy_(net::prefer(handler.get_executor(), net::execution::outstanding_work.tracked)),
          handler_(std::move(handler)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(handler_); }
    net::cancellation_slot slot() const noexcept { return handler_.get_cancellation_slot(); }

    /// Completes from inside an operation's own intermediate handler: runs at once where the executor allows it.
    void dispatch(Args... args) {
        deliver([](const net::any_io_executor& on, auto&& f) { net::dispatch(on, std::forward<decltype(f)>(f)); },
                std::move(args)...);
    }
    /// Completes from inside a function that the user called: never runs before that function has returned.
    void post(Args... args) {
        deliver([](const net::any_io_executor& on, auto&& f) { net::post(on, std::forward<decltype(f)>(f)); },
                std::move(args)...);
    }

private:
    template <class Submit>
    void deliver(Submit submit, Args... args) {
        const net::any_io_executor on = handler_.get_executor();
        // The tracking executor travels along, so that there is work outstanding until the handler runs.
        submit(on, [handler = std::move(handler_), busy = std::exchange(busy_, {}),
                    values = std::make_tuple(std::move(args)...)]() mutable {
            // Here rather than above: the slot belongs to the handler's executor, and may be what calls us.
            if (auto slot = handler.get_cancellation_slot(); slot.is_connected())
                slot.clear();
            std::apply([&](auto&&... v) { handler(std::move(v)...); }, std::move(values));
        });
    }

    net::any_io_executor busy_;  // counts as outstanding work; a work guard could not be assigned
    any_handler<void(Args...)> handler_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

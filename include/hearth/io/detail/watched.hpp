#ifndef HEARTH_IO_DETAIL_WATCHED_HPP
#define HEARTH_IO_DETAIL_WATCHED_HPP

#include <hearth/core/clock.hpp>
#include <hearth/session/frame_channel.hpp>

#include <functional>
#include <utility>

namespace hearth::io::detail {

/// A machine whose driver tells somebody whenever its connection may have room for more (see `driver`). For machines
/// that stay where they are made; `refilled` is for those that move.
template <class Machine>
class watched {
public:
    using action = typename Machine::action;

    template <class... Args>
    explicit watched(Args&&... args) : machine_(std::forward<Args>(args)...) {}

    session::frame_channel& channel() noexcept { return machine_.channel(); }
    action poll(time_point now) { return machine_.poll(now); }
    void refill() {
        if (on_room_)
            on_room_();
    }

    Machine& operator*() noexcept { return machine_; }
    Machine* operator->() noexcept { return &machine_; }
    /// \param on_room  Must not call back.
    void on_room(std::function<void()> on_room) { on_room_ = std::move(on_room); }

private:
    Machine machine_;
    std::function<void()> on_room_;
};

}  // namespace hearth::io::detail

#endif

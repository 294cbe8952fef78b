#ifndef HEARTH_SESSION_GUEST_IMPL_PROCESS_PORT_IPP
#define HEARTH_SESSION_GUEST_IMPL_PROCESS_PORT_IPP

#include <hearth/session/guest/process_port.hpp>

#include <algorithm>

namespace hearth::session::guest {

HEARTH_DECL void process_port::on_output_end(stream from, time_point now) {
    open_streams_ &= ~static_cast<unsigned>(from);
    if (open_streams_ == 0)
        end_.on_output_ended();
    changed(now);
}

HEARTH_DECL void process_port::on_drained(time_point now) {
    end_.on_drained();
    changed(now);
}

HEARTH_DECL void process_port::on_exited(std::int32_t status, time_point now) {
    end_.on_exited(status, now);
    input_.end();
    input_.discard();
    changed(now);
}

HEARTH_DECL void process_port::on_input_written(std::size_t n, time_point now) {
    input_.on_written(n);
    changed(now);
}

HEARTH_DECL void process_port::on_input_closed(time_point now) {
    input_.discard();
    changed(now);
}

HEARTH_DECL process_port::order process_port::next_order() noexcept {
    if (released_ || (!started_ && !start_failed_))
        return none{};
    const bool alive = started_ && !end_.exited();
    if (std::exchange(kill_, false) && alive)
        return kill{};
    if (std::exchange(terminate_, false) && alive)
        return terminate{};
    if (const auto size = std::exchange(resize_, std::nullopt); size && alive)
        return resize{*size};
    if (started_ && !input_closed_ && (input_.finished() || end_.exited())) {
        input_closed_ = true;
        return close_input{};
    }
    if (drain_ && !std::exchange(drain_given_, true))
        return drain{};
    released_ = release_;
    if (released_)
        return release{};
    return none{};
}

HEARTH_DECL std::size_t room_beside(std::size_t backlog, const agent_limits& limits) noexcept {
    const std::size_t room = limits.outbound_backlog - std::min(limits.outbound_backlog, backlog + frame_header_size);
    const std::size_t useful = std::min<std::size_t>(limits.outbound_backlog / 4, 16'384);
    return room < useful ? 0 : std::min<std::size_t>(room, 65'536);
}

}  // namespace hearth::session::guest

#endif

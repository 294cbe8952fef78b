#ifndef HEARTH_SESSION_MACHINE_HPP
#define HEARTH_SESSION_MACHINE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>

#include <concepts>
#include <utility>
#include <variant>

namespace hearth::session {

/// A conversation on one connection, host's or guest's half: it decides, a driver waits.
///
///     for (;;) {
///         auto todo = machine.poll(now);         // handle events until it answers `wait` or `close`
///         …                                      // then read if channel().wants_read(), write channel().send_buffer(),
///     }                                          // and poll again after either, or when `wait::until` is reached
///
/// Bytes inside an event are borrowed until the next `poll`.
template <class M>
concept machine = requires(M m, time_point now) {
    { m.channel() } -> std::same_as<frame_channel&>;
    { m.poll(now) } -> std::same_as<typename M::action>;
} && requires(typename M::action a) {
    std::get<wait>(a);
    std::get<close>(a);
};

}  // namespace hearth::session

#endif

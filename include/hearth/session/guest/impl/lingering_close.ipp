#ifndef HEARTH_SESSION_GUEST_IMPL_LINGERING_CLOSE_IPP
#define HEARTH_SESSION_GUEST_IMPL_LINGERING_CLOSE_IPP

#include <hearth/session/guest/lingering_close.hpp>

#include <algorithm>

namespace hearth::session::guest {

HEARTH_DECL void lingering_close::start(frame_channel& channel, time_point now, std::uint64_t announced,
                                        std::chrono::milliseconds patience) noexcept {
    if (started())
        return;
    step_ = step::sending;
    budget_ = announced < UINT64_MAX - budget_ ? budget_ + announced : UINT64_MAX;
    patience_ = patience;
    sent_ = channel.sent_total();
    until_ = patience.count() == 0 ? no_deadline : now + patience;
    channel.pause_reading(false);
}

HEARTH_DECL lingering_close::action lingering_close::poll(frame_channel& channel, time_point now) noexcept {
    if (channel.lost() || step_ == step::over) {
        step_ = step::over;
        return close{};
    }
    discard(channel);
    if (step_ == step::sending) {
        step_ = step::flushing;
        return shutdown_send{};
    }
    if (step_ == step::flushing && channel.backlog() != 0)
        return flush(channel, now);
    if (step_ == step::flushing) {
        step_ = step::discarding;
        until_ = now + linger_;
    }
    if (!channel.ended() && budget_ != 0 && now < until_)
        return wait{until_};
    step_ = step::over;
    return close{};
}

/// While output is pending there is no limit on time, unless the owner set one.
HEARTH_DECL lingering_close::action lingering_close::flush(frame_channel& channel, time_point now) noexcept {
    if (channel.sent_total() != sent_ && patience_.count() != 0)
        until_ = now + patience_;
    sent_ = channel.sent_total();
    if (now < until_)
        return wait{until_};
    channel.on_lost(errc::peer_stalled);
    step_ = step::over;
    return close{};
}

HEARTH_DECL void lingering_close::discard(frame_channel& channel) noexcept {
    const std::size_t unread = channel.parser().unread().size();
    channel.parser().consume(unread);
    budget_ -= std::min<std::uint64_t>(budget_, unread);
    channel.pause_reading(budget_ == 0);
}

}  // namespace hearth::session::guest

#endif

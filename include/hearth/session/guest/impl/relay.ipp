#ifndef HEARTH_SESSION_GUEST_IMPL_RELAY_IPP
#define HEARTH_SESSION_GUEST_IMPL_RELAY_IPP

#include <hearth/session/guest/relay.hpp>

#include <utility>

namespace hearth::session::guest {

HEARTH_DECL relay::relay(frame_channel host) {
    way(side::host).early = as_text(host.parser().unread());
    way(side::host).ended = host.ended();
    for (bytes_view rest = host.send_buffer(); !rest.empty(); rest = host.send_buffer()) {
        way(side::target).early += as_text(rest);
        host.on_sent(rest.size());
    }
    lost_ = static_cast<bool>(host.lost());
}

HEARTH_DECL mutable_bytes relay::receive_buffer(side from) {
    direction& d = way(from);
    if (lost_ || d.ended || !d.empty())
        return {};
    if (!d.bytes)
        d.bytes.reset(new std::byte[buffer_bytes]);  // not value-initialised: it is about to be read into
    return {d.bytes.get(), buffer_bytes};
}

HEARTH_DECL bytes_view relay::send_buffer(side to) noexcept {
    direction& d = way_to(to);
    if (lost_)
        return {};
    if (!d.early.empty())
        return as_bytes(d.early).subspan(d.begin);
    return {d.bytes.get() + d.begin, d.end - d.begin};
}

HEARTH_DECL void relay::on_sent(side to, std::size_t n) noexcept {
    direction& d = way_to(to);
    d.begin += n;
    if (!d.early.empty() && d.begin == d.early.size()) {
        std::string{}.swap(d.early);
        d.begin = 0;
    } else if (d.early.empty() && d.begin == d.end) {
        d.begin = d.end = 0;
    }
}

HEARTH_DECL relay::action relay::poll() noexcept {
    if (lost_)
        return close{};
    for (const side from : {side::host, side::target}) {
        direction& d = way(from);
        if (d.ended && d.empty() && !std::exchange(d.passed_on, true))
            return shutdown_side{from == side::host ? side::target : side::host};
    }
    if (way(side::host).passed_on && way(side::target).passed_on)
        return close{};
    return wait{};
}

}  // namespace hearth::session::guest

#endif

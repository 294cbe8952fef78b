#ifndef HEARTH_SESSION_GUEST_IMPL_ADMISSION_IPP
#define HEARTH_SESSION_GUEST_IMPL_ADMISSION_IPP

#include <hearth/session/guest/admission.hpp>

#include <algorithm>
#include <variant>

namespace hearth::session::guest {

HEARTH_DECL bool admission::full(stage where) const noexcept {
    if (where == stage::stranger)
        return count(stage::stranger) + count(stage::refused) >= limits_.unauthenticated;
    return count(stage::visitor) + count(stage::ordinary) + count(stage::control_plane) >=
           limits_.connections + limits_.reserved_connections;
}

HEARTH_DECL time_point admission::accept_at(bool stranger, time_point now) noexcept {
    const stage where = stranger ? stage::stranger : stage::visitor;
    if (!full(where))
        return now;
    const auto quiet = quietest(where);
    if (quiet != all_.end())
        return std::max(now, quiet->second.heard + silence);
    return full(stage::stranger) ? no_deadline : now;  // nobody can make room: accept, to say so
}

HEARTH_DECL admission::arrival admission::enter(bool stranger, time_point now) {
    const stage wanted = stranger ? stage::stranger : stage::visitor;
    const verdict what = make_room(wanted, now);
    const stage where = what.admitted ? wanted : stage::refused;
    all_.emplace(++last_, entry{where, now});
    ++counts_[static_cast<std::size_t>(where)];
    return {last_, what};
}

HEARTH_DECL admission::verdict admission::authenticated(ticket who, time_point now) noexcept {
    const auto found = all_.find(who);
    if (found == all_.end())
        return {false, {}};
    const verdict what = make_room(stage::visitor, now);
    move(found->second, what.admitted ? stage::visitor : stage::refused);
    return what;
}

/// Whether one more may be `where`, at the cost of another if need be.
HEARTH_DECL admission::verdict admission::make_room(stage where, time_point now) noexcept {
    if (!full(where))
        return {true, {}};
    const auto quiet = quietest(where);
    if (quiet == all_.end() || now < quiet->second.heard + silence)
        return {false, {}};
    move(quiet->second, stage::evicted);
    return {true, quiet->first};
}

HEARTH_DECL void admission::heard(ticket who, time_point now) noexcept {
    if (const auto found = all_.find(who); found != all_.end())
        found->second.heard = now;
}

HEARTH_DECL bool admission::serve(ticket who, const any_request& asked) noexcept {
    const auto found = all_.find(who);
    if (found == all_.end())
        return false;
    if (std::holds_alternative<wire::forward_request>(asked)) {
        if (count(stage::tunnel) >= limits_.tunnels)
            return false;
        move(found->second, stage::tunnel);
        return true;
    }
    if (is_control_plane(asked)) {
        move(found->second, stage::control_plane);
        return true;
    }
    if (count(stage::ordinary) >= limits_.connections)
        return false;
    move(found->second, stage::ordinary);
    return true;
}

HEARTH_DECL void admission::leave(ticket who) noexcept {
    const auto found = all_.find(who);
    if (found == all_.end())
        return;
    --counts_[static_cast<std::size_t>(found->second.where)];
    all_.erase(found);
}

HEARTH_DECL void admission::move(entry& one, stage to) noexcept {
    --counts_[static_cast<std::size_t>(one.where)];
    one.where = to;
    ++counts_[static_cast<std::size_t>(to)];
}

HEARTH_DECL std::map<admission::ticket, admission::entry>::iterator admission::quietest(stage where) noexcept {
    auto found = all_.end();
    for (auto it = all_.begin(); it != all_.end(); ++it)
        if (it->second.where == where && (found == all_.end() || it->second.heard < found->second.heard))
            found = it;
    return found;
}

}  // namespace hearth::session::guest

#endif

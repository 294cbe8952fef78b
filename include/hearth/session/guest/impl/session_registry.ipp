#ifndef HEARTH_SESSION_GUEST_IMPL_SESSION_REGISTRY_IPP
#define HEARTH_SESSION_GUEST_IMPL_SESSION_REGISTRY_IPP

#include <hearth/session/guest/session_registry.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace hearth::session::guest {

HEARTH_DECL result<std::shared_ptr<session>> session_registry::create(const wire::exec_request& request, time_point now,
                                                                      std::int64_t unix_now) {
    tick(now);
    const auto counts = [](const auto& s) { return !s->gone() && !s->reaped() && s->id() != init_id; };
    if (static_cast<std::size_t>(std::ranges::count_if(sessions_, counts)) >= limits_.sessions)
        return errc::session_limit;
    return add('s' + std::to_string(++last_id_), request, request.max_idle_sec, unix_now);
}

HEARTH_DECL std::shared_ptr<session> session_registry::create_init(const wire::exec_request& request,
                                                                   std::int64_t unix_now) {
    return add(std::string{init_id}, request, 0, unix_now);
}

HEARTH_DECL std::shared_ptr<session> session_registry::add(std::string id, const wire::exec_request& request,
                                                           std::int64_t max_idle_sec, std::int64_t unix_now) {
    session::options what;
    what.id = std::move(id);
    what.argv = wire::display_argv(request.argv);
    what.tty = request.tty;
    what.max_idle_sec = max_idle_sec;
    what.created_at = unix_now;
    return sessions_.emplace_back(std::make_shared<session>(std::move(what), limits_, seen_));
}

HEARTH_DECL result<std::shared_ptr<session>> session_registry::to_attach(std::string_view id, bool if_detached) const {
    std::shared_ptr<session> found = find(id);
    if (!found)
        return errc::session_not_found;
    if (if_detached && found->attached())
        return errc::session_attached;
    return found;
}

HEARTH_DECL std::shared_ptr<session> session_registry::find(std::string_view id) const noexcept {
    const auto found = std::ranges::find_if(sessions_, [&](const auto& s) { return s->listed() && s->id() == id; });
    return found == sessions_.end() ? nullptr : *found;
}

HEARTH_DECL std::vector<wire::session_info> session_registry::list() const {
    std::vector<wire::session_info> out;
    for (const auto& one : sessions_)
        if (one->listed())
            out.push_back(one->info());
    return out;
}

HEARTH_DECL std::size_t session_registry::running() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(sessions_, [](const auto& s) { return s->listed() && !s->reaped(); }));
}

HEARTH_DECL std::size_t session_registry::attached() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(sessions_, [](const auto& s) { return s->listed() && s->attached(); }));
}

HEARTH_DECL time_point session_registry::tick(time_point now) {
    time_point next = no_deadline;
    for (const auto& one : sessions_)
        next = std::min(next, one->tick(now));
    drop_surplus();
    std::erase_if(sessions_, [](const auto& s) { return s->gone(); });
    return next;
}

/// Exited sessions that nobody looks at are kept for a while, but not without limit.
HEARTH_DECL void session_registry::drop_surplus() {
    std::vector<session*> retained;
    for (const auto& one : sessions_)
        if (one->retained_since())
            retained.push_back(one.get());
    if (retained.size() <= limits_.sessions)
        return;
    std::ranges::sort(retained, {}, [](const session* s) { return *s->retained_since(); });
    retained.resize(retained.size() - limits_.sessions);
    for (session* oldest : retained)
        oldest->drop();
}

HEARTH_DECL void session_registry::kill_all() {
    for (const auto& one : sessions_)
        one->kill_all();
}

}  // namespace hearth::session::guest

#endif

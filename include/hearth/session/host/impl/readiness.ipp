#ifndef HEARTH_SESSION_HOST_IMPL_READINESS_IPP
#define HEARTH_SESSION_HOST_IMPL_READINESS_IPP

#include <hearth/session/host/readiness.hpp>

#include <algorithm>

namespace hearth::session::host {

HEARTH_DECL std::chrono::milliseconds readiness::patience(std::size_t attempt) noexcept {
    using std::chrono::milliseconds;
    return milliseconds{attempt < 3 ? 100 : attempt < 6 ? 250 : attempt < 10 ? 500 : 2000};
}

HEARTH_DECL readiness::action readiness::poll(time_point now) {
    switch (phase_) {
    case phase::over: return close{};
    case phase::answered: phase_ = phase::over; return ready{};
    case phase::refused: phase_ = phase::over; return failed{errc::auth_required, {}};
    case phase::trying: return wait{};  // the attempt has its own deadline
    case phase::pausing: break;
    }
    if (now >= deadline_) {
        phase_ = phase::over;
        return failed{errc::deadline_exceeded, {}};
    }
    if (now < next_)
        return wait{std::min(next_, deadline_)};
    phase_ = phase::trying;
    return attempt{std::min(now + patience(attempts_++), deadline_)};
}

HEARTH_DECL void readiness::on_answer(std::error_code outcome, time_point now) noexcept {
    if (phase_ != phase::trying)
        return;
    next_ = now + pause;
    phase_ = !outcome ? phase::answered : outcome == errc::auth_required ? phase::refused : phase::pausing;
}

}  // namespace hearth::session::host

#endif

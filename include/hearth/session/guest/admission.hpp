#ifndef HEARTH_SESSION_GUEST_ADMISSION_HPP
#define HEARTH_SESSION_GUEST_ADMISSION_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/guest/request.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace hearth::session::guest {

/// Counts connections: whom to accept, whom to serve, whom to send away.
///
/// A connection is first a stranger, until it has shown the token; then a visitor, until its request was read; then it is
/// served. Strangers have a limit of their own, so that they cannot use up the rest; ordinary operations leave
/// `limits::reserved_connections` to those that keep the agent under control. Where the limit is reached, the one that has
/// been silent for longest, and for more than a second, makes room.
/// \req P-CONN-12, P-CONN-13, P-FWD-13, A-LIM-02
class admission {
public:
    using ticket = std::uint64_t;
    static constexpr std::chrono::seconds silence{1};

    struct verdict {
        bool admitted;                ///< else answer `connection limit exceeded`
        std::optional<ticket> evict;  ///< close this one: `auth required` for a stranger, else `request timeout`
    };

    explicit admission(const agent_limits& limits) : limits_(limits) {}

    /// \param stranger  Whether the agent has a token.
    /// \returns When the next connection may be accepted; until then it waits in the listen queue. `no_deadline`: when one
    ///          leaves. Ask again when anything has changed.
    time_point accept_at(bool stranger, time_point now) noexcept;

    /// A connection was accepted.
    struct arrival {
        ticket who;
        verdict what;
    };
    arrival enter(bool stranger, time_point now);
    /// Bytes arrived.
    void heard(ticket who, time_point now) noexcept;
    /// The token was right.
    verdict authenticated(ticket who, time_point now) noexcept;
    /// The request was read.
    /// \returns Whether to serve it; else answer `connection limit exceeded`, or `tunnel limit exceeded` in a FWD_RESP.
    bool serve(ticket who, const any_request& asked) noexcept;
    void leave(ticket who) noexcept;

    std::size_t connections() const noexcept { return all_.size(); }

private:
    enum class stage { stranger, visitor, ordinary, control_plane, tunnel, refused, evicted };
    static constexpr std::size_t stages = 7;
    struct entry {
        stage where;
        time_point heard;
    };

    std::size_t count(stage where) const noexcept { return counts_[static_cast<std::size_t>(where)]; }
    bool full(stage where) const noexcept;
    void move(entry& one, stage to) noexcept;
    verdict make_room(stage where, time_point now) noexcept;
    std::map<ticket, entry>::iterator quietest(stage where) noexcept;

    agent_limits limits_;
    std::map<ticket, entry> all_;
    std::array<std::size_t, stages> counts_{};
    ticket last_{0};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/admission.ipp>
#endif

#endif

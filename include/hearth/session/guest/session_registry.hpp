#ifndef HEARTH_SESSION_GUEST_SESSION_REGISTRY_HPP
#define HEARTH_SESSION_GUEST_SESSION_REGISTRY_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>
#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/session.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/session_info.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::session::guest {

/// All sessions of an agent, in order of creation. Nothing here waits for a client (P-CONN-16).
/// \req P-SESS-05, P-SESS-08, P-SESS-16, P-SESS-19, P-SESS-20, P-SESS-21, P-SESS-22, P-SESS-26, P-CONN-16, P-ACT-04,
///      A-SESS-03, A-SESS-07
class session_registry {
public:
    /// \param seen  Told of input; outlives the registry.
    session_registry(const agent_limits& limits, activity& seen) : limits_(limits), seen_(seen) {}

    /// Makes a session whose process is to be started; it is listed once that was reported.
    /// \param unix_now  Unix seconds, for SessionInfo.
    /// \returns `errc::session_limit` if as many run as may.
    result<std::shared_ptr<session>> create(const wire::exec_request& request, time_point now, std::int64_t unix_now);
    /// Makes the session `init`, to which the limit and `max_idle_sec` do not apply.
    /// \pre There was none before.
    std::shared_ptr<session> create_init(const wire::exec_request& request, std::int64_t unix_now);

    /// \returns The session to attach to, `errc::session_not_found`, or `errc::session_attached`. Make the attachment at
    ///          once: the test and the attachment are one step.
    result<std::shared_ptr<session>> to_attach(std::string_view id, bool if_detached) const;
    /// \returns The session, or null.
    std::shared_ptr<session> find(std::string_view id) const noexcept;

    std::vector<wire::session_info> list() const;
    std::size_t running() const noexcept;
    std::size_t attached() const noexcept;

    /// Does what is due: idle limits, grace periods, the end of retention. Call it when the time comes, and after
    /// anything that happened to a session.
    /// \returns When to call again.
    time_point tick(time_point now);

    /// Kills every session: the agent is on its way down.
    void kill_all();

private:
    static constexpr std::string_view init_id = "init";

    std::shared_ptr<session> add(std::string id, const wire::exec_request& request, std::int64_t max_idle_sec,
                                 std::int64_t unix_now);
    void drop_surplus();

    agent_limits limits_;
    activity& seen_;
    std::vector<std::shared_ptr<session>> sessions_;
    std::uint64_t last_id_{0};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/session_registry.ipp>
#endif

#endif

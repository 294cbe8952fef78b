#ifndef HEARTH_SESSION_HOST_READINESS_HPP
#define HEARTH_SESSION_HOST_READINESS_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/session/action.hpp>

#include <chrono>
#include <cstddef>
#include <system_error>
#include <variant>

namespace hearth::session::host {

/// Paces the question whether an agent is ready: connect, `query_activity`, and again until it answers.
///
/// The first attempts are short, because a guest whose network is coming up loses the first packets. The agent's "wrong
/// token" ends the probing with `errc::auth_required`: it is reachable and will say the same again.
/// \note No machine of a connection: each attempt has a connection and a machine of its own.
/// \req P-READY-01, P-READY-02, P-READY-03
class readiness {
public:
    static constexpr std::chrono::milliseconds pause{10};  ///< between two attempts

    /// Try once: connect and ask until `until`, then call `on_answer`.
    struct attempt {
        time_point until;
    };
    /// The agent answers requests. The last event.
    struct ready {};
    using action = std::variant<wait, attempt, ready, failed, close>;

    /// \param deadline  End of all attempts; then `errc::deadline_exceeded`.
    explicit readiness(time_point deadline) noexcept : deadline_(deadline) {}

    action poll(time_point now);
    /// How the attempt went: an empty code for an answer, else why there was none.
    void on_answer(std::error_code outcome, time_point now) noexcept;

    /// Time allowed for an attempt, counted from 0.
    static std::chrono::milliseconds patience(std::size_t attempt) noexcept;

private:
    enum class phase { pausing, trying, answered, refused, over };

    time_point deadline_;
    time_point next_{time_point::min()};
    std::size_t attempts_{0};
    phase phase_{phase::pausing};
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/readiness.ipp>
#endif

#endif

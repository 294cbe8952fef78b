#ifndef HEARTH_SESSION_GUEST_SESSION_HPP
#define HEARTH_SESSION_GUEST_SESSION_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/process_port.hpp>
#include <hearth/session/guest/session_client.hpp>
#include <hearth/session/scrollback.hpp>
#include <hearth/wire/session_info.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::session::guest {

/// A process that outlives connections: at most one client is attached; output goes to the scrollback, and to the client.
///
/// Everything is synchronous: attach, take-over, detach, expiry and output are steps that follow one another (P-SESS-14),
/// and none waits for a client (P-CONN-16).
/// \req P-SESS-01, P-SESS-02, P-SESS-03, P-SESS-04, P-SESS-06, P-SESS-07, P-SESS-09, P-SESS-10, P-SESS-11, P-SESS-12,
///      P-SESS-13, P-SESS-14, P-SESS-15, P-SESS-16, P-SESS-17, P-SESS-18, P-SESS-25, P-TTY-01, P-TTY-03, P-TTY-04,
///      P-TTY-06, P-TTY-07, P-TTY-08, P-TTY-10, P-PIPE-01, P-PIPE-02, P-PIPE-03, P-KILL-02, P-KILL-03, P-CONN-16,
///      A-SESS-02, A-SESS-04, A-SESS-05
class session final : public process_port {
public:
    struct options {
        std::string id;
        std::string argv;              ///< for display, see `wire::display_argv`
        bool tty{false};               ///< else piped
        std::int64_t max_idle_sec{0};  ///< 0 or less: never
        std::int64_t created_at{0};    ///< Unix seconds
    };

    /// \param seen  Told of input; outlives the session.
    session(options what, const agent_limits& limits, activity& seen);

    const std::string& id() const noexcept { return what_.id; }
    bool tty() const noexcept { return what_.tty; }
    /// Whether the session is listed and can be attached to: its process has started and it is not gone.
    bool listed() const noexcept { return started_ && !gone_; }
    bool gone() const noexcept { return gone_; }
    bool reaped() const noexcept { return end_.exited(); }
    bool attached() const noexcept { return client_ != nullptr; }
    wire::session_info info() const;

    /// Kills every process of the session.
    /// \req P-SESS-24, P-KILL-03
    void kill_all();
    /// Does what is due at `now`.
    /// \returns When to call again.
    time_point tick(time_point now);
    /// Since when an exited session waits to be attached to, if it does.
    std::optional<time_point> retained_since() const noexcept {
        return gone_ || client_ ? std::nullopt : retained_since_;
    }
    /// Drops a retained session.
    void drop() noexcept { gone_ = true; }

    // the process's side
    void on_started(time_point now) override;
    void on_start_failed(std::string_view text, time_point now) override;
    void on_output(stream from, bytes_view bytes, time_point now) override;
    std::size_t output_room() const noexcept override;

    // The client's side. Every call carries the identity of the caller; a former client's has no effect.

    /// Takes the session over from whoever is attached, and greets the client once the process has started.
    void attach(session_client& client, std::optional<wire::terminal_size> size, time_point now);
    void detach(const session_client& client, time_point now);
    void exit_delivered(const session_client& client) noexcept;
    void note_input(const session_client& client, time_point now) noexcept;
    /// \returns How many bytes of `input` were taken; those of a former client all are, and dropped.
    std::size_t type(const session_client& client, bytes_view input);
    void end_input(const session_client& client);
    void resize_terminal(const session_client& client, wire::terminal_size size);
    void terminate_process(const session_client& client);

    /// \param wake  Called when the first process was reaped; stays where it is until `forget_death`.
    void await_death(const std::function<void()>& wake) { awaiting_death_.push_back(&wake); }
    void forget_death(const std::function<void()>& wake) { std::erase(awaiting_death_, &wake); }

private:
    void changed(time_point now) override;
    void greet(time_point now);
    void process_over(time_point now);

    options what_;
    agent_limits limits_;
    activity& seen_;
    scrollback output_;
    session_client* client_{nullptr};
    std::vector<const std::function<void()>*> awaiting_death_;
    time_point idle_until_{no_deadline};
    std::optional<time_point> retained_since_;
    bool over_{false};
    bool gone_{false};
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/session.ipp>
#endif

#endif

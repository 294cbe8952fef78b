#ifndef HEARTH_SESSION_GUEST_SESSION_CLIENT_HPP
#define HEARTH_SESSION_GUEST_SESSION_CLIENT_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/wire/frame_type.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hearth::session::guest {

/// Who is attached to a session, as the session sees it. Nothing here waits.
class session_client {
public:
    /// Queues a frame.
    virtual void send(wire::frame_type type, bytes_view payload, time_point now) = 0;
    /// \returns Bytes queued and not yet accepted by the connection.
    virtual std::size_t backlog() const noexcept = 0;
    /// The process is over: queue EXIT. `session::exit_delivered` or `session::detach` tells what became of it.
    virtual void exit(std::int32_t status, time_point now) = 0;
    /// The process could not be started. The session is gone.
    virtual void fail(std::string_view text, time_point now) = 0;
    /// Another client has the session now (P-SESS-09).
    virtual void taken_over(time_point now) = 0;
    /// The session may take more input.
    virtual void wake() = 0;

protected:
    ~session_client() = default;
};

}  // namespace hearth::session::guest

#endif

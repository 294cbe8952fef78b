#ifndef HEARTH_SESSION_ACTION_HPP
#define HEARTH_SESSION_ACTION_HPP

#include <hearth/core/clock.hpp>

#include <string>
#include <system_error>

namespace hearth::session {

/// What `poll` of every machine can answer, beside the events of its own. Do it, then poll again.

/// Nothing to do until bytes arrive, bytes have been sent, the user acts, or `until` is reached: then poll again.
struct wait {
    time_point until{no_deadline};
};

/// Send what is pending, then end our direction of the stream (half-close). Reading goes on.
struct shutdown_send {};

/// The conversation is over. Send what is pending unless the connection is lost, then close. Answered from now on.
struct close {};

/// The operation did not succeed. The last event of a machine; `close` follows.
struct failed {
    std::error_code why;
    std::string peer_text;  ///< what the peer's ERROR frame said, else empty: neither ours nor trustworthy
};

}  // namespace hearth::session

#endif

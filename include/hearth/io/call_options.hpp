#ifndef HEARTH_IO_CALL_OPTIONS_HPP
#define HEARTH_IO_CALL_OPTIONS_HPP

#include <hearth/core/clock.hpp>

#include <string>

namespace hearth::io {

/// What a peer said about a failure, beside the code: for logs and people, neither ours nor trustworthy.
struct diagnostics {
    std::string peer_text;  ///< text of the ERROR frame or of a refused tunnel; empty if there was none
};

/// Settings of one call of an `agent_client`.
struct call_options {
    /// End of everything: connecting, the transport's handshake, AUTH, every read and write. Then the call fails with
    /// `errc::deadline_exceeded`.
    time_point deadline{no_deadline};
    /// Where the peer's text goes when the call fails; belongs to the caller until the call has completed.
    diagnostics* diag{nullptr};
};

/// \returns A deadline `time` from now, for `call_options`.
inline time_point within(duration time) noexcept { return clock::now() + time; }

}  // namespace hearth::io

#endif

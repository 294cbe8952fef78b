#ifndef HEARTH_SESSION_HOST_OPTIONS_HPP
#define HEARTH_SESSION_HOST_OPTIONS_HPP

#include <hearth/core/clock.hpp>

#include <string>

namespace hearth::session::host {

/// What every operation of a host needs beside its request.
struct options {
    std::string token;                 ///< the agent's token; empty: the agent has none, and no AUTH is sent
    time_point deadline{no_deadline};  ///< end of the whole operation; then it fails with `errc::deadline_exceeded`
};

}  // namespace hearth::session::host

#endif

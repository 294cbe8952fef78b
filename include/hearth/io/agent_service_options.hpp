#ifndef HEARTH_IO_AGENT_SERVICE_OPTIONS_HPP
#define HEARTH_IO_AGENT_SERVICE_OPTIONS_HPP

#include <hearth/core/limits.hpp>
#include <hearth/core/version.hpp>
#include <hearth/wire/hello.hpp>

#include <string>
#include <vector>

namespace hearth::io {

struct agent_service_options {
    /// What every connection has to show first. Empty: no token, which is a decision (P-AUTH-08): everybody who can
    /// connect is served.
    std::string token{};
    agent_limits limits{};
    std::string name{"hearth"};                         ///< who HELLO says it is
    std::string version{std::string(hearth::version)};  ///< which one
    /// What HELLO announces. Add `wire::feature_clock_set` for a handler that sets the clock.
    std::vector<std::string> features{std::string(wire::feature_stdin_eof), std::string(wire::feature_activity_ext)};
};

}  // namespace hearth::io

#endif

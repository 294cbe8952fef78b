#ifndef HEARTH_SESSION_GUEST_HELLO_HPP
#define HEARTH_SESSION_GUEST_HELLO_HPP

#include <hearth/core/limits.hpp>
#include <hearth/core/version.hpp>
#include <hearth/wire/hello.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::session::guest {

/// \param features  Of this agent, from the list in `wire/hello.hpp`.
/// \returns The answer to HELLO_REQ; `limits` let a conformance run size its tests.
/// \req P-EXT-03, P-EXT-04, P-EXT-05
inline wire::hello_reply make_hello(std::string_view agent, std::vector<std::string> features,
                                    const agent_limits& limits) {
    wire::hello_reply out;
    out.agent = agent;
    out.version = version;
    out.revision = 1;
    out.features = std::move(features);
    out.limits = {{"connections", static_cast<std::int64_t>(limits.connections)},
                  {"sessions", static_cast<std::int64_t>(limits.sessions)},
                  {"write_cap", limits.write_cap},
                  {"ls_cap", static_cast<std::int64_t>(limits.ls_cap)},
                  {"tunnels", static_cast<std::int64_t>(limits.tunnels)}};
    return out;
}

}  // namespace hearth::session::guest

#endif

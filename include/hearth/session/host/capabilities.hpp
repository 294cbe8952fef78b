#ifndef HEARTH_SESSION_HOST_CAPABILITIES_HPP
#define HEARTH_SESSION_HOST_CAPABILITIES_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/session/host/request.hpp>
#include <hearth/wire/hello.hpp>

#include <optional>
#include <string_view>
#include <variant>

namespace hearth::session::host {

/// What an agent can do beyond the base protocol.
/// \req P-EXT-02, P-EXT-05, P-EXT-08
struct capabilities {
    std::optional<wire::hello_reply> hello;  ///< absent: lohar or an older agent, without any extension

    friend bool operator==(const capabilities&, const capabilities&) = default;

    bool has(std::string_view feature) const noexcept { return hello && hello->has(feature); }
};

/// Asks an agent who it is. An agent without extensions answers with an ERROR that says so: also an answer.
/// \req P-EXT-01, P-EXT-03
class hello_request {
public:
    /// The last event.
    struct reply {
        capabilities value;
    };
    using action = std::variant<wait, reply, failed, close>;

    /// \param client  Who asks: name and version, for the agent's log.
    hello_request(std::string_view client, const options& opt);

    frame_channel& channel() noexcept { return ask_.channel(); }
    action poll(time_point now);

private:
    request<wire::hello_reply> ask_;
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/capabilities.ipp>
#endif

#endif

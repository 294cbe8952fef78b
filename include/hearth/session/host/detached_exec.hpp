#ifndef HEARTH_SESSION_HOST_DETACHED_EXEC_HPP
#define HEARTH_SESSION_HOST_DETACHED_EXEC_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/exec_request.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

namespace hearth::session::host {

/// Starts a command that outlives the connection and learns where its output goes.
///
/// Fails with `errc::malformed_message` if the answer is no detach reply or longer than `max_reply` (an agent of the
/// seed era runs the command as a plain exec instead), and with `errc::invalid_argument` for a request that does not
/// ask for a detached exec.
/// \req P-DET-03, P-DET-04, P-CLI-05
class detached_exec {
public:
    static constexpr std::size_t max_reply = 65'536;  ///< bytes; a path needs far less, escapes included

    /// The command runs. The last event.
    struct started {
        wire::detach_reply reply;
    };
    using action = std::variant<wait, started, failed, close>;

    /// \param request  With `detach` set.
    detached_exec(const wire::exec_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

private:
    std::optional<action> on_frame(const wire::frame_view& frame);
    action on_exit(bytes_view payload);

    detail::conversation talk_;
    std::string answer_;
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/detached_exec.ipp>
#endif

#endif

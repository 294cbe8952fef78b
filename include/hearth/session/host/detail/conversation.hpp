#ifndef HEARTH_SESSION_HOST_DETAIL_CONVERSATION_HPP
#define HEARTH_SESSION_HOST_DETAIL_CONVERSATION_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/frame.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hearth::session::host::detail {

/// What the host's half of every operation has in common: AUTH and the request go out at once; ERROR, the loss of the
/// connection and the deadline end it; after its last event it answers `close` for ever.
///
/// \req P-CONN-01, P-CONN-02, P-CLI-01, P-CLI-02, P-CLI-11
class conversation {
public:
    static constexpr std::size_t max_input_frame = 65'536;       ///< larger ones would delay KILL and RESIZE (P-CLI-12)
    static constexpr std::size_t max_backlog = 262'144;          ///< input queued here and not yet sent
    static constexpr std::chrono::seconds send_failed_grace{2};  ///< for an ERROR frame still to be read (P-CLI-06)

    /// Queues AUTH, if there is a token, and the request. A request that does not fit a frame fails the operation.
    /// \req P-AUTH-02, P-AUTH-03, P-AUTH-07, P-CONN-02, P-FRAME-05
    conversation(const options& opt, wire::frame_type request, std::string_view payload);

    frame_channel& channel() noexcept { return channel_; }

    /// One step of the owner's `poll`.
    /// \param on_frame  Called with each frame but ERROR; answers an event, or nothing to skip the frame.
    template <class Action, class OnFrame>
    Action poll(time_point now, OnFrame on_frame) {
        if (std::optional<failed> end = check(now))
            return *std::move(end);
        if (over_)
            return close{};
        for (;;) {
            const frame_channel::inbound in = channel_.next();
            if (in.what == frame_channel::inbound::kind::nothing)
                return quiet(now);
            if (in.what != frame_channel::inbound::kind::frame || in.frame.type == wire::frame_type::error)
                return broken(in);
            if (std::optional<Action> event = on_frame(in.frame))
                return *std::move(event);
        }
    }

    /// Ends the conversation well; the caller returns its last event.
    void finish() noexcept;
    /// Ends the conversation with a failure, which the caller returns.
    failed fail(std::error_code why, std::string peer_text = {});
    /// The next `poll` fails with `why`. The first reason stays.
    void refuse(std::error_code why) noexcept;
    /// The outcome is decided, but the peer gets until `until` to say its last word: any end is a failure with `why`.
    void stop(std::error_code why, time_point until) noexcept;

    bool over() const noexcept { return over_; }
    bool stopping() const noexcept { return static_cast<bool>(verdict_); }
    time_point deadline() const noexcept { return deadline_; }
    void set_deadline(time_point deadline) noexcept { deadline_ = deadline; }

    /// Bytes of input that `send_input` takes now.
    std::size_t input_room() const noexcept;
    /// Queues input as STDIN frames. An empty input queues nothing.
    /// \returns How many bytes were taken, at most `input_room()`.
    /// \req P-CLI-12, P-EXEC-10
    std::size_t send_input(bytes_view bytes);

private:
    std::optional<failed> check(time_point now);
    wait quiet(time_point now) noexcept;
    failed broken(const frame_channel::inbound& in);

    frame_channel channel_;
    time_point deadline_;
    std::error_code late_{errc::deadline_exceeded};  ///< what reaching the deadline means
    std::error_code refused_;
    std::error_code verdict_;
    bool over_{false};
};

}  // namespace hearth::session::host::detail

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/conversation.ipp>
#endif

#endif

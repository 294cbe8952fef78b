#ifndef HEARTH_SESSION_HOST_REQUEST_HPP
#define HEARTH_SESSION_HOST_REQUEST_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/result.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/frame_type.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::session::host {

/// One request frame, one reply frame. ERROR in place of the reply is a failure, as is EXIT where another reply was
/// due; other frame types are skipped.
///
/// \see requests.hpp for the requests by name.
/// \req P-CONN-01, P-CONN-04, P-CONN-05, P-CONN-06, P-CLI-01, P-CLI-02, P-CLI-11
template <class Reply>
class request {
public:
    /// The answer. The last event.
    struct reply {
        Reply value;
    };
    using action = std::variant<wait, reply, failed, close>;
    using parser = result<Reply> (*)(bytes_view payload);

    /// What to ask and how to read the answer.
    struct exchange {
        wire::frame_type ask{};
        std::string_view payload;  ///< copied
        wire::frame_type expect{};
        parser parse{nullptr};
    };

    request(const exchange& what, const options& opt)
        : talk_(opt, what.ask, what.payload), expect_(what.expect), parse_(what.parse) {}

    frame_channel& channel() noexcept { return talk_.channel(); }

    action poll(time_point now) {
        return talk_.template poll<action>(now, [this](const wire::frame_view& frame) { return on_frame(frame); });
    }

private:
    std::optional<action> on_frame(const wire::frame_view& frame) {
        if (frame.type == expect_) {
            result<Reply> value = parse_(frame.payload);
            if (!value)
                return talk_.fail(value.error());
            talk_.finish();
            return reply{*std::move(value)};
        }
        if (frame.type == wire::frame_type::exit)
            return talk_.fail(errc::unexpected_frame);
        return std::nullopt;
    }

    detail::conversation talk_;
    wire::frame_type expect_;
    parser parse_;
};

}  // namespace hearth::session::host

#endif

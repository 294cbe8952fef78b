#ifndef HEARTH_CONFORMANCE_SDK_BOTH_CONVERSATION_HPP
#define HEARTH_CONFORMANCE_SDK_BOTH_CONVERSATION_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/wire/frame.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace both {
inline namespace HEARTH_NET_ABI {

/// Sends one frame, reports the one that comes back.
struct question {
    struct answer {
        std::string text;
    };
    using action = std::variant<hearth::session::wait, hearth::session::close, hearth::session::failed, answer>;

    hearth::session::frame_channel& channel() noexcept { return frames; }
    action poll(hearth::time_point) {
        if (answered)
            return hearth::session::close{};
        const auto in = frames.next();
        using kind = hearth::session::frame_channel::inbound::kind;
        if (in.what == kind::nothing)
            return hearth::session::wait{};
        answered = true;
        if (in.what == kind::frame)
            return answer{std::string(hearth::as_text(in.frame.payload))};
        return hearth::session::failed{in.why, {}};
    }

    hearth::session::frame_channel frames;
    bool answered{false};
};

/// Two drivers ask each other over a socket pair; returns what both heard.
inline std::string conversation() {
    namespace net = hearth::net;
    net::io_context context;
    net::local::stream_protocol::socket a(context);
    net::local::stream_protocol::socket b(context);
    net::local::connect_pair(a, b);
    std::string heard_by_a;
    std::string heard_by_b;
    const auto ask = [](auto socket, std::string& heard) {
        auto one = std::make_shared<hearth::io::driver<question>>(std::move(socket), hearth::io::driver_options{});
        (void)one->machine().frames.send(static_cast<hearth::wire::frame_type>(0x71), std::string_view("ping"));
        one->async_run(
            [&heard](auto& event) {
                if constexpr (requires { event.text; })
                    heard += event.text;
            },
            [&heard](hearth::net_error_code ec) { heard += ec ? "!" : "."; });
    };
    ask(std::move(a), heard_by_a);
    ask(std::move(b), heard_by_b);
    context.run();
    return heard_by_a + heard_by_b;
}

}  // namespace HEARTH_NET_ABI
}  // namespace both

#endif

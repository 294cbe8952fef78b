#ifndef HEARTH_IO_DETAIL_RELAY_RUN_HPP
#define HEARTH_IO_DETAIL_RELAY_RUN_HPP

#include <hearth/core/errc.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/net/any_handler.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/relay.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// Runs a relay over its two streams: one read and one write are outstanding per stream.
/// \req P-FWD-07, P-FWD-08, P-FWD-09, P-FWD-10, P-FWD-14
class relay_run : public std::enable_shared_from_this<relay_run> {
public:
    /// \param head  The host's connection as the tunnel left it, with what was read and not sent yet.
    relay_run(any_stream host, any_stream target, session::frame_channel head)
        : relay_(std::move(head)), ends_{end(std::move(host)), end(std::move(target))} {}

    /// Completes with `void(net_error_code)` once both streams are closed, success however they ended;
    /// `errc::operation_cancelled` after cancellation.
    /// Cancellation: terminal, partial and total; both streams are closed.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_run(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, std::shared_ptr<relay_run> self) {
                self->start({std::move(handler), self->ends_[0].stream.get_executor()});
            },
            token, shared_from_this());
    }

private:
    using relay = session::guest::relay;
    using side = relay::side;

    struct end {
        explicit end(any_stream s) : stream(std::move(s)) {}
        any_stream stream;
        bool reading{false};
        bool writing{false};
    };
    end& at(side which) noexcept { return ends_[static_cast<std::size_t>(which)]; }

    void start(any_handler<void(net_error_code)> handler) {
        done_ = pending_handler<void(net_error_code)>(std::move(handler));
        if (auto slot = done_.slot(); slot.is_connected())
            slot.assign([weak = weak_from_this()](net::cancellation_type) {
                if (auto self = weak.lock())
                    self->cancel();
            });
        net::post(ends_[0].stream.get_executor(), [self = shared_from_this()] { self->step(); });
    }

    void step() {
        if (!done_)
            return;
        for (relay::action todo = relay_.poll(); !std::holds_alternative<session::wait>(todo); todo = relay_.poll()) {
            if (std::holds_alternative<session::close>(todo)) {
                close();
                return done_.dispatch({});
            }
            at(std::get<relay::shutdown_side>(todo).whom).stream.shutdown_send();
        }
        for (const side each : {side::host, side::target}) {
            read(each);
            write(each);
        }
    }

    void read(side from) {
        const mutable_bytes room = at(from).reading ? mutable_bytes{} : relay_.receive_buffer(from);
        if (room.empty())
            return;
        at(from).reading = true;
        at(from).stream.async_read_some(net::mutable_buffer(room.data(), room.size()),
                                        [self = shared_from_this(), from](net_error_code ec, std::size_t n) {
                                            self->at(from).reading = false;
                                            self->on_read(from, ec, n);
                                        });
    }
    void on_read(side from, net_error_code ec, std::size_t n) {
        relay_.on_received(from, n);
        if (ec == net::error::eof)
            relay_.on_end_of_stream(from);
        else if (ec)
            relay_.on_lost();
        step();
    }

    void write(side to) {
        const bytes_view bytes = at(to).writing ? bytes_view{} : relay_.send_buffer(to);
        if (bytes.empty())
            return;
        at(to).writing = true;
        at(to).stream.async_write_some(net::const_buffer(bytes.data(), bytes.size()),
                                       [self = shared_from_this(), to](net_error_code ec, std::size_t n) {
                                           self->at(to).writing = false;
                                           self->relay_.on_sent(to, n);
                                           if (ec)
                                               self->relay_.on_lost();
                                           self->step();
                                       });
    }

    void cancel() {
        if (!done_)
            return;
        close();
        done_.post(make_error_code(errc::operation_cancelled));
    }
    void close() {
        for (end& each : ends_)
            each.stream.close();
    }

    relay relay_;
    std::array<end, 2> ends_;
    pending_handler<void(net_error_code)> done_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

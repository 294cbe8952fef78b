#ifndef HEARTH_IO_DETAIL_GATE_HPP
#define HEARTH_IO_DETAIL_GATE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/admission.hpp>
#include <hearth/session/guest/connection.hpp>
#include <hearth/wire/error_text.hpp>

#include <cstddef>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>

namespace hearth::io::detail {

/// The first part of a connection, up to its request, and what the service's books have to know about it.
/// \req P-CONN-12, P-CONN-13, P-ACT-02
class gate {
public:
    using machine_type = session::guest::connection;
    using action = machine_type::action;
    using ticket = session::guest::admission::ticket;

    /// The books of a service; they outlive its gates.
    struct books {
        session::guest::admission& admission;
        session::guest::activity& activity;
        std::function<void(ticket)> evict;  ///< make this one leave: another needs its place
        std::function<void()> moved_on;     ///< a connection has left its place
    };

    gate(session::guest::channel_kind kind, std::string_view token, const agent_limits& limits, time_point now,
         books& kept, ticket who)
        : connection_(kind, token, limits, now), books_(kept), who_(who), known_(token.empty()) {}

    session::frame_channel& channel() noexcept { return connection_.channel(); }
    session::frame_channel take_channel() noexcept { return connection_.take_channel(); }
    bool known() const noexcept { return known_; }
    void refuse(std::error_code why, std::string_view text) { connection_.refuse(why, text); }

    action poll(time_point now) {
        action todo = connection_.poll(now);
        if (const std::size_t unread = channel().parser().unread().size(); std::exchange(unread_, unread) != unread)
            books_.admission.heard(who_, now);
        if (connection_.request_type() && !std::exchange(counted_, true))
            books_.activity.on_request(*connection_.request_type(), now);
        if (!connection_.authenticated() || std::exchange(known_, true))
            return todo;
        books_.admission.heard(who_, now);
        const auto verdict = books_.admission.authenticated(who_, now);
        if (verdict.evict)
            books_.evict(*verdict.evict);
        books_.moved_on();
        if (verdict.admitted)
            return todo;
        refuse(errc::connection_limit, wire::error_text::connection_limit);
        return connection_.poll(now);
    }

private:
    machine_type connection_;
    books& books_;
    ticket who_;
    std::size_t unread_{0};
    bool known_;
    bool counted_{false};
};

}  // namespace hearth::io::detail

#endif

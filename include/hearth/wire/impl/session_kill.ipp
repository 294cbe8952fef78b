#ifndef HEARTH_WIRE_IMPL_SESSION_KILL_IPP
#define HEARTH_WIRE_IMPL_SESSION_KILL_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/session_kill.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<session_kill_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("session_id", m.session_id);
    }
};

}  // namespace detail

HEARTH_DECL result<session_kill_request> parse_session_kill(bytes_view json) {
    return detail::parse_message<session_kill_request>(json);
}
HEARTH_DECL void write_session_kill(const session_kill_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

}  // namespace hearth::wire

#endif

#ifndef HEARTH_WIRE_IMPL_ACTIVITY_INFO_IPP
#define HEARTH_WIRE_IMPL_ACTIVITY_INFO_IPP

#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<activity_info> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("last_activity_unix", m.last_activity_unix);
        v.member("active_sessions", m.active_sessions);
        v.member("attached_sessions", m.attached_sessions);
        v.optional("execs", m.execs);
        v.optional("detached", m.detached);
        v.optional("tunnels", m.tunnels);
        v.optional("uploads", m.uploads);
    }
};

}  // namespace detail

HEARTH_DECL result<activity_info> parse_activity_info(bytes_view json) {
    return detail::parse_message<activity_info>(json);
}
HEARTH_DECL void write_activity_info(const activity_info& info, std::string& out) { detail::write_by_guest(info, out); }

}  // namespace hearth::wire

#endif

#ifndef HEARTH_WIRE_IMPL_SYSTEMCTL_IPP
#define HEARTH_WIRE_IMPL_SYSTEMCTL_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/systemctl.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<systemctl_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("op", m.op);
        v.member("units", m.units);
        v.optional("flags", m.flags);
    }
};

template <>
struct json_members<systemctl_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("exit_code", m.exit_code);
        v.member("stdout", m.out);
        v.member("stderr", m.err);
    }
};

}  // namespace detail

HEARTH_DECL result<systemctl_request> parse_systemctl_request(bytes_view json) {
    return detail::parse_message<systemctl_request>(json);
}
HEARTH_DECL void write_systemctl_request(const systemctl_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<systemctl_reply> parse_systemctl_reply(bytes_view json) {
    return detail::parse_message<systemctl_reply>(json);
}
HEARTH_DECL void write_systemctl_reply(const systemctl_reply& reply, std::string& out) {
    detail::write_by_guest(reply, out);
}

}  // namespace hearth::wire

#endif

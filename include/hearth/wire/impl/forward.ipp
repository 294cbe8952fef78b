#ifndef HEARTH_WIRE_IMPL_FORWARD_IPP
#define HEARTH_WIRE_IMPL_FORWARD_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/forward.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<forward_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("port", m.port);
    }
};

template <>
struct json_members<forward_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("status", m.status);
        v.optional("message", m.message);
    }
};

}  // namespace detail

HEARTH_DECL result<forward_request> parse_forward_request(bytes_view json) {
    return detail::parse_message<forward_request>(json);
}
HEARTH_DECL void write_forward_request(const forward_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<forward_reply> parse_forward_reply(bytes_view json) {
    return detail::parse_message<forward_reply>(json);
}
HEARTH_DECL void write_forward_reply(const forward_reply& reply, std::string& out) {
    detail::write_by_guest(reply, out);
}

}  // namespace hearth::wire

#endif

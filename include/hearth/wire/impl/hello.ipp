#ifndef HEARTH_WIRE_IMPL_HELLO_IPP
#define HEARTH_WIRE_IMPL_HELLO_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/hello.hpp>

#include <algorithm>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<hello_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("client", m.client);
    }
};

template <>
struct json_members<hello_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("agent", m.agent);
        v.member("version", m.version);
        v.member("revision", m.revision);
        v.member("features", m.features);
        v.member("limits", m.limits);
    }
};

}  // namespace detail

HEARTH_DECL bool hello_reply::has(std::string_view feature) const noexcept {
    return std::find(features.begin(), features.end(), feature) != features.end();
}

HEARTH_DECL result<hello_request> parse_hello_request(bytes_view json) {
    return detail::parse_message<hello_request>(json);
}
HEARTH_DECL void write_hello_request(const hello_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<hello_reply> parse_hello_reply(bytes_view json) { return detail::parse_message<hello_reply>(json); }
HEARTH_DECL void write_hello_reply(const hello_reply& reply, std::string& out) { detail::write_by_guest(reply, out); }

}  // namespace hearth::wire

#endif

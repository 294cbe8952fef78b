#ifndef HEARTH_WIRE_IMPL_DETACH_REPLY_IPP
#define HEARTH_WIRE_IMPL_DETACH_REPLY_IPP

#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<detach_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("pid", m.pid);
        v.member("output_file", m.output_file);
    }
};

}  // namespace detail

HEARTH_DECL result<detach_reply> parse_detach_reply(bytes_view json) {
    return detail::parse_message<detach_reply>(json);
}
HEARTH_DECL void write_detach_reply(const detach_reply& reply, std::string& out) { detail::write_by_guest(reply, out); }

}  // namespace hearth::wire

#endif

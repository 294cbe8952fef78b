#ifndef HEARTH_WIRE_IMPL_FILE_WRITE_IPP
#define HEARTH_WIRE_IMPL_FILE_WRITE_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/file_write.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<file_write_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("path", m.path);
        v.member("mode", m.mode);
        v.member("size", m.size);
    }
};

template <>
struct json_members<file_write_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("status", m.status);
    }
};

}  // namespace detail

HEARTH_DECL result<file_write_request> parse_file_write_request(bytes_view json) {
    return detail::parse_message<file_write_request>(json);
}
HEARTH_DECL void write_file_write_request(const file_write_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<file_write_reply> parse_file_write_reply(bytes_view json) {
    return detail::parse_message(json, file_write_reply{.status = {}});  // an absent status is not `ok`
}
HEARTH_DECL void write_file_write_reply(const file_write_reply& reply, std::string& out) {
    detail::write_by_guest(reply, out);
}

}  // namespace hearth::wire

#endif

#ifndef HEARTH_WIRE_IMPL_FILE_READ_IPP
#define HEARTH_WIRE_IMPL_FILE_READ_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/file_read.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<file_read_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("path", m.path);
        v.optional("offset", m.offset);
        v.optional("limit", m.limit);
        v.optional("max_bytes", m.max_bytes);
    }
};

template <>
struct json_members<file_read_reply> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("size", m.size);
        v.member("mode", m.mode);
    }
};

}  // namespace detail

HEARTH_DECL result<file_read_request> parse_file_read_request(bytes_view json) {
    return detail::parse_message<file_read_request>(json);
}
HEARTH_DECL void write_file_read_request(const file_read_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<file_read_reply> parse_file_read_reply(bytes_view json) {
    return detail::parse_message<file_read_reply>(json);
}
HEARTH_DECL void write_file_read_reply(const file_read_reply& reply, std::string& out) {
    detail::write_by_guest(reply, out);
}

}  // namespace hearth::wire

#endif

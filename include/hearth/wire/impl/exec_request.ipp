#ifndef HEARTH_WIRE_IMPL_EXEC_REQUEST_IPP
#define HEARTH_WIRE_IMPL_EXEC_REQUEST_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/exec_request.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<exec_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.nullable("argv", m.argv);
        v.optional("env", m.env);
        v.optional("tty", m.tty);
        v.optional("rows", m.rows);
        v.optional("cols", m.cols);
        v.optional("cwd", m.cwd);
        v.optional("session_id", m.session_id);
        v.optional("max_idle_sec", m.max_idle_sec);
        v.optional("if_detached", m.if_detached);
        v.optional("detach", m.detach);
        v.optional("output_file", m.output_file);
        v.optional("session", m.session);
    }
};

}  // namespace detail

HEARTH_DECL exec_kind kind_of(const exec_request& request) noexcept {
    if (request.session_id)
        return exec_kind::attach;
    if (request.argv.empty())
        return exec_kind::empty_argv;
    if (request.detach)
        return exec_kind::detached;
    if (request.tty)
        return exec_kind::terminal;
    return request.session ? exec_kind::piped : exec_kind::plain;
}

HEARTH_DECL result<exec_request> parse_exec_request(bytes_view json) {
    return detail::parse_message<exec_request>(json);
}
HEARTH_DECL void write_exec_request(const exec_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

}  // namespace hearth::wire

#endif

#ifndef HEARTH_WIRE_IMPL_SESSION_INFO_IPP
#define HEARTH_WIRE_IMPL_SESSION_INFO_IPP

#include <hearth/core/utf8.hpp>
#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/session_info.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<session_info> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("session_id", m.session_id);
        v.member("argv", m.argv);
        v.member("tty", m.tty);
        v.member("running", m.running);
        v.optional("exit_code", m.exit_code);
        v.member("attached", m.attached);
        v.member("created_at", m.created_at);
    }
};

/// Appends `info` with at most `max_argv` bytes of its `argv`.
HEARTH_DECL void write_session(const session_info& info, std::size_t max_argv, std::string& out) {
    if (info.argv.size() <= max_argv)
        return write_by_guest(info, out);
    session_info shorter = info;
    shorter.argv = shorten_end(info.argv, max_argv);
    write_by_guest(shorter, out);
}

/// Appends those sessions from the front that fit. \returns How many.
HEARTH_DECL std::size_t write_sessions(std::span<const session_info> sessions, std::size_t max_argv,
                                       std::size_t max_bytes, std::string& out) {
    const std::size_t from = out.size();
    out.push_back('[');
    std::size_t written = 0;
    for (const session_info& info : sessions) {
        const std::size_t before = out.size();
        if (written != 0)
            out.push_back(',');
        write_session(info, max_argv, out);
        if (out.size() - from + 1 > max_bytes) {
            out.resize(before);
            break;
        }
        ++written;
    }
    out.push_back(']');
    return written;
}

}  // namespace detail

HEARTH_DECL std::string display_argv(std::span<const std::string> argv) {
    std::string joined;
    for (const std::string& argument : argv) {
        if (&argument != argv.data())
            joined.push_back(' ');
        joined.append(argument, 0, max_display_argv + 1);
        if (joined.size() > max_display_argv)
            break;
    }
    return shorten_end(joined, max_display_argv);
}

HEARTH_DECL result<session_info> parse_session_info(bytes_view json) {
    return detail::parse_message<session_info>(json);
}
HEARTH_DECL void write_session_info(const session_info& info, std::string& out) {
    detail::write_session(info, max_display_argv, out);
}

HEARTH_DECL result<std::vector<session_info>> parse_session_list(bytes_view json) {
    return detail::parse_message<std::vector<session_info>>(json);
}

HEARTH_DECL void write_session_list(std::span<const session_info> sessions, std::string& out, std::size_t max_bytes) {
    const std::size_t from = out.size();
    for (std::size_t max_argv = max_display_argv;; max_argv /= 2) {
        if (detail::write_sessions(sessions, max_argv, max_bytes, out) == sessions.size() || max_argv == 0)
            return;  // with no `argv` left to cut, the newest sessions are left out
        out.resize(from);
    }
}

}  // namespace hearth::wire

#endif

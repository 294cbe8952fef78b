#ifndef HEARTH_WIRE_IMPL_SANDBOX_CONFIG_IPP
#define HEARTH_WIRE_IMPL_SANDBOX_CONFIG_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/sandbox_config.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<sandbox_config::file> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("content", base64_member{m.content});
        v.member("mode", m.mode);
    }
};

template <>
struct json_members<sandbox_config::volume> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("device", m.device);
        v.member("mount", m.mount);
        v.member("fs", m.fs);
        v.member("read_only", m.read_only);
    }
};

template <>
struct json_members<sandbox_config::shared_directory> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("tag", m.tag);
        v.member("mount", m.mount);
        v.member("read_only", m.read_only);
    }
};

template <>
struct json_members<sandbox_config::network> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("ip", m.ip);
        v.member("gateway", m.gateway);
    }
};

template <>
struct json_members<sandbox_config> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("sandbox_id", m.sandbox_id);
        v.member("hostname", m.hostname);
        v.member("token", m.token);
        v.member("env", m.env);
        v.member("files", m.files);
        v.member("volumes", m.volumes);
        v.optional("mounts", m.mounts);
        v.optional("init", m.init);
        v.member("dns", m.dns);
        v.optional("dns_internal", m.dns_internal);
        v.member("user", m.user);
        v.optional("net", m.net);
    }
};

}  // namespace detail

HEARTH_DECL result<sandbox_config> parse_sandbox_config(bytes_view json) {
    return detail::parse_message<sandbox_config>(json);
}
HEARTH_DECL void write_sandbox_config(const sandbox_config& config, std::string& out) {
    detail::write_by_host(config, out);
}

}  // namespace hearth::wire

#endif

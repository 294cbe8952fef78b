#ifndef HEARTH_WIRE_IMPL_CLOCK_SET_IPP
#define HEARTH_WIRE_IMPL_CLOCK_SET_IPP

#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<clock_set_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("unix_ns", m.unix_ns);
        v.optional("entropy", base64_member{m.entropy});
    }
};

}  // namespace detail

HEARTH_DECL result<clock_set_request> parse_clock_set(bytes_view json) {
    auto request = detail::parse_message<clock_set_request>(json);
    if (request && request->entropy.size() > max_entropy)
        return errc::malformed_message;
    return request;
}
HEARTH_DECL void write_clock_set(const clock_set_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

}  // namespace hearth::wire

#endif

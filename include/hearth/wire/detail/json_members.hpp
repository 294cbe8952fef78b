#ifndef HEARTH_WIRE_DETAIL_JSON_MEMBERS_HPP
#define HEARTH_WIRE_DETAIL_JSON_MEMBERS_HPP

namespace hearth::wire::detail {

/// Describes the members of one JSON object, once for both directions. A specialisation has
///
///     template <class Visitor, class Message> static void visit(Visitor& v, Message& m);
///
/// that calls, in the order of the specification's table, for each member one of
///
///     v.member("name", m.value);    // always written
///     v.optional("name", m.value);  // omitted when unset (P-JSON-13)
///     v.nullable("name", m.value);  // a list that is written as `null` when empty
template <class Message>
struct json_members;

/// A string of bytes that travels as base64.
template <class String>
struct base64_member {
    String& bytes;
    bool empty() const noexcept { return bytes.empty(); }
};
template <class String>
base64_member(String&) -> base64_member<String>;

}  // namespace hearth::wire::detail

#endif

#ifndef HEARTH_WIRE_FORWARD_HPP
#define HEARTH_WIRE_FORWARD_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <string>

namespace hearth::wire {

/// Payload of FWD_REQ.
struct forward_request {
    std::uint16_t port{0};  ///< TCP port on the guest's loopback; 0 is refused

    friend bool operator==(const forward_request&, const forward_request&) = default;
};

/// Payload of FWD_RESP.
/// \req P-FWD-03
struct forward_reply {
    std::string status{};   ///< `ok` or `error`
    std::string message{};  ///< with `error`

    friend bool operator==(const forward_reply&, const forward_reply&) = default;

    bool ok() const noexcept { return status == "ok"; }
};

result<forward_request> parse_forward_request(bytes_view json);
void write_forward_request(const forward_request& request, std::string& out);
result<forward_reply> parse_forward_reply(bytes_view json);
void write_forward_reply(const forward_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/forward.ipp>
#endif

#endif

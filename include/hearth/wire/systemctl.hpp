#ifndef HEARTH_WIRE_SYSTEMCTL_HPP
#define HEARTH_WIRE_SYSTEMCTL_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hearth::wire {

/// Payloads of the in-guest service socket. Hearth's agent does not serve it; tools that talk to a lohar image may.
/// \req P-SYS-01, P-SYS-02
struct systemctl_request {
    std::string op{};
    std::vector<std::string> units{};
    std::map<std::string, std::string> flags{};

    friend bool operator==(const systemctl_request&, const systemctl_request&) = default;
};
struct systemctl_reply {
    std::int64_t exit_code{0};
    std::string out{};  ///< member `stdout`
    std::string err{};  ///< member `stderr`

    friend bool operator==(const systemctl_reply&, const systemctl_reply&) = default;
};

result<systemctl_request> parse_systemctl_request(bytes_view json);
void write_systemctl_request(const systemctl_request& request, std::string& out);
result<systemctl_reply> parse_systemctl_reply(bytes_view json);
void write_systemctl_reply(const systemctl_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/systemctl.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_HELLO_HPP
#define HEARTH_WIRE_HELLO_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::wire {

/// Payload of HELLO_REQ (extension).
struct hello_request {
    std::string client{};

    friend bool operator==(const hello_request&, const hello_request&) = default;
};

/// Payload of HELLO_RESP (extension).
/// \req P-EXT-03, P-EXT-04, P-EXT-05
struct hello_reply {
    std::string agent{};
    std::string version{};
    std::int64_t revision{0};
    std::vector<std::string> features{};           ///< unknown ones are ignored
    std::map<std::string, std::int64_t> limits{};  ///< `connections`, `sessions`, `write_cap`, `ls_cap`, `tunnels`

    friend bool operator==(const hello_reply&, const hello_reply&) = default;

    bool has(std::string_view feature) const noexcept;
};

/// Feature names of this revision (P-EXT-05).
inline constexpr std::string_view feature_stdin_eof = "stdin.eof";
inline constexpr std::string_view feature_clock_set = "clock.set";
inline constexpr std::string_view feature_activity_ext = "activity.ext";

result<hello_request> parse_hello_request(bytes_view json);
void write_hello_request(const hello_request& request, std::string& out);
result<hello_reply> parse_hello_reply(bytes_view json);
void write_hello_reply(const hello_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/hello.ipp>
#endif

#endif

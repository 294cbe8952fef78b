#ifndef HEARTH_WIRE_EXEC_REQUEST_HPP
#define HEARTH_WIRE_EXEC_REQUEST_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/terminal_size.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hearth::wire {

/// Payload of EXEC_REQ.
/// \req P-EXEC-01, P-JSON-13
struct exec_request {
    std::vector<std::string> argv{};  ///< program and arguments, raw bytes; ignored when `session_id` is present
    std::map<std::string, std::string> env{};  ///< added to the environment, overrides it; raw bytes
    bool tty{false};                           ///< create a terminal session
    std::optional<std::uint16_t> rows{};       ///< initial terminal size; absent means 24, 0 is passed on as 0
    std::optional<std::uint16_t> cols{};       ///< absent means 80
    std::string cwd{};                         ///< empty: the agent's own directory
    std::optional<std::string> session_id{};   ///< attach to this session; present also when empty
    std::int64_t max_idle_sec{0};              ///< sessions: kill this long after detach; 0 or less: never
    bool if_detached{false};                   ///< attach only if no client is attached
    bool detach{false};                        ///< detached exec
    std::string output_file{};                 ///< detached exec: output path; empty: the agent chooses
    bool session{false};                       ///< piped session

    friend bool operator==(const exec_request&, const exec_request&) = default;

    terminal_size size() const noexcept { return {rows.value_or(24), cols.value_or(80)}; }
};

/// \returns A request to run a program: `command("ls", "-l")`. Further members are set one by one.
/// \note    GCC 12 cannot handle braced lists of strings inside a `co_await` expression; this needs none.
template <std::convertible_to<std::string>... Words>
exec_request command(Words&&... argv) {
    exec_request request;
    request.argv.reserve(sizeof...(argv));
    (request.argv.emplace_back(std::forward<Words>(argv)), ...);
    return request;
}

/// What an ExecRequest asks for.
enum class exec_kind { attach, empty_argv, detached, terminal, piped, plain };

/// Dispatch of a request; the first match wins.
/// \req P-EXEC-01
exec_kind kind_of(const exec_request& request) noexcept;

/// \returns The request, or `errc::malformed_message` / `errc::nesting_too_deep`.
/// \req P-JSON-01, P-JSON-02, P-JSON-03, P-JSON-04, P-JSON-05, P-JSON-08, P-JSON-10
result<exec_request> parse_exec_request(bytes_view json);

/// Appends the request as JSON, unset members omitted. An empty `argv`, as an attach has, is written as `null`; strings are
/// written byte for byte.
/// \req P-JSON-10, P-JSON-13
void write_exec_request(const exec_request& request, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/exec_request.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_SANDBOX_CONFIG_HPP
#define HEARTH_WIRE_SANDBOX_CONFIG_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hearth::wire {

/// Payload of CONFIG_RESP: what a sandbox learns at boot.
/// \req P-CFG-06, P-CFG-08, P-CFG-09, P-JSON-03
struct sandbox_config {
    struct file {
        std::string content{};  ///< decoded bytes; base64 on the wire
        std::string mode{};     ///< octal text, see `parse_file_mode`
        friend bool operator==(const file&, const file&) = default;
    };
    struct volume {
        std::string device{};
        std::string mount{};
        std::string fs{};
        bool read_only{false};
        friend bool operator==(const volume&, const volume&) = default;
    };
    struct shared_directory {
        std::string tag{};
        std::string mount{};
        bool read_only{false};
        friend bool operator==(const shared_directory&, const shared_directory&) = default;
    };
    /// No default initialisers: `optional` would need them before the enclosing class is complete.
    struct network {
        std::string ip;       ///< `a.b.c.d/n`
        std::string gateway;  ///< `a.b.c.d`
        friend bool operator==(const network&, const network&) = default;
    };

    std::string sandbox_id{};
    std::string hostname{};                    ///< empty: the agent's default
    std::string token{};                       ///< empty: no authentication
    std::map<std::string, std::string> env{};  ///< added to every exec
    std::map<std::string, file> files{};       ///< by path
    std::vector<volume> volumes{};
    std::vector<shared_directory> mounts{};  ///< virtio-fs shares
    std::string init{};                      ///< shell command of the session `init`
    std::vector<std::string> dns{};
    std::string dns_internal{};  ///< replaces `dns` when set
    std::string user{};          ///< `root` runs `init` as root; anything else as uid 1000
    std::optional<network> net{};

    friend bool operator==(const sandbox_config&, const sandbox_config&) = default;
};

result<sandbox_config> parse_sandbox_config(bytes_view json);
void write_sandbox_config(const sandbox_config& config, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/sandbox_config.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_ACTIVITY_INFO_HPP
#define HEARTH_WIRE_ACTIVITY_INFO_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace hearth::wire {

/// Payload of ACTIVITY_RESP. Absent extension members mean "unknown".
/// \req P-ACT-01, P-ACT-05
struct activity_info {
    std::int64_t last_activity_unix{0};      ///< Unix seconds; 0: none yet
    std::int64_t active_sessions{0};         ///< sessions whose process runs
    std::int64_t attached_sessions{0};       ///< sessions with a client
    std::optional<std::int64_t> execs{};     ///< running plain execs
    std::optional<std::int64_t> detached{};  ///< running detached commands
    std::optional<std::int64_t> tunnels{};   ///< open forwards
    std::optional<std::int64_t> uploads{};   ///< file writes in progress

    friend bool operator==(const activity_info&, const activity_info&) = default;

    /// Whether anything that runs forbids calling the guest idle: an attached session or any extension member above 0.
    bool busy() const noexcept {
        return attached_sessions > 0 || execs.value_or(0) > 0 || detached.value_or(0) > 0 || tunnels.value_or(0) > 0 ||
               uploads.value_or(0) > 0;
    }
};

result<activity_info> parse_activity_info(bytes_view json);
void write_activity_info(const activity_info& info, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/activity_info.ipp>
#endif

#endif

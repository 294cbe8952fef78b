#ifndef HEARTH_ENGINE_ERROR_HPP
#define HEARTH_ENGINE_ERROR_HPP

#include <hearth/core/errc.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace hearth::engine {

/// The class of an engine's failure: what the daemon decides by, and answers with. Numbers are stable: append only.
/// \req D-103
enum class engine_errc {
    not_found = 1,       ///< no sandbox of that engine id
    not_running,         ///< it is not hot, and guest operations never wake it (D-112)
    busy,                ///< a transition is in progress, or another process owns its disk
    unsupported,         ///< this engine cannot do that; the capability record says why
    conflict,            ///< the name, address or state is taken
    invalid,             ///< the specification or argument makes no sense
    resource_exhausted,  ///< the host lacks memory, space, descriptors or addresses
    timeout,             ///< the deadline passed
    corrupt_snapshot,    ///< the memory snapshot cannot be restored; the disk is still there
    agent_unreachable,   ///< the sandbox lives, its agent does not answer
    internal,            ///< anything else: a defect, or a host that misbehaves
};

/// The class in snake_case, as it appears in logs, metrics and the HTTP API's `code`; `internal` for unknown values.
constexpr std::string_view name_of(engine_errc e) noexcept {
    switch (e) {
    case engine_errc::not_found: return "not_found";
    case engine_errc::not_running: return "not_running";
    case engine_errc::busy: return "busy";
    case engine_errc::unsupported: return "unsupported";
    case engine_errc::conflict: return "conflict";
    case engine_errc::invalid: return "invalid";
    case engine_errc::resource_exhausted: return "resource_exhausted";
    case engine_errc::timeout: return "timeout";
    case engine_errc::corrupt_snapshot: return "corrupt_snapshot";
    case engine_errc::agent_unreachable: return "agent_unreachable";
    case engine_errc::internal: break;
    }
    return "internal";
}

namespace detail {

class engine_category_type final : public std::error_category {
public:
    const char* name() const noexcept override { return "hearth.engine"; }
    std::string message(int value) const override {
        switch (static_cast<engine_errc>(value)) {
        case engine_errc::not_found: return "no such sandbox";
        case engine_errc::not_running: return "the sandbox is not running";
        case engine_errc::busy: return "the sandbox is busy";
        case engine_errc::unsupported: return "this engine does not support that";
        case engine_errc::conflict: return "already in use";
        case engine_errc::invalid: return "the sandbox specification is invalid";
        case engine_errc::resource_exhausted: return "the host has run out of a resource";
        case engine_errc::timeout: return "the engine did not finish in time";
        case engine_errc::corrupt_snapshot: return "the memory snapshot is corrupt";
        case engine_errc::agent_unreachable: return "the agent does not answer";
        case engine_errc::internal: break;
        }
        return "internal engine error";
    }
    std::error_condition default_error_condition(int value) const noexcept override {
        switch (static_cast<engine_errc>(value)) {
        case engine_errc::not_found:
        case engine_errc::not_running:
        case engine_errc::unsupported:
        case engine_errc::conflict:
        case engine_errc::corrupt_snapshot: return fault::refused;
        case engine_errc::busy:
        case engine_errc::resource_exhausted: return fault::busy;
        case engine_errc::invalid: return fault::usage;
        case engine_errc::timeout: return fault::timeout;
        case engine_errc::agent_unreachable: return fault::transport;
        case engine_errc::internal: break;
        }
        return {value, *this};  // nothing that a caller could do
    }
};

}  // namespace detail

inline const std::error_category& engine_category() noexcept {
    static const detail::engine_category_type instance;
    return instance;
}
inline std::error_code make_error_code(engine_errc e) noexcept { return {static_cast<int>(e), engine_category()}; }

}  // namespace hearth::engine

template <>
struct std::is_error_code_enum<hearth::engine::engine_errc> : std::true_type {};

namespace hearth::engine {

/// The class of any error that comes out of an engine: an engine may pass on what it got from the system or from the
/// agent client, and every code has a class.
/// \pre   `ec` is an error.
/// \req D-103
inline engine_errc class_of(std::error_code ec) noexcept {
    if (ec.category() == engine_category())
        return static_cast<engine_errc>(ec.value());
    if (ec == errc::not_supported || ec == std::errc::function_not_supported ||
        ec == std::errc::operation_not_supported)
        return engine_errc::unsupported;
    if (ec == std::errc::no_space_on_device || ec == std::errc::not_enough_memory ||
        ec == std::errc::too_many_files_open || ec == std::errc::too_many_files_open_in_system ||
        ec == std::errc::resource_unavailable_try_again)
        return engine_errc::resource_exhausted;
    if (ec == std::errc::device_or_resource_busy)
        return engine_errc::busy;
    if (ec == std::errc::file_exists || ec == std::errc::address_in_use)
        return engine_errc::conflict;
    if (ec == fault::timeout || ec == fault::cancelled || ec == std::errc::timed_out)
        return engine_errc::timeout;
    if (ec == fault::transport || ec == fault::protocol)
        return engine_errc::agent_unreachable;
    if (ec == fault::busy)
        return engine_errc::busy;
    if (ec == fault::usage)
        return engine_errc::invalid;
    return engine_errc::internal;
}

}  // namespace hearth::engine

#endif

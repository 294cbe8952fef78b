#ifndef HEARTH_ENGINE_ENGINE_ID_HPP
#define HEARTH_ENGINE_ENGINE_ID_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace hearth::engine {

/// How an engine knows a sandbox: `<engine>-<16 hex>`. It is part of the name, label or path of every host object that
/// belongs to the sandbox, so that ownership can be proved before anything is removed.
/// \param unique  Drawn at random by the caller.
/// \req E-04
inline std::string make_engine_id(std::string_view engine, std::uint64_t unique) {
    std::string id(engine);
    id += '-';
    for (int shift = 60; shift >= 0; shift -= 4)
        id += "0123456789abcdef"[unique >> shift & 0xf];
    return id;
}

/// \returns The engine's name in an engine id, or an empty view if `id` is none: how a daemon with several engines finds
///          the one that a stored sandbox belongs to.
/// \req E-04
constexpr std::string_view engine_of(std::string_view id) noexcept {
    constexpr std::size_t tail = 17;
    if (id.size() <= tail || id[id.size() - tail] != '-')
        return {};
    if (id.substr(id.size() - tail + 1).find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return {};
    return id.substr(0, id.size() - tail);
}

}  // namespace hearth::engine

#endif

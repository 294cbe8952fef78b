#ifndef HEARTH_ENGINE_STATE_MAP_HPP
#define HEARTH_ENGINE_STATE_MAP_HPP

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hearth::engine {

/// What an engine keeps for recovery, opaque to the daemon that stores it.
///
/// Values come back from a database or from JSON, where an integer may have become a float and a flag a number. The
/// accessors coerce what means the same and answer zero for the rest; they never throw. Volumes are not in here: they are
/// rebuilt from the attachments (D-404).
/// \req D-402, D-403, E-03
class state_map {
public:
    using value = std::variant<bool, std::int64_t, double, std::string>;

    void set(std::string key, value v) { values_.insert_or_assign(std::move(key), std::move(v)); }

    /// \returns The text, or "" if the value is missing or no text.
    std::string_view text(std::string_view key) const noexcept {
        const auto* v = find<std::string>(key);
        return v ? std::string_view(*v) : std::string_view();
    }
    /// \returns The integer, a float truncated, or 0 if the value is missing, no number, or out of range.
    std::int64_t int64(std::string_view key) const noexcept {
        if (const auto* v = find<std::int64_t>(key))
            return *v;
        const auto* f = find<double>(key);
        // 2^63 is exact as a double, the largest int64 is not.
        return f && *f >= -0x1p63 && *f < 0x1p63 ? static_cast<std::int64_t>(*f) : 0;
    }
    /// As `int64`; 0 also for what a u32 cannot hold.
    std::uint32_t uint32(std::string_view key) const noexcept {
        const std::int64_t v = int64(key);
        return v >= 0 && v <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(v) : 0;
    }
    /// \returns The flag, whether a number is not 0, or false for anything else.
    bool flag(std::string_view key) const noexcept {
        if (const auto* v = find<bool>(key))
            return *v;
        const auto* f = find<double>(key);
        return f ? *f != 0 : int64(key) != 0;
    }

    const std::map<std::string, value, std::less<>>& values() const noexcept { return values_; }
    friend bool operator==(const state_map&, const state_map&) = default;

private:
    template <class T>
    const T* find(std::string_view key) const noexcept {
        const auto it = values_.find(key);
        return it == values_.end() ? nullptr : std::get_if<T>(&it->second);
    }

    std::map<std::string, value, std::less<>> values_;
};

}  // namespace hearth::engine

#endif

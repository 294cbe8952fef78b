#ifndef HEARTH_SESSION_GUEST_DIRECTORY_COLLECTOR_HPP
#define HEARTH_SESSION_GUEST_DIRECTORY_COLLECTOR_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::session::guest {

/// Keeps the first names of a directory in byte order and counts them all. Memory is bounded by the cap, not by the
/// directory; only what is kept has to be looked at afterwards.
///
/// `wire::write_file_list(entries, total, …)` then writes the reply.
/// \req P-FILE-85, P-FILE-86, P-FILE-87, P-FILE-89
class directory_collector {
public:
    explicit directory_collector(std::size_t cap) : cap_(cap) {}

    /// Takes the name of an entry, which is neither `.` nor `..` (P-FILE-80).
    void add(std::string_view name) {
        ++total_;
        if (names_.size() < cap_) {
            names_.emplace_back(name);
            if (names_.size() == cap_)
                std::make_heap(names_.begin(), names_.end());
        } else if (cap_ != 0 && name < names_.front()) {
            std::pop_heap(names_.begin(), names_.end());
            names_.back() = name;
            std::push_heap(names_.begin(), names_.end());
        }
    }

    /// \returns How many entries the directory has. Subtract those that have vanished since (P-FILE-83).
    std::uint64_t total() const noexcept { return total_; }

    /// \returns The names to report, sorted by their bytes; the collector is spent.
    std::vector<std::string> take() {
        std::sort(names_.begin(), names_.end());
        return std::move(names_);
    }

private:
    std::size_t cap_;
    std::uint64_t total_{0};
    std::vector<std::string> names_;  ///< a heap with the greatest in front once there are `cap_`
};

}  // namespace hearth::session::guest

#endif

#ifndef HEARTH_BENCH_MEMORY_HPP
#define HEARTH_BENCH_MEMORY_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace hearth::bench {

inline constexpr std::size_t page_size = 4096;
inline constexpr std::size_t cache_line = 64;

/// Memory at a chosen place within a page.
///
/// Copying a kilobyte takes anything from 4 to 19 ns, depending on how its two ends lie to cache lines and whether their
/// addresses collide in the low twelve bits. The allocator's choice changes with whatever ran before; a floor must not.
class placed_memory {
public:
    /// \param page_offset  Distance of the first byte from the start of its page.
    placed_memory(std::size_t size, std::size_t page_offset)
        : block_(new std::byte[size + page_offset + page_size]), size_(size) {
        const auto address = reinterpret_cast<std::uintptr_t>(block_.get());
        at_ = (page_size - address % page_size) % page_size + page_offset;
        for (std::byte& each : bytes())  // written now, so that no page is missing later
            each = std::byte{'x'};
    }

    std::span<std::byte> bytes() const noexcept { return {block_.get() + at_, size_}; }

private:
    std::unique_ptr<std::byte[]> block_;
    std::size_t size_;
    std::size_t at_{0};
};

/// \returns The page offset of the cache line half a page away from `address`: a kilobyte here and one there never collide.
inline std::size_t away_from(const void* address) noexcept {
    return (reinterpret_cast<std::uintptr_t>(address) + page_size / 2) % page_size / cache_line * cache_line;
}

}  // namespace hearth::bench

#endif

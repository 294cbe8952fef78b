#include "memory.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace hearth::bench;

namespace {
std::size_t page_offset_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % page_size; }
}  // namespace

TEST_CASE("memory: lies at the chosen place of a page, wherever the allocator puts the block") {
    for (const std::size_t offset : {0u, 5u, 64u, 2053u, 4095u})
        for (const std::size_t size : {1u, 1000u, 70'000u}) {
            const placed_memory memory{size, offset};
            CHECK(page_offset_of(memory.bytes().data()) == offset);
            CHECK(memory.bytes().size() == size);
            CHECK(memory.bytes().back() == std::byte{'x'});
        }
}

TEST_CASE("memory: away from an address is half a page on, at the start of a cache line") {
    const placed_memory low{1, 21};
    const placed_memory high{1, 3000};
    CHECK(away_from(low.bytes().data()) == 2048);
    CHECK(away_from(high.bytes().data()) == 3000 + 2048 - 4096 - (3000 + 2048 - 4096) % 64);
}

#include "floor/floor.hpp"
#include "memory.hpp"

#include <cstring>

namespace hearth::bench::floor {

namespace {
std::string name_of_size(std::size_t size) {
    constexpr std::size_t kib = 1024;
    constexpr std::size_t mib = kib * kib;
    if (size >= mib && size % mib == 0)
        return std::to_string(size / mib) + "MiB";
    if (size >= kib && size % kib == 0)
        return std::to_string(size / kib) + "KiB";
    return std::to_string(size) + "B";
}
}  // namespace

probe copy_memory(std::size_t size, std::size_t source_at, std::size_t destination_at) {
    const auto make = [=] {
        return repeat(
            [from = placed_memory{size, source_at}, to = placed_memory{size, page_size / 2 + destination_at}] {
                std::memcpy(to.bytes().data(), from.bytes().data(), to.bytes().size());
                keep(to);
            });
    };
    return {"memcpy/" + name_of_size(size), make, static_cast<double>(size)};
}

}  // namespace hearth::bench::floor

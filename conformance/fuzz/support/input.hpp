#ifndef HEARTH_CONFORMANCE_FUZZ_SUPPORT_INPUT_HPP
#define HEARTH_CONFORMANCE_FUZZ_SUPPORT_INPUT_HPP

#include <hearth/core/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace hearth::fuzz {

/// Stops the program with a sentence: what must hold does not.
inline void require(bool holds, const char* what) {
    if (holds)
        return;
    std::fprintf(stderr, "violated: %s\n", what);
    std::abort();
}

/// Draws decisions from the fuzzer's bytes. Once they are used up it answers zeros.
class input {
public:
    explicit input(bytes_view bytes) noexcept : left_(bytes) {}
    input(const std::uint8_t* data, std::size_t size) noexcept : left_(std::as_bytes(std::span{data, size})) {}

    bool empty() const noexcept { return left_.empty(); }

    std::uint8_t byte() noexcept {
        if (left_.empty())
            return 0;
        const auto value = std::to_integer<std::uint8_t>(left_.front());
        left_ = left_.subspan(1);
        return value;
    }
    bool flip() noexcept { return (byte() & 1) != 0; }
    /// One of `n` choices.
    std::size_t below(std::size_t n) noexcept { return byte() % n; }
    std::uint32_t number() noexcept {
        const std::uint32_t high = byte();
        return high << 8 | byte();
    }
    /// Mostly small, now and then large.
    std::size_t size() noexcept {
        const std::uint8_t first = byte();
        return first < 0xc0 ? first : std::size_t{1} << (first & 0x0f) | byte();
    }
    /// At most `n` of the bytes that are left.
    bytes_view bytes(std::size_t n) noexcept {
        const bytes_view taken = left_.first(std::min(n, left_.size()));
        left_ = left_.subspan(taken.size());
        return taken;
    }
    std::string text(std::size_t n) { return std::string{as_text(bytes(n))}; }
    bytes_view rest() noexcept { return bytes(left_.size()); }

private:
    bytes_view left_;
};

}  // namespace hearth::fuzz

#endif

#include "suite.hpp"

#include <array>

namespace hearth::bench {

std::span<const suite> all_suites() noexcept {
    static constexpr std::array suites{
        suite{"floor", "What does this machine charge for the smallest program that does the work?", floor_rows},
        suite{"sdk", "What do codecs and buffers cost beside a memcpy?", sdk_rows},
        suite{"compile", "What does including the SDK cost a translation unit?", compile_rows},
    };
    return suites;
}

}  // namespace hearth::bench

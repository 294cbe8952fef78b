// Its own program, because it replaces the global allocation functions.

#include <hearth/wire/frame_parser.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

using namespace hearth;
using namespace hearth::wire;

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t n) {
    ++allocations;
    if (void* p = std::malloc(n != 0 ? n : 1))
        return p;
    throw std::bad_alloc{};
}
void* operator new[](std::size_t n) { return operator new(n); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

TEST_CASE("frame_codec: frames of 1 KiB are written and parsed without allocating") {
    const std::string payload(1024, 'p');
    std::string wire;
    frame_parser parser;
    const auto exchange = [&] {
        wire.clear();
        const bool written = append_frame(frame_type::stdout_data, as_bytes(payload), wire).has_value();
        const auto gathered = encode_frame(frame_type::stdin_data, as_bytes(payload));
        const mutable_bytes room = parser.prepare(16'384);
        std::memcpy(room.data(), wire.data(), wire.size());
        parser.commit(wire.size());
        return written && gathered && parser.next().frame.payload.size() == payload.size();
    };
    REQUIRE(exchange());
    const std::size_t before = allocations;
    bool good = true;
    for (int i = 0; i < 10'000; ++i)
        good = exchange() && good;
    CHECK(allocations - before == 0);
    CHECK(good);
    CHECK(before > 0);  // the counter counts
}

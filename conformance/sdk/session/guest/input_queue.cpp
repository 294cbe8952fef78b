#include <hearth/session/guest/input_queue.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using session::guest::input_queue;

TEST_CASE("input_queue: bytes in order, at most the limit, in any pieces [P-EXEC-10] [P-CONN-18]") {
    input_queue queue{100};
    std::string got;
    std::string all;
    for (int i = 0; i < 1000; ++i) {
        const std::string some(static_cast<std::size_t>(i % 37), static_cast<char>('a' + i % 26));
        all += some.substr(0, queue.append(as_bytes(some)));
        REQUIRE(queue.size() <= 100);
        const bytes_view front = queue.front();
        const std::size_t n = std::min<std::size_t>(front.size(), static_cast<std::size_t>(i % 23));
        got += as_text(front.first(n));
        queue.on_written(n);
    }
    while (!queue.front().empty()) {
        got += as_text(queue.front());
        queue.on_written(queue.front().size());
    }
    CHECK(got == all);
}

TEST_CASE("input_queue: the end comes after what is queued, and what follows is dropped [P-EXEC-11] [P-EXT-06]") {
    input_queue queue{100};
    CHECK(queue.append(as_bytes("abc")) == 3);
    queue.end();
    CHECK(queue.append(as_bytes("late")) == 4);
    CHECK_FALSE(queue.finished());
    CHECK(as_text(queue.front()) == "abc");
    queue.on_written(2);
    CHECK_FALSE(queue.finished());
    queue.on_written(1);
    CHECK(queue.finished());
}

TEST_CASE("input_queue: bytes that are being written stay in place, whatever happens meanwhile [P-EXEC-12]") {
    input_queue queue{1'000'000};
    queue.append(as_bytes(std::string(200'000, 'x')));
    const bytes_view writing = queue.front();
    queue.append(as_bytes(std::string(200'000, 'y')));
    queue.discard();
    CHECK(as_text(writing) == std::string(200'000, 'x'));  // a sanitizer sees freed memory
    CHECK(queue.front().empty());
    CHECK(queue.append(as_bytes("z")) == 1);
    queue.on_written(5);
    CHECK(queue.size() == 0);
    CHECK_FALSE(queue.finished());  // it was closed from the other end
}

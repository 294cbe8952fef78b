#include "floor/floor.hpp"
#include "system.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hearth::bench::floor {

namespace {

constexpr std::size_t total = std::size_t{16} << 20;
constexpr std::size_t chunk = 65'536;

void fill(descriptor pipe) {
    const std::vector<char> bytes(chunk, 'x');
    for (std::size_t left = total; left != 0;) {
        const ssize_t n = ::write(pipe.get(), bytes.data(), std::min(left, chunk));
        if (n <= 0)
            return;
        left -= static_cast<std::size_t>(n);
    }
}

void drain(descriptor socket) {
    std::vector<char> bytes(chunk);
    while (::recv(socket.get(), bytes.data(), bytes.size(), 0) > 0) {
    }
}

// Every descriptor has one owner and every loop ends with the stream, so a failure anywhere ends all three parties.
void relay_once(std::vector<char>& buffer) {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const descriptor source{ends[0]};
    descriptor sink{ends[1]};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    descriptor far{ends[1]};
    const std::jthread reader{[&far] { drain(std::move(far)); }};
    const descriptor near{ends[0]};
    const std::jthread writer{[&sink] { fill(std::move(sink)); }};

    std::size_t moved = 0;
    while (const long n = check(::read(source.get(), buffer.data(), buffer.size()), "read")) {
        for (long sent = 0; sent != n;)
            sent += check(::send(near.get(), buffer.data() + sent, static_cast<std::size_t>(n - sent), MSG_NOSIGNAL),
                          "send");
        moved += static_cast<std::size_t>(n);
    }
    ::shutdown(near.get(), SHUT_WR);
    if (moved != total)
        throw std::runtime_error("relay: the stream ended early");
}

}  // namespace

probe relay_pipe() {
    const auto make = [] { return repeat([buffer = std::vector<char>(chunk)]() mutable { relay_once(buffer); }); };
    return {"pipe-relay-socket", make, static_cast<double>(total)};
}

}  // namespace hearth::bench::floor

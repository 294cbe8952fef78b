#include "floor/floor.hpp"
#include "system.hpp"

#include <array>
#include <cstring>
#include <stdexcept>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hearth::bench::floor {

namespace {

constexpr std::size_t request_size = 5;  // an ACTIVITY_REQ frame
constexpr std::size_t reply_size = 77;   // about an ACTIVITY_RESP frame

class exchange final : public operation {
public:
    explicit exchange(const std::string& scratch)
        : directory_(scratch), listener_(check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
        const std::string path = directory_.path() + "/s";
        if (path.size() >= sizeof address_.sun_path)
            throw std::runtime_error("scratch directory: path too long for a socket");
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
        check(::bind(listener_.get(), generic_address(), sizeof address_), "bind");
        check(::listen(listener_.get(), 8), "listen");
        server_ = std::jthread([fd = listener_.get()] { serve(fd); });
    }

    ~exchange() override { ::shutdown(listener_.get(), SHUT_RDWR); }  // wakes accept, which ends the thread

    void run(std::size_t iterations) override {
        for (; iterations != 0; --iterations)
            once();
    }

private:
    static void serve(int listener) {
        std::array<char, reply_size> bytes{};
        for (;;) {
            const descriptor peer{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)};
            if (peer.get() < 0)
                return;
            if (::recv(peer.get(), bytes.data(), request_size, MSG_WAITALL) == ssize_t{request_size})
                ::send(peer.get(), bytes.data(), reply_size, MSG_NOSIGNAL);
        }
    }

    void once() const {
        std::array<char, reply_size> bytes{};
        const descriptor peer{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
        check(::connect(peer.get(), generic_address(), sizeof address_), "connect");
        check(::send(peer.get(), bytes.data(), request_size, MSG_NOSIGNAL), "send");
        if (check(::recv(peer.get(), bytes.data(), reply_size, MSG_WAITALL), "recv") != long{reply_size})
            throw std::runtime_error("unix exchange: short reply");
    }

    const ::sockaddr* generic_address() const { return reinterpret_cast<const ::sockaddr*>(&address_); }

    scratch_directory directory_;
    descriptor listener_;
    ::sockaddr_un address_{};
    std::jthread server_;  // last: joined before the listener is closed
};

}  // namespace

probe unix_exchange(std::string scratch) {
    return {"unix-exchange", [scratch = std::move(scratch)] { return std::make_unique<exchange>(scratch); }};
}

}  // namespace hearth::bench::floor

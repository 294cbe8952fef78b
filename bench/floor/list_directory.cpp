#include "floor/floor.hpp"
#include "system.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hearth::bench::floor {

namespace {

constexpr std::size_t entries = 10'000;

// A record of getdents64: u64 inode, i64 offset, u16 record length, u8 type, then the name.
constexpr std::size_t length_offset = 16;
constexpr std::size_t name_offset = 19;

class listing final : public operation {
public:
    explicit listing(const std::string& scratch) : directory_(scratch) {
        for (std::size_t i = 0; i != entries; ++i) {
            char name[32];
            std::snprintf(name, sizeof name, "/entry-%05zu.txt", i);
            const std::string path = directory_.path() + name;
            descriptor{check(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "open")};
        }
    }

    void run(std::size_t iterations) override {
        for (; iterations != 0; --iterations)
            once();
    }

private:
    void once() {
        const descriptor directory{
            check(::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")};
        std::size_t seen = 0;
        while (const long n =
                   check(::syscall(SYS_getdents64, directory.get(), buffer_.data(), buffer_.size()), "getdents64"))
            for (long at = 0; at != n;) {
                const char* const record = buffer_.data() + at;
                struct ::statx attributes{};
                check(
                    ::statx(directory.get(), record + name_offset, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &attributes),
                    "statx");
                keep(attributes);
                std::uint16_t length = 0;
                std::memcpy(&length, record + length_offset, sizeof length);
                at += length;
                ++seen;
            }
        if (seen != entries + 2)  // "." and ".."
            throw std::runtime_error("list directory: entries are missing");
    }

    scratch_directory directory_;
    std::vector<char> buffer_ = std::vector<char>(65'536);
};

}  // namespace

probe list_directory(std::string scratch) {
    return {"getdents-statx/10000", [scratch = std::move(scratch)] { return std::make_unique<listing>(scratch); }};
}

}  // namespace hearth::bench::floor

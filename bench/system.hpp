#ifndef HEARTH_BENCH_SYSTEM_HPP
#define HEARTH_BENCH_SYSTEM_HPP

#include <span>
#include <string>
#include <utility>

namespace hearth::bench {

/// \returns `value`, the result of a system call.
/// \throws std::system_error naming `what` if it is negative.
long check(long value, const char* what);

/// Owns a file descriptor.
class descriptor {
public:
    explicit descriptor(long fd = -1) noexcept : fd_(static_cast<int>(fd)) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor();

    int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// A private directory, removed with everything in it.
class scratch_directory {
public:
    /// \throws std::system_error if `parent` lets nothing be created.
    explicit scratch_directory(const std::string& parent);
    scratch_directory(scratch_directory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    scratch_directory& operator=(scratch_directory&&) = delete;
    ~scratch_directory();

    const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// Starts `arguments[0]` without copying this process and waits for it. Its output goes where ours goes.
/// \param arguments  Found by path, not by search; ends with a null pointer.
/// \throws std::system_error if it does not start, std::runtime_error if it does not exit with 0.
void spawn_and_wait(std::span<char* const> arguments);

}  // namespace hearth::bench

#endif

#include "system.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hearth::bench {

long check(long value, const char* what) {
    if (value < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return value;
}

descriptor::~descriptor() {
    if (fd_ >= 0)
        ::close(fd_);
}

scratch_directory::scratch_directory(const std::string& parent) : path_(parent + "/hearth-bench-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr)
        check(-1, "mkdtemp");
}

scratch_directory::~scratch_directory() {
    std::error_code ignored;  // nothing can be done about it here
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

void spawn_and_wait(std::span<char* const> arguments) {
    ::pid_t child = 0;
    if (const int failure = ::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
        failure != 0)
        throw std::system_error(failure, std::generic_category(), arguments[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            check(-1, "waitpid");
    if (status != 0)
        throw std::runtime_error(std::string{arguments[0]} + ": did not exit with 0");
}

}  // namespace hearth::bench

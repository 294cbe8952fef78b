#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_TEMP_DIRECTORY_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_TEMP_DIRECTORY_HPP

#include <filesystem>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace test {

/// A private directory that goes with its owner.
class temp_directory {
public:
    temp_directory() {
        std::string name = (std::filesystem::temp_directory_path() / "hearth-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("mkdtemp failed");
        path_ = name;
    }
    temp_directory(const temp_directory&) = delete;
    temp_directory& operator=(const temp_directory&) = delete;
    ~temp_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    std::string operator/(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// How many descriptors this process holds.
inline std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count - 1;  // the iterator's own
}

}  // namespace test

#endif

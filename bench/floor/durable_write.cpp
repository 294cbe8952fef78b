#include "floor/floor.hpp"
#include "system.hpp"

#include <vector>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

namespace hearth::bench::floor {

namespace {

class writing final : public operation {
public:
    explicit writing(const std::string& scratch) : directory_(scratch) {}

    void run(std::size_t iterations) override {
        for (; iterations != 0; --iterations)
            once();
    }

private:
    void once() const {
        const descriptor file{check(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "open")};
        check(::write(file.get(), content_.data(), content_.size()), "write");
        check(::fsync(file.get()), "fsync");
        check(::rename(temporary_.c_str(), target_.c_str()), "rename");
    }

    scratch_directory directory_;
    std::string temporary_ = directory_.path() + "/new";
    std::string target_ = directory_.path() + "/file";
    std::vector<char> content_ = std::vector<char>(1024, 'x');
};

}  // namespace

probe durable_write(std::string scratch) {
    return {"write-fsync-rename/1KiB", [scratch = std::move(scratch)] { return std::make_unique<writing>(scratch); }};
}

}  // namespace hearth::bench::floor

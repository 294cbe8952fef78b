#include "suite.hpp"
#include "system.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

// From the build: the compiler that built this program, the source tree it was built from, and the options that linking
// hearth::core or hearth::asio means, separated by bars. The latter are empty where the build found no Asio.
#if !defined(HEARTH_BENCH_COMPILER)
#    error "HEARTH_BENCH_COMPILER comes from bench/CMakeLists.txt"
#endif

namespace hearth::bench {

namespace {

std::vector<std::string> words_of(const char* list) {
    std::vector<std::string> out;
    std::istringstream in{list};
    for (std::string word; std::getline(in, word, '|');)
        if (!word.empty())
            out.push_back(word);
    return out;
}

class compilation final : public operation {
public:
    compilation(const std::string& scratch, const std::string& header, const std::vector<std::string>& options)
        : directory_(scratch) {
        const std::string source = directory_.path() + "/unit.cpp";
        std::ofstream file{source};
        if (!header.empty())
            file << "#include <" << header << ">\n";
        file << "int main() {}\n";
        words_ = {HEARTH_BENCH_COMPILER, "-std=c++20", "-O0", "-c", source, "-o", directory_.path() + "/unit.o"};
        words_.insert(words_.end(), options.begin(), options.end());
        for (std::string& word : words_)
            arguments_.push_back(word.data());
        arguments_.push_back(nullptr);
    }

    void run(std::size_t iterations) override {
        for (; iterations != 0; --iterations)
            spawn_and_wait(arguments_);
    }

private:
    scratch_directory directory_;
    std::vector<std::string> words_;
    std::vector<char*> arguments_;
};

probe compile(const surroundings& where, std::string name, std::string header, std::vector<std::string> options) {
    return {std::move(name), [scratch = where.scratch, header = std::move(header), options = std::move(options)] {
                return std::make_unique<compilation>(scratch, header, options);
            }};
}

}  // namespace

std::vector<row> compile_rows(const surroundings& where) {
    std::vector<row> rows;
    const auto add = [&](std::string header, const char* option_list, double seconds) {
        const auto options = words_of(option_list);
        if (options.empty() || !std::filesystem::exists(std::string{HEARTH_BENCH_INCLUDE_DIR "/"} + header))
            return;
        // The promise is about one compiler; another one's figure stands beside its floor without a bar.
        const std::optional<bar> limit =
            HEARTH_BENCH_COMPILER_IS_GNU ? std::optional{bar{bar::scale::nanoseconds, seconds * 1e9}} : std::nullopt;
        rows.push_back(
            {compile(where, "compile/" + header, header, options), compile(where, "compile/empty", "", {}), limit});
    };
    add("hearth/wire.hpp", HEARTH_BENCH_CORE_OPTIONS, 2);
    add("hearth/hearth.hpp", HEARTH_BENCH_NET_OPTIONS, 8);
    return rows;
}

}  // namespace hearth::bench

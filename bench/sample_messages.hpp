#ifndef HEARTH_BENCH_SAMPLE_MESSAGES_HPP
#define HEARTH_BENCH_SAMPLE_MESSAGES_HPP

#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/file_info.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Messages of ordinary size and shape; figures of different programs are about the same ones.
namespace hearth::bench {

/// A shell command with three variables and a directory, 164 bytes of JSON.
inline wire::exec_request sample_exec_request() {
    wire::exec_request out;
    out.argv = {"/bin/sh", "-c", "make -j4 test 2>&1 | tail -n 20"};
    out.env = {{"HOME", "/root"}, {"LANG", "C.UTF-8"}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}};
    out.cwd = "/workspace/project";
    return out;
}

/// Entries whose names, sizes and times all differ.
inline std::vector<wire::file_info> sample_listing(std::size_t entries) {
    std::vector<wire::file_info> out(entries);
    for (std::size_t i = 0; i != entries; ++i) {
        const auto number = static_cast<std::int64_t>(i);
        out[i].name = "entry-" + std::to_string(10'000 + number);
        out[i].name += ".txt";
        out[i].size = number * 37;
        out[i].mode = "0644";
        out[i].mtime = 1'700'000'000 + number;
    }
    return out;
}

}  // namespace hearth::bench

#endif

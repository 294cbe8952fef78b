#include "machine.hpp"

#include "sampler.hpp"

#include <hearth/core/version.hpp>

#include <cstdlib>
#include <fstream>
#include <string_view>

#include <linux/magic.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace hearth::bench {

namespace {

std::string cpu_model() {
    std::ifstream in{"/proc/cpuinfo"};
    for (std::string line; std::getline(in, line);)
        if (const auto colon = line.find(": "); line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    return "unknown";
}

std::string first_line_of(const char* path, std::string otherwise) {
    std::ifstream in{path};
    std::string line;
    return std::getline(in, line) ? line : otherwise;
}

std::string kernel() {
    ::utsname name{};
    return ::uname(&name) == 0 ? std::string{name.sysname} + " " + name.release : "unknown";
}

std::string filesystem_of(const std::string& path) {
    struct ::statfs about{};
    if (::statfs(path.c_str(), &about) != 0)
        return "unknown";
    switch (static_cast<unsigned long>(about.f_type)) {
    case EXT4_SUPER_MAGIC: return "ext4";
    case XFS_SUPER_MAGIC: return "xfs";
    case BTRFS_SUPER_MAGIC: return "btrfs";
    case TMPFS_MAGIC: return "tmpfs";
    case OVERLAYFS_SUPER_MAGIC: return "overlay";
    default: return "other";
    }
}

}  // namespace

machine this_machine(const std::string& scratch) {
    machine out;
    out.cpu = cpu_model();
    out.cores = static_cast<std::uint64_t>(::sysconf(_SC_NPROCESSORS_ONLN));
    out.kernel = kernel();
    out.governor = first_line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "unreadable");
    if (::getloadavg(&out.load, 1) != 1)
        out.load = 0;
    out.scratch_filesystem = filesystem_of(scratch);
#if defined(__clang__)
    out.compiler = __VERSION__;
#else
    out.compiler = "GCC " __VERSION__;
#endif
    out.build_type = HEARTH_BENCH_BUILD_TYPE;
    out.version = version;
    out.clock_overhead = clock_overhead(monotonic_nanoseconds);
    return out;
}

std::vector<std::string> doubts(const machine& here) {
    std::vector<std::string> out;
    if (here.build_type != "Release")
        out.push_back("built as '" + here.build_type + "', not as Release: configure with `cmake --preset release`");
    if (here.load > static_cast<double>(here.cores) / 2)
        out.push_back("the machine is busy with something else: load average above half of its cores");
    if (here.governor == "powersave")
        out.push_back("the frequency governor is `powersave`");
    if (here.scratch_filesystem == "tmpfs")
        out.push_back("the scratch directory is on tmpfs, where fsync costs nothing: choose another with --directory");
    return out;
}

}  // namespace hearth::bench

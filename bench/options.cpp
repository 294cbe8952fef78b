#include "options.hpp"

#include "suite.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string_view>

namespace hearth::bench {

namespace {

template <class Number>
Number parse_number(std::string_view option, std::string_view text, Number least, Number most) {
    Number out{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failure != std::errc{} || end != text.data() + text.size() || !(out >= least && out <= most))
        throw usage_error(std::string{option} + ": '" + std::string{text} + "' is no number in range");
    return out;
}

bool is_suite(std::string_view name) {
    const auto suites = all_suites();
    return name == "all" || std::any_of(suites.begin(), suites.end(), [&](const suite& s) { return s.name == name; });
}

/// A smoke run: every row works, no figure means anything.
void be_quick(sampling& how) {
    how.samples = 5;
    how.min_samples = 1;
    how.warm_up = 1;
    how.duration = std::chrono::milliseconds{5};
}

}  // namespace

bool options::wants(std::string_view suite) const {
    return suites.empty() || std::any_of(suites.begin(), suites.end(),
                                         [&](const std::string& name) { return name == "all" || name == suite; });
}

options parse_options(std::span<const char* const> arguments) {
    options out;
    out.scratch = std::filesystem::temp_directory_path();
    bool quick = false;
    std::optional<std::size_t> samples;
    std::optional<double> seconds;

    for (std::size_t i = 0; i != arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        const auto value = [&]() -> std::string {
            if (i + 1 == arguments.size())
                throw usage_error(std::string{word} + ": needs a value");
            return arguments[++i];
        };
        if (word == "--help" || word == "-h")
            out.help = true;
        else if (word == "--list")
            out.list = true;
        else if (word == "--quick")
            quick = true;
        else if (word == "--filter")
            out.filter = value();
        else if (word == "--json")
            out.json = value();
        else if (word == "--compare")
            out.compare = value();
        else if (word == "--directory")
            out.scratch = value();
        else if (word == "--samples")
            samples = parse_number<std::size_t>(word, value(), 1, 1'000'000);
        else if (word == "--duration")
            seconds = parse_number<double>(word, value(), 0, 86'400);
        else if (word == "--threshold")
            out.threshold = parse_number<double>(word, value(), 0, 1'000) / 100;
        else if (word == "--cpu")
            out.cpu = parse_number<int>(word, value(), 0, 1023);
        else if (is_suite(word))
            out.suites.emplace_back(word);
        else
            throw usage_error("neither an option nor a suite: '" + std::string{word} + "'");
    }
    if (quick)
        be_quick(out.how);
    if (samples) {
        out.how.samples = *samples;
        out.how.min_samples = std::min(out.how.min_samples, *samples);
    }
    if (seconds)
        out.how.duration = std::chrono::nanoseconds{static_cast<std::int64_t>(*seconds * 1e9)};
    return out;
}

std::string usage() {
    std::string out = "usage: hearth-bench [suite...] [option...]\n\n"
                      "Measures, and prints each figure beside the floor of the same machine in the same run.\n\n"
                      "suites (default: all that can run here)\n";
    for (const suite& each : all_suites())
        out +=
            "  " + std::string{each.name} + std::string(10 - each.name.size(), ' ') + std::string{each.question} + "\n";
    return out +
           "  all       Every suite.\n\n"
           "options\n"
           "  --list               Print the names of rows and stop.\n"
           "  --filter TEXT        Only rows whose name contains TEXT.\n"
           "  --samples N          At most N samples per row (200).\n"
           "  --duration SECONDS   Time per row, floor included (1). Three samples are taken however long they last.\n"
           "  --quick              A few milliseconds per row: shows that rows work, not what they cost.\n"
           "  --cpu N              Stay on processor N, threads and children included.\n"
           "  --directory DIR      Where temporary files go (the system's directory for them).\n"
           "  --json FILE          Write the run to FILE.\n"
           "  --compare OLD.json   Print how rows moved since that run.\n"
           "  --threshold PERCENT  What a comparison tolerates (10).\n"
           "  --help               Print this.\n\n"
           "exit status: 0 measured (whether or not bars are met), 1 a row or a file failed, 2 usage,\n"
           "             3 a row is worse than in --compare by more than the threshold, 130 interrupted\n";
}

}  // namespace hearth::bench

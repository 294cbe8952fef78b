#include "compare.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "record.hpp"
#include "report.hpp"
#include "suite.hpp"
#include "system.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>

#include <sched.h>

namespace {

using namespace hearth::bench;

enum exit_status { success = 0, failure = 1, usage_mistake = 2, regression = 3, was_interrupted = 130 };

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int) { interrupted = 1; }

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void stay_on(int cpu) {
    ::cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    check(::sched_setaffinity(0, sizeof set, &set), "--cpu");
}

std::string timestamp() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

record read_record(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in)
        throw std::runtime_error(path + ": cannot be read");
    try {
        return parse_record(std::string{std::istreambuf_iterator<char>{in}, {}});
    } catch (const bad_record& why) {
        throw std::runtime_error(path + ": " + why.what());
    }
}

void write_record(const record& run, const std::string& path) {
    std::ofstream out{path, std::ios::binary};
    out << to_json(run) << '\n';
    if (!out.flush())
        throw std::runtime_error(path + ": cannot be written");
}

std::vector<row> chosen_rows(const options& wanted) {
    std::vector<row> out;
    for (const suite& each : all_suites()) {
        if (!wanted.wants(each.name))
            continue;
        auto rows = each.rows({wanted.scratch});
        if (rows.empty() && std::count(wanted.suites.begin(), wanted.suites.end(), each.name) != 0)
            throw std::runtime_error(std::string{each.name} + ": this suite cannot run here");
        for (row& one : rows)
            if (one.work.name.find(wanted.filter) != std::string::npos)
                out.push_back(std::move(one));
    }
    return out;
}

/// Measures and prints row by row, so that an early end leaves a report of what ran.
std::vector<outcome> run_all(const std::vector<row>& rows, const sampling& how) {
    std::size_t width = 3;
    for (const row& each : rows)
        width = std::max(width, each.work.name.size());
    const row_table table{width};
    print("\n" + table.head());
    std::vector<outcome> out;
    for (const row& each : rows) {
        if (interrupted != 0)
            break;
        out.push_back(run(each, how, monotonic_nanoseconds));
        print(table.line(out.back()));
    }
    print("\n" + describe_warm_up(out) + "\n" + summary(out));
    return out;
}

int verdict_of(const record& run, const std::optional<record>& before, double threshold) {
    if (interrupted != 0)
        return was_interrupted;
    if (before) {
        const auto changes = compare(before->rows, run.rows, threshold);
        print("\n" + describe(changes, before->where, run.where));
        const auto is_worse = [](const change& c) { return c.what == change::verdict::worse; };
        if (std::any_of(changes.begin(), changes.end(), is_worse))
            return regression;
    }
    const auto failed = [](const outcome& row) { return !row.error.empty(); };
    return std::any_of(run.rows.begin(), run.rows.end(), failed) ? failure : success;
}

int follow(options wanted) {
    if (wanted.help) {
        print(usage());
        return success;
    }
    const auto rows = chosen_rows(wanted);
    if (wanted.list) {
        for (const row& each : rows)
            print(each.work.name + "\n");
        return success;
    }
    std::optional<record> before;
    if (!wanted.compare.empty())
        before = read_record(wanted.compare);
    if (wanted.cpu)
        stay_on(*wanted.cpu);
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    wanted.how.stop = &interrupted;

    record run{this_machine(wanted.scratch), timestamp(), {}};
    print(describe(run.where, run.when));
    run.rows = run_all(rows, wanted.how);
    if (!wanted.json.empty())
        write_record(run, wanted.json);
    return verdict_of(run, before, wanted.threshold);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return follow(parse_options({argv + 1, static_cast<std::size_t>(argc - 1)}));
    } catch (const usage_error& why) {
        std::fprintf(stderr, "hearth-bench: %s\n\n%s", why.what(), usage().c_str());
        return usage_mistake;
    } catch (const std::exception& why) {
        std::fprintf(stderr, "hearth-bench: %s\n", why.what());
        return failure;
    }
}

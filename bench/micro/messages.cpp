#include "sample_messages.hpp"

#include <hearth/wire.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

using namespace hearth;

namespace {

/// Measures both directions of one message: `write(value, out)` and `parse(bytes)`.
template <class Write, class Parse>
void both_ways(const std::string& name, Write write, Parse parse) {
    benchmark::RegisterBenchmark((name + "/write").c_str(), [write](benchmark::State& state) {
        std::string json;
        for (auto _ : state) {
            json.clear();
            write(json);
            benchmark::DoNotOptimize(json.data());
        }
        state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
    });
    benchmark::RegisterBenchmark((name + "/parse").c_str(), [write, parse](benchmark::State& state) {
        std::string json;
        write(json);
        for (auto _ : state) {
            const auto value = parse(as_bytes(json));
            if (!value)
                return state.SkipWithError("not read back");
            benchmark::DoNotOptimize(&value);
        }
        state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
    });
}

template <class Message>
using writer = void (*)(const Message&, std::string&);
template <class Message>
using parser = result<Message> (*)(bytes_view);

template <class Message>
void message(const std::string& name, Message value, writer<Message> write, parser<Message> parse) {
    both_ways(name, [value, write](std::string& out) { write(value, out); }, parse);
}

wire::session_info some_session() { return {"s-1", "/bin/bash -l", true, true, std::nullopt, true, 1'700'000'000}; }

wire::sandbox_config some_config() {
    wire::sandbox_config out;
    out.hostname = "dev";
    out.env = {{"LANG", "C.UTF-8"}};
    return out;
}

void lists() {
    const auto entries = bench::sample_listing(1000);
    both_ways(
        "file_list/1000", [entries](std::string& out) { wire::write_file_list(entries, entries.size(), out); },
        wire::parse_file_list);
    const std::vector<wire::session_info> sessions(64, some_session());
    both_ways(
        "session_list/64", [sessions](std::string& out) { wire::write_session_list(sessions, out); },
        wire::parse_session_list);
}

[[maybe_unused]] const bool registered = [] {
    message<wire::exec_request>("exec_request", bench::sample_exec_request(), wire::write_exec_request,
                                wire::parse_exec_request);
    message<wire::detach_reply>("detach_reply", {4711, "/tmp/out.log"}, wire::write_detach_reply,
                                wire::parse_detach_reply);
    message<wire::session_info>("session_info", some_session(), wire::write_session_info, wire::parse_session_info);
    message<wire::activity_info>("activity_info", {1'700'000'000, 3, 1, 2, 0, 1, 0}, wire::write_activity_info,
                                 wire::parse_activity_info);
    message<wire::file_read_request>("file_read_request", {"/etc/hosts", 0, 0, 0}, wire::write_file_read_request,
                                     wire::parse_file_read_request);
    message<wire::file_write_request>("file_write_request", {"/etc/hosts", "0644", 4096},
                                      wire::write_file_write_request, wire::parse_file_write_request);
    message<wire::file_info>("file_info", {"hosts", 4096, "0644", false, 1'700'000'000}, wire::write_file_info,
                             wire::parse_file_info);
    message<wire::sandbox_config>("sandbox_config", some_config(), wire::write_sandbox_config,
                                  wire::parse_sandbox_config);
    lists();
    return true;
}();

}  // namespace

#include <hearth/wire/frame.hpp>
#include <hearth/wire/frame_parser.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

using namespace hearth;

namespace {

void copy_bytes(benchmark::State& state) {
    const std::vector<std::byte> from(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
    std::vector<std::byte> to(from.size());
    for (auto _ : state) {
        std::memcpy(to.data(), from.data(), from.size());
        benchmark::DoNotOptimize(to.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void write_frame(benchmark::State& state) {
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
    std::string out;
    for (auto _ : state) {
        out.clear();
        benchmark::DoNotOptimize(wire::append_frame(wire::frame_type::stdout_data, payload, out));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void encode_header(benchmark::State& state) {
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
    for (auto _ : state)
        benchmark::DoNotOptimize(wire::encode_frame(wire::frame_type::stdout_data, payload));
}

/// Bytes are fed by copy, frames are cut out, payloads are left where they are.
void feed_and_cut(benchmark::State& state) {
    std::string stream;
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
    for (auto written = wire::append_frame(wire::frame_type::stdout_data, payload, stream);
         written && stream.size() < 65'536;)
        written = wire::append_frame(wire::frame_type::stdout_data, payload, stream);
    wire::frame_parser parser;
    for (auto _ : state) {
        parser.feed(as_bytes(stream));
        for (auto f = parser.next(); f.status == wire::parse_status::frame; f = parser.next())
            benchmark::DoNotOptimize(f.frame.payload.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

void sizes(benchmark::internal::Benchmark* b) { b->Arg(16)->Arg(1024)->Arg(65'536)->Arg(524'288); }

}  // namespace

BENCHMARK(copy_bytes)->Apply(sizes);
BENCHMARK(write_frame)->Apply(sizes);
BENCHMARK(encode_header)->Arg(1024);
BENCHMARK(feed_and_cut)->Apply(sizes);

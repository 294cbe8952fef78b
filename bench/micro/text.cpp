#include <hearth/core/utf8.hpp>
#include <hearth/wire/base64.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>

using namespace hearth;

namespace {

std::string repeated(std::string_view piece, std::size_t size) {
    std::string out;
    while (out.size() < size)
        out += piece;
    return out;
}

void encode_base64(benchmark::State& state) {
    const std::string bytes(static_cast<std::size_t>(state.range(0)), '\x5a');
    std::string out;
    for (auto _ : state) {
        out.clear();
        wire::encode_base64(bytes, out);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void decode_base64(benchmark::State& state) {
    std::string text;
    wire::encode_base64(std::string(static_cast<std::size_t>(state.range(0)), '\x5a'), text);
    for (auto _ : state)
        benchmark::DoNotOptimize(wire::decode_base64(text));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void find_invalid_utf8(benchmark::State& state, std::string_view piece) {
    const std::string text = repeated(piece, 65'536);
    for (auto _ : state)
        benchmark::DoNotOptimize(hearth::find_invalid_utf8(text));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void to_valid_utf8(benchmark::State& state, std::string_view piece) {
    const std::string text = repeated(piece, 65'536);
    for (auto _ : state)
        benchmark::DoNotOptimize(hearth::to_valid_utf8(text));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

}  // namespace

BENCHMARK(encode_base64)->Arg(64)->Arg(65'536);
BENCHMARK(decode_base64)->Arg(64)->Arg(65'536);
BENCHMARK_CAPTURE(find_invalid_utf8, ascii, "plain text ");
BENCHMARK_CAPTURE(find_invalid_utf8, mixed, "gr\xc3\xbc\xc3\x9f dich \xe2\x82\xac ");
BENCHMARK_CAPTURE(to_valid_utf8, ascii, "plain text ");
BENCHMARK_CAPTURE(to_valid_utf8, broken, "plain \xff\xc3 text ");

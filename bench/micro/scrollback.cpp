#include <hearth/session/scrollback.hpp>

#include <benchmark/benchmark.h>

#include <string>

using namespace hearth;

namespace {

void append(benchmark::State& state) {
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    session::scrollback ring;
    for (auto _ : state) {
        ring.append(as_bytes(bytes));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

}  // namespace

BENCHMARK(append)->Name("scrollback/append")->Arg(1)->Arg(80)->Arg(4096)->Arg(65'536)->Arg(262'144);

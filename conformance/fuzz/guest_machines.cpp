// The agent's half of every operation. Whatever happens, everything stays bounded and comes to its end.

#include <support/agent_life.hpp>
#include <support/input.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hearth::fuzz::input in{data, size};
    hearth::fuzz::live_as_agent(in, true);
    return 0;
}

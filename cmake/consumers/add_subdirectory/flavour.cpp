#include <hearth/hearth.hpp>

// Compiled once per Asio; RUNS names the function.
bool RUNS() {
    bool ran = false;
    hearth::net::io_context context;
    hearth::net::post(context, [&ran] { ran = true; });
    context.run();
    return ran;
}

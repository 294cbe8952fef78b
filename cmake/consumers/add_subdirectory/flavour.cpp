#include <hearth/hearth.hpp>

// Compiled once per Asio; FLAVOUR names the function.
bool FLAVOUR() {
    bool ran = false;
    hearth::net::io_context context;
    hearth::net::post(context, [&ran] { ran = true; });
    context.run();
    return ran;
}

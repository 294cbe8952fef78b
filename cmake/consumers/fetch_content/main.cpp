#include <hearth/hearth.hpp>

// hearth::asio: the whole SDK, and an event loop that runs.
int main() {
    bool ran = false;
    hearth::net::io_context context;
    hearth::net::post(context, [&ran] { ran = true; });
    context.run();
    return ran && !hearth::version.empty() ? 0 : 1;
}

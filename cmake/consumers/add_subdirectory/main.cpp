#include <hearth/core.hpp>

bool asio();
bool boost_asio();

int main() {
    return asio() && boost_asio() && !hearth::version.empty() ? 0 : 1;
}

#include <hearth/core.hpp>

bool runs_on_asio();
bool runs_on_boost_asio();

int main() { return runs_on_asio() && runs_on_boost_asio() && !hearth::version.empty() ? 0 : 1; }

#include "floor/floor.hpp"
#include "system.hpp"

#include <array>

namespace hearth::bench::floor {

probe spawn_and_wait() {
    const auto make = [] {
        return repeat([program = std::string{"/bin/true"}]() mutable {
            bench::spawn_and_wait(std::array<char*, 2>{program.data(), nullptr});
        });
    };
    return {"spawn-and-wait", make};
}

}  // namespace hearth::bench::floor

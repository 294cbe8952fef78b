#include "floor/floor.hpp"
#include "suite.hpp"

namespace hearth::bench {

std::vector<row> floor_rows(const surroundings& where) {
    std::vector<row> rows;
    for (probe& each : std::vector<probe>{
             floor::copy_memory(1024),
             floor::copy_memory(65'536),
             floor::copy_memory(std::size_t{64} << 20),
             floor::relay_pipe(),
             floor::unix_exchange(where.scratch),
             floor::spawn_and_wait(),
             floor::durable_write(where.scratch),
             floor::list_directory(where.scratch),
         }) {
        each.name = "floor/" + each.name;
        rows.push_back({std::move(each), std::nullopt, std::nullopt});
    }
    return rows;
}

}  // namespace hearth::bench

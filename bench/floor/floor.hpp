#ifndef HEARTH_BENCH_FLOOR_FLOOR_HPP
#define HEARTH_BENCH_FLOOR_FLOOR_HPP

#include "operation.hpp"

#include <cstddef>
#include <string>

/// What the machine charges for the bare work: plain system calls, no library, nothing that could be left out. Each row
/// of another suite names the floor that it is measured against.
namespace hearth::bench::floor {

/// memcpy of `size` bytes between two buffers half a page apart.
/// \param source_at       Where the source begins within a cache line.
/// \param destination_at  Where the destination begins within a cache line.
probe copy_memory(std::size_t size, std::size_t source_at = 0, std::size_t destination_at = 0);

/// Starts a program that does nothing, without copying this process, and waits for it.
probe spawn_and_wait();

/// Connects to a Unix socket, sends an empty frame, reads a short reply, closes. The other end is a blocking thread.
/// \param scratch  Where the socket's private directory is made.
probe unix_exchange(std::string scratch);

/// Output of a process on its way to a client: a writer fills a pipe, the relay copies 64 KiB at a time to a socket, a
/// reader empties that.
probe relay_pipe();

/// Writes a file of 1 KiB so that a crash leaves the old or the new one: write, fsync, rename.
probe durable_write(std::string scratch);

/// Lists a directory of 10,000 entries with the attributes of each: getdents, statx.
probe list_directory(std::string scratch);

}  // namespace hearth::bench::floor

#endif

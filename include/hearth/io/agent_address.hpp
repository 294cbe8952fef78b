#ifndef HEARTH_IO_AGENT_ADDRESS_HPP
#define HEARTH_IO_AGENT_ADDRESS_HPP

#include <hearth/core/limits.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/firecracker_connector.hpp>
#include <hearth/io/tcp_connector.hpp>
#include <hearth/io/unix_connector.hpp>
#include <hearth/io/vsock_connector.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Where an agent listens: the port chooses the channel, nothing in the bytes names it.
/// \req P-TRANS-01, P-TRANS-02
struct agent_address {
    any_connector control;  ///< exec, sessions, files, activity
    any_connector forward;  ///< TCP tunnels
};

/// Two socket paths: test mode, containers, and the bridged vsock of libkrun (one path per guest port).
inline agent_address agent_over_unix(std::string control_path, std::string forward_path) {
    return {unix_connector{std::move(control_path)}, unix_connector{std::move(forward_path)}};
}

/// The guest's address on a TCP network.
inline agent_address agent_over_tcp(const net::ip::address& guest, std::uint16_t control = control_port,
                                    std::uint16_t forward = forward_port) {
    return {tcp_connector{{guest, control}}, tcp_connector{{guest, forward}}};
}

/// The guest's context id, on a host with vsock.
inline agent_address agent_over_vsock(std::uint32_t cid) {
    return {vsock_connector{cid, control_port}, vsock_connector{cid, forward_port}};
}

/// Firecracker's host socket, one for all ports.
inline agent_address agent_over_firecracker(std::string path) {
    return {firecracker_connector{path, control_port}, firecracker_connector{path, forward_port}};
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

#ifndef HEARTH_IO_HPP
#define HEARTH_IO_HPP

/// The same machines driven by sockets: transports, the host's client, the guest's service.

#include <hearth/io/agent_address.hpp>
#include <hearth/io/agent_client.hpp>
#include <hearth/io/agent_handler.hpp>
#include <hearth/io/agent_service.hpp>
#include <hearth/io/agent_service_options.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/call_options.hpp>
#include <hearth/io/config_service.hpp>
#include <hearth/io/descriptor.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/exec_stream.hpp>
#include <hearth/io/file_reader.hpp>
#include <hearth/io/file_writer.hpp>
#include <hearth/io/firecracker_connector.hpp>
#include <hearth/io/firecracker_handshake.hpp>
#include <hearth/io/mux_stream.hpp>
#include <hearth/io/prefixed_stream.hpp>
#include <hearth/io/process_channel.hpp>
#include <hearth/io/serial_mux.hpp>
#include <hearth/io/session_stream.hpp>
#include <hearth/io/socket_acceptor.hpp>
#include <hearth/io/socket_options.hpp>
#include <hearth/io/tcp_connector.hpp>
#include <hearth/io/tcp_listener.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/io/unix_connector.hpp>
#include <hearth/io/unix_listener.hpp>
#include <hearth/io/vsock_connector.hpp>
#include <hearth/io/vsock_listener.hpp>
#include <hearth/net/any_handler.hpp>
#include <hearth/net/coroutine.hpp>
#include <hearth/net/net.hpp>

#endif

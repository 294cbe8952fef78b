#ifndef HEARTH_SESSION_HPP
#define HEARTH_SESSION_HPP

/// The conversations of the guest-agent protocol as state machines, both roles: bytes and time in, the next step out.

#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/admission.hpp>
#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/config_fetch.hpp>
#include <hearth/session/guest/connection.hpp>
#include <hearth/session/guest/directory_collector.hpp>
#include <hearth/session/guest/file_read.hpp>
#include <hearth/session/guest/file_write.hpp>
#include <hearth/session/guest/hello.hpp>
#include <hearth/session/guest/input_queue.hpp>
#include <hearth/session/guest/kill_acknowledgement.hpp>
#include <hearth/session/guest/line_window.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/guest/process_end.hpp>
#include <hearth/session/guest/process_port.hpp>
#include <hearth/session/guest/relay.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/guest/request.hpp>
#include <hearth/session/guest/session.hpp>
#include <hearth/session/guest/session_client.hpp>
#include <hearth/session/guest/session_registry.hpp>
#include <hearth/session/guest/tunnel.hpp>
#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/capabilities.hpp>
#include <hearth/session/host/config_server.hpp>
#include <hearth/session/host/detached_exec.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/session/host/output_collector.hpp>
#include <hearth/session/host/output_stream.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/readiness.hpp>
#include <hearth/session/host/request.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/session/host/tunnel.hpp>
#include <hearth/session/host/upload.hpp>
#include <hearth/session/machine.hpp>
#include <hearth/session/scrollback.hpp>
#include <hearth/session/serial_mux.hpp>

#endif

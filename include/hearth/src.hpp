#ifndef HEARTH_SRC_HPP
#define HEARTH_SRC_HPP

/// The bodies of the SDK, for projects that define HEARTH_SEPARATE_COMPILATION. Include this in exactly one source file.

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    error "define HEARTH_SEPARATE_COMPILATION for every source before including hearth/src.hpp"
#endif

#include <hearth/core/impl/errc.ipp>
#include <hearth/core/impl/utf8.ipp>
#include <hearth/session/guest/impl/admission.ipp>
#include <hearth/session/guest/impl/attachment.ipp>
#include <hearth/session/guest/impl/config_fetch.ipp>
#include <hearth/session/guest/impl/connection.ipp>
#include <hearth/session/guest/impl/file_read.ipp>
#include <hearth/session/guest/impl/file_write.ipp>
#include <hearth/session/guest/impl/kill_acknowledgement.ipp>
#include <hearth/session/guest/impl/line_window.ipp>
#include <hearth/session/guest/impl/lingering_close.ipp>
#include <hearth/session/guest/impl/plain_exec.ipp>
#include <hearth/session/guest/impl/process_port.ipp>
#include <hearth/session/guest/impl/relay.ipp>
#include <hearth/session/guest/impl/reply.ipp>
#include <hearth/session/guest/impl/request.ipp>
#include <hearth/session/guest/impl/session.ipp>
#include <hearth/session/guest/impl/session_registry.ipp>
#include <hearth/session/guest/impl/tunnel.ipp>
#include <hearth/session/host/impl/attached_session.ipp>
#include <hearth/session/host/impl/capabilities.ipp>
#include <hearth/session/host/impl/config_server.ipp>
#include <hearth/session/host/impl/conversation.ipp>
#include <hearth/session/host/impl/detached_exec.ipp>
#include <hearth/session/host/impl/download.ipp>
#include <hearth/session/host/impl/plain_exec.ipp>
#include <hearth/session/host/impl/readiness.ipp>
#include <hearth/session/host/impl/requests.ipp>
#include <hearth/session/host/impl/tunnel.ipp>
#include <hearth/session/host/impl/upload.ipp>
#include <hearth/session/impl/serial_mux.ipp>
#include <hearth/wire/impl/activity_info.ipp>
#include <hearth/wire/impl/base64.ipp>
#include <hearth/wire/impl/clock_set.ipp>
#include <hearth/wire/impl/detach_reply.ipp>
#include <hearth/wire/impl/error_text.ipp>
#include <hearth/wire/impl/exec_request.ipp>
#include <hearth/wire/impl/file_info.ipp>
#include <hearth/wire/impl/file_mode.ipp>
#include <hearth/wire/impl/file_read.ipp>
#include <hearth/wire/impl/file_write.ipp>
#include <hearth/wire/impl/forward.ipp>
#include <hearth/wire/impl/frame_type.ipp>
#include <hearth/wire/impl/hello.ipp>
#include <hearth/wire/impl/sandbox_config.ipp>
#include <hearth/wire/impl/session_info.ipp>
#include <hearth/wire/impl/session_kill.ipp>
#include <hearth/wire/impl/systemctl.ipp>

#endif

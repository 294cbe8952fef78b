#ifndef HEARTH_WIRE_HPP
#define HEARTH_WIRE_HPP

/// Frames and messages of the guest-agent protocol: bytes in, values out.

#include <hearth/wire/activity_info.hpp>
#include <hearth/wire/base64.hpp>
#include <hearth/wire/clock_set.hpp>
#include <hearth/wire/crc32c.hpp>
#include <hearth/wire/detach_reply.hpp>
#include <hearth/wire/error_text.hpp>
#include <hearth/wire/exec_request.hpp>
#include <hearth/wire/exit_status.hpp>
#include <hearth/wire/file_info.hpp>
#include <hearth/wire/file_mode.hpp>
#include <hearth/wire/file_read.hpp>
#include <hearth/wire/file_write.hpp>
#include <hearth/wire/forward.hpp>
#include <hearth/wire/frame.hpp>
#include <hearth/wire/frame_header.hpp>
#include <hearth/wire/frame_parser.hpp>
#include <hearth/wire/frame_type.hpp>
#include <hearth/wire/hello.hpp>
#include <hearth/wire/mux_frame.hpp>
#include <hearth/wire/sandbox_config.hpp>
#include <hearth/wire/session_info.hpp>
#include <hearth/wire/session_kill.hpp>
#include <hearth/wire/systemctl.hpp>
#include <hearth/wire/terminal_size.hpp>
#include <hearth/wire/try_parse.hpp>

#endif

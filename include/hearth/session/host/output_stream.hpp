#ifndef HEARTH_SESSION_HOST_OUTPUT_STREAM_HPP
#define HEARTH_SESSION_HOST_OUTPUT_STREAM_HPP

namespace hearth::session::host {

/// Where a process wrote. Order between the two is unspecified (P-CONN-08).
enum class output_stream { out, err };

}  // namespace hearth::session::host

#endif

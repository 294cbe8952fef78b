#ifndef HEARTH_IO_TRANSLATE_HPP
#define HEARTH_IO_TRANSLATE_HPP

#include <hearth/core/errc.hpp>
#include <hearth/net/net.hpp>

#include <system_error>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// The border between an Asio and everything above it: a code of the flavour becomes one of ours if there is one, else
/// the operating system's under its standard name.
///
/// | from Asio or the system | to |
/// |---|---|
/// | `eof` | `errc::end_of_stream` |
/// | `operation_aborted` | `errc::operation_cancelled` |
/// | reset, aborted, broken pipe, not connected, timed out, bad descriptor | `errc::connection_lost` |
/// | any other code of the system | the same value in `std::system_category` |
inline std::error_code translate(const net_error_code& from) noexcept {
    if (from == net::error::eof)
        return errc::end_of_stream;
    // Standalone Asio has a system category of its own, which compares unequal to everybody else's.
    const std::error_code ec = from.category() == net::error::get_system_category()
                                   ? std::error_code(from.value(), std::system_category())
                                   : std::error_code(from);
    if (ec == std::errc::operation_canceled)
        return errc::operation_cancelled;
    // A time-out of the kernel is that of its keep-alive probes (P-CONN-11).
    for (const auto broken : {std::errc::connection_reset, std::errc::connection_aborted, std::errc::broken_pipe,
                              std::errc::not_connected, std::errc::timed_out, std::errc::bad_file_descriptor})
        if (ec == broken)
            return errc::connection_lost;
    return ec;
}

/// As `translate`, for a failure to connect: an address where nobody answers becomes `errc::connect_failed`. What the
/// caller can repair, such as a missing permission or too many open files, keeps the system's own code.
inline std::error_code translate_connect(const net_error_code& from) noexcept {
    const std::error_code ec = translate(from);
    for (const auto nobody :
         {std::errc::connection_refused, std::errc::host_unreachable, std::errc::network_unreachable,
          std::errc::network_down, std::errc::no_such_file_or_directory, std::errc::not_a_directory,
          std::errc::no_such_device, std::errc::address_not_available})
        if (ec == nobody)
            return errc::connect_failed;
    return ec == errc::connection_lost || ec == errc::end_of_stream ? errc::connect_failed : ec;
}

/// The way back, for a stream of ours that has to look like one of Asio's: composed operations such as
/// `net::async_read` know the end of a stream by Asio's name only.
inline net_error_code to_net(std::error_code ec) noexcept {
    if (ec == errc::end_of_stream)
        return net::error::eof;
    if (ec == errc::operation_cancelled)
        return net::error::operation_aborted;
    if (ec == errc::connection_lost)
        return net::error::connection_reset;
    return ec;
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

#ifndef HEARTH_IO_DESCRIPTOR_HPP
#define HEARTH_IO_DESCRIPTOR_HPP

#include <hearth/core/result.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/detail/socket.hpp>
#include <hearth/io/socket_options.hpp>

#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Makes a stream of a descriptor that is already connected: a stream socket (inherited, accepted elsewhere, one end of a
/// pair), or a device that reads and writes, such as a serial port or a terminal; those have no half-close.
///
/// \param fd  Owned by the stream from now on, and closed if this fails. Made non-blocking and close-on-exec.
/// \returns   The stream, `errc::invalid_argument` for a file, directory or listening socket, or the system's code.
/// \req P-TRANS-02
inline result<any_stream> adopt_descriptor(const net::any_io_executor& on, int fd) {
    detail::owned_descriptor own{fd};
    struct stat what{};
    if (::fstat(fd, &what) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return detail::last_error();
    net_error_code ec;
    if (S_ISSOCK(what.st_mode)) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
            return errc::invalid_argument;
        if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6)
            if (const auto failed = set_tcp_options(fd))
                return failed;
        stream_socket socket(on);
        socket.assign({peer.ss_family, 0}, fd, ec);
        if (ec)
            return translate(ec);
        own.release();
        return any_stream(std::move(socket));
    }
    if (S_ISREG(what.st_mode) || S_ISDIR(what.st_mode))
        return errc::invalid_argument;
    net::posix::stream_descriptor device(on);
    device.assign(fd, ec);
    if (ec)
        return translate(ec);
    own.release();
    return any_stream(std::move(device));
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

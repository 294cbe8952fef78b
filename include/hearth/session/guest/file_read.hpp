#ifndef HEARTH_SESSION_GUEST_FILE_READ_HPP
#define HEARTH_SESSION_GUEST_FILE_READ_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/guest/line_window.hpp>
#include <hearth/session/guest/lingering_close.hpp>
#include <hearth/wire/file_read.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>

namespace hearth::session::guest {

/// Sends an opened file: FILE_READ_RESP, the bytes asked for as STDOUT, EXIT 0; or ERROR when reading fails.
///
/// Whoever reads the file fills `data_buffer()` whenever it is not empty and reports how much there was. The file's bytes go
/// from that buffer to the connection without another copy, except small files, which leave in one piece with their reply.
/// `failed` is the last event when the host is gone: stop reading.
/// \req P-FILE-10, P-FILE-11, P-FILE-13, P-FILE-14, P-FILE-15, P-FILE-21, P-FILE-22, P-FILE-23, P-FILE-24, P-CONN-09,
///      P-TYPE-03, P-TYPE-04, P-ERR-02
class file_read {
public:
    using action = std::variant<wait, shutdown_send, close, failed>;
    static constexpr std::size_t chunk_bytes = 262'144;

    /// \param file  Size and mode of the opened file.
    file_read(frame_channel channel, const wire::file_read_request& request, const wire::file_read_reply& file,
              const agent_limits& limits);

    frame_channel& channel() noexcept { return channel_; }
    action poll(time_point now);

    /// \returns Where the file's next bytes go, stable until they are reported; empty while none are wanted.
    mutable_bytes data_buffer();
    /// `n` bytes were read into `data_buffer()`; 0 is the end of the file.
    void on_data(std::size_t n, time_point now);
    /// Reading failed: the host must not take what it has for the whole file.
    void on_error(std::string_view text, time_point now);

private:
    static constexpr std::size_t small_chunk = 65'536;

    void send_chunk(bytes_view bytes);

    frame_channel channel_;
    lingering_close linger_;
    line_window window_;
    std::unique_ptr<std::byte[]> chunk_;  ///< room for a frame header, then `chunk_size_` bytes of the file
    std::size_t chunk_size_;
    std::int64_t left_;  ///< bytes of the file that may still be read
    bool left_is_cap_;   ///< more than that is an error: a special file without a size
};

}  // namespace hearth::session::guest

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/guest/impl/file_read.ipp>
#endif

#endif

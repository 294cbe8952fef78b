#ifndef HEARTH_SESSION_HOST_DOWNLOAD_HPP
#define HEARTH_SESSION_HOST_DOWNLOAD_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/file_read.hpp>

#include <cstdint>
#include <optional>
#include <system_error>
#include <variant>

namespace hearth::session::host {

/// Reads a file, whole or a window of its lines: `opened`, then `data`, then `completed`.
///
/// Fails with `errc::size_mismatch` when a whole file with a size arrives shorter than announced: it changed while it
/// was read. Nothing is compared for windows and for special files, whose size is 0.
/// \req P-FILE-10, P-FILE-11, P-FILE-14, P-CLI-01, P-CLI-02, P-CLI-07, P-CLI-11, P-CONN-05, P-TYPE-04
class download {
public:
    struct opened {
        wire::file_read_reply file;  ///< describes the whole file; information, not a promise
    };
    struct data {
        bytes_view bytes;  ///< never empty
    };
    /// The last event.
    struct completed {};
    using action = std::variant<wait, opened, data, completed, failed, close>;

    download(const wire::file_read_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

    /// The caller cannot take more: the transfer fails with `why`, or with `errc::sink_failed` if `why` is empty.
    /// \req P-CLI-07
    void sink_failed(std::error_code why) noexcept { talk_.refuse(why ? why : errc::sink_failed); }

private:
    std::optional<action> on_frame(const wire::frame_view& frame);
    action on_reply(bytes_view payload);
    action on_exit(bytes_view payload);

    detail::conversation talk_;
    std::int64_t received_{0};
    std::int64_t expected_{0};  ///< at least so many bytes; 0 when unknown
    bool whole_;
    bool open_{false};
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/download.ipp>
#endif

#endif

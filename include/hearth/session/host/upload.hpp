#ifndef HEARTH_SESSION_HOST_UPLOAD_HPP
#define HEARTH_SESSION_HOST_UPLOAD_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/frame_channel.hpp>
#include <hearth/session/host/detail/conversation.hpp>
#include <hearth/session/host/options.hpp>
#include <hearth/wire/file_write.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <variant>

namespace hearth::session::host {

/// Writes a file of a size known beforehand; the agent replaces the old one atomically once it has every byte.
///
/// An ERROR that arrives early ends the upload, also when sending has failed already: its text says why.
/// \req P-FILE-40, P-CLI-01, P-CLI-02, P-CLI-06, P-CLI-11, P-CONN-05
class upload {
public:
    /// The file is in place. The last event.
    struct completed {};
    using action = std::variant<wait, completed, failed, close>;

    /// \param request  With the exact size; a negative one fails with `errc::invalid_argument` and nothing is sent.
    upload(const wire::file_write_request& request, const options& opt);

    frame_channel& channel() noexcept { return talk_.channel(); }
    action poll(time_point now);

    /// Bytes still to be written.
    std::int64_t remaining() const noexcept { return remaining_; }
    /// How many bytes `write` takes now, at most `remaining()`.
    std::size_t room() const noexcept;
    /// Queues content. More than `remaining()` fails the upload with `errc::too_many_bytes`.
    /// \returns How many bytes were taken, at most `room()`.
    std::size_t write(bytes_view bytes);
    /// The caller has no more to give: the upload fails with `why`, or with `errc::source_failed` if `why` is empty.
    void source_failed(std::error_code why) noexcept { talk_.refuse(why ? why : errc::source_failed); }

private:
    std::optional<action> on_frame(const wire::frame_view& frame);

    detail::conversation talk_;
    std::int64_t remaining_;
};

}  // namespace hearth::session::host

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/session/host/impl/upload.ipp>
#endif

#endif

#ifndef HEARTH_IO_FILE_READER_HPP
#define HEARTH_IO_FILE_READER_HPP

#include <hearth/io/detail/live_object.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/wire/file_read.hpp>

#include <variant>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// A download under way: its bytes are pulled (`async_next`) until `completed`.
///
/// A caller that cannot go on lets the object go, which aborts the transfer.
/// \req P-FILE-10, P-CLI-07
class file_reader
    : public detail::live_object<session::host::download,
                                 std::variant<session::host::download::data, session::host::download::completed>> {
public:
    using data = session::host::download::data;
    using completed = session::host::download::completed;

    using live_object::live_object;

    /// Describes the whole file, whatever the window; the size is information, not a promise.
    const wire::file_read_reply& file() const noexcept { return handle_.state->opened().file; }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

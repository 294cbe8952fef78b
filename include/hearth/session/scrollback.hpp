#ifndef HEARTH_SESSION_SCROLLBACK_HPP
#define HEARTH_SESSION_SCROLLBACK_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/limits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

namespace hearth::session {

/// The last `scrollback_bytes` bytes that a process wrote, whole and in order.
///
/// Memory is taken with the first byte; a session that never wrote costs nothing.
/// \req P-SESS-07, A-SESS-01
class scrollback {
public:
    /// Copies blocks, at most two per call.
    void append(bytes_view bytes) {
        if (bytes.empty())
            return;
        if (!ring_)
            ring_.reset(new std::byte[scrollback_bytes]);  // not value-initialised: only written bytes are read
        bytes = bytes.last(std::min(bytes.size(), scrollback_bytes));
        const std::size_t first = std::min(bytes.size(), scrollback_bytes - end_);
        std::memcpy(ring_.get() + end_, bytes.data(), first);
        if (first < bytes.size())
            std::memcpy(ring_.get(), bytes.data() + first, bytes.size() - first);
        end_ = (end_ + bytes.size()) % scrollback_bytes;
        size_ = std::min(size_ + bytes.size(), scrollback_bytes);
    }

    std::size_t size() const noexcept { return size_; }

    /// \returns The bytes, oldest first, in two pieces of which either may be empty; valid until the next `append`.
    std::array<bytes_view, 2> contents() const noexcept {
        const std::size_t begin = (end_ + scrollback_bytes - size_) % scrollback_bytes;
        const std::size_t first = std::min(size_, scrollback_bytes - begin);
        return {bytes_view{ring_.get() + begin, first}, bytes_view{ring_.get(), size_ - first}};
    }

private:
    std::unique_ptr<std::byte[]> ring_;
    std::size_t end_{0};
    std::size_t size_{0};
};

}  // namespace hearth::session

#endif

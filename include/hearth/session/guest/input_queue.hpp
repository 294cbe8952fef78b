#ifndef HEARTH_SESSION_GUEST_INPUT_QUEUE_HPP
#define HEARTH_SESSION_GUEST_INPUT_QUEUE_HPP

#include <hearth/core/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace hearth::session::guest {

/// Input of a process that it has not read yet: bytes, then perhaps the end.
/// \req P-EXEC-10, P-EXEC-11, P-EXEC-12, P-CONN-17, P-CONN-18, P-EXT-06
class input_queue {
public:
    explicit input_queue(std::size_t limit) noexcept : limit_(limit) {}

    /// Takes as much of `bytes` as the limit allows; everything, and drops it, once input has ended or is not read.
    /// \returns How many bytes were taken.
    std::size_t append(bytes_view bytes) {
        if (ended_ || discarding_)
            return bytes.size();
        const std::size_t n = std::min(bytes.size(), limit_ - std::min(limit_, size()));
        incoming_.append(as_text(bytes.first(n)));
        return n;
    }

    /// No input follows what is queued.
    void end() noexcept { ended_ = true; }
    bool ended() const noexcept { return ended_; }
    /// The process does not read any more: what is queued and what comes is dropped. Bytes that are being written stay
    /// where they are until that is reported.
    void discard() noexcept {
        discarding_ = true;
        release(incoming_);
    }

    /// \returns The next bytes to write, stable until `on_written` has taken them all.
    bytes_view front() noexcept {
        if (discarding_)
            return {};
        if (outgoing_.empty())
            std::swap(outgoing_, incoming_);
        return as_bytes(outgoing_).subspan(written_);
    }
    void on_written(std::size_t n) noexcept {
        written_ += discarding_ ? outgoing_.size() - written_ : std::min(n, outgoing_.size() - written_);
        if (written_ == outgoing_.size()) {
            release(outgoing_);
            written_ = 0;
        }
    }

    std::size_t size() const noexcept { return incoming_.size() + outgoing_.size() - written_; }
    /// Whether the input is to be closed now: it has ended and everything is written.
    bool finished() const noexcept { return ended_ && size() == 0 && !discarding_; }

private:
    /// A backlog is rare: its memory is not kept for the life of a session.
    static void release(std::string& bytes) noexcept {
        if (bytes.capacity() > 65'536)
            std::string{}.swap(bytes);
        bytes.clear();
    }

    std::size_t limit_;
    std::string incoming_;
    std::string outgoing_;
    std::size_t written_{0};
    bool ended_{false};
    bool discarding_{false};
};

}  // namespace hearth::session::guest

#endif

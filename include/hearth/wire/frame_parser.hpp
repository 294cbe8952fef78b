#ifndef HEARTH_WIRE_FRAME_PARSER_HPP
#define HEARTH_WIRE_FRAME_PARSER_HPP

#include <hearth/wire/try_parse.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <system_error>

namespace hearth::wire {

/// Cuts a byte stream into frames. Bytes are read straight into its buffer and payloads are handed out from there, so
/// no payload is copied on the way; only the unfinished tail moves to the front when the buffer runs out.
///
///     auto room = parser.prepare(65'536);
///     parser.commit(read(fd, room.data(), room.size()));
///     for (auto f = parser.next(); f.status == parse_status::frame; f = parser.next())
///         handle(f.frame);
///
/// The buffer grows as bytes arrive, at most twofold at a time: a length field alone allocates nothing (P-FRAME-13).
/// A parser that failed stays failed.
/// \req P-FRAME-04, P-FRAME-06, P-FRAME-07, P-FRAME-11, P-FRAME-13
class frame_parser {
public:
    explicit frame_parser(std::uint32_t max_length = max_frame_length) noexcept : max_length_(max_length) {}

    /// Longest length field accepted from now on: an agent raises it once the peer has authenticated (P-AUTH-05).
    void set_max_length(std::uint32_t max_length) noexcept { max_length_ = max_length; }

    /// \returns Space for at least `n` bytes, valid until the next call; payloads handed out before are gone.
    mutable_bytes prepare(std::size_t n) {
        if (capacity_ - end_ < n)
            make_room(n);
        return {data_.get() + end_, capacity_ - end_};
    }

    /// Accepts the first `n` bytes of the prepared space.
    void commit(std::size_t n) noexcept { end_ += std::min(n, capacity_ - end_); }

    /// Copies `bytes` in: for callers that already hold them somewhere else.
    void feed(bytes_view bytes) {
        if (bytes.empty())
            return;
        std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
        commit(bytes.size());
    }

    /// Takes the next frame. Its payload is valid until the next call of `prepare` or `feed`.
    parsed_frame next() noexcept {
        // One object, made where the caller wants it: copying it right after its fields were stored costs more than parsing.
        parsed_frame found = failed_ ? parsed_frame{parse_status::malformed, {}, 0} : try_parse(unread(), max_length_);
        if (found.status == parse_status::frame)
            begin_ += found.total;
        failed_ = found.status == parse_status::malformed;
        return found;
    }

    /// What the end of the stream means here.
    /// \returns `errc::end_of_stream` at a frame boundary, `errc::truncated_frame` inside a frame,
    ///          `errc::bad_frame_length` if the parser had failed.
    std::error_code end_of_stream() const noexcept {
        if (failed_)
            return errc::bad_frame_length;
        return unread().empty() ? errc::end_of_stream : errc::truncated_frame;
    }

    /// Received bytes that no frame has taken yet. A tunnel continues with them (P-FWD-05, P-FWD-06).
    bytes_view unread() const noexcept { return {data_.get() + begin_, end_ - begin_}; }

    /// Drops the first `n` unread bytes.
    void consume(std::size_t n) noexcept { begin_ += std::min(n, end_ - begin_); }

    /// Bytes allocated now.
    std::size_t capacity() const noexcept { return capacity_; }

private:
    void make_room(std::size_t n) {
        const std::size_t held = end_ - begin_;
        if (capacity_ - held < n) {
            const std::size_t wanted = std::max(held + n, std::min(2 * capacity_, held + n + max_length_));
            std::unique_ptr<std::byte[]> bigger{
                new std::byte[wanted]};  // not value-initialised: it is about to be read into
            if (held != 0)
                std::memcpy(bigger.get(), data_.get() + begin_, held);
            data_ = std::move(bigger);
            capacity_ = wanted;
        } else if (held != 0) {
            std::memmove(data_.get(), data_.get() + begin_, held);
        }
        begin_ = 0;
        end_ = held;
    }

    std::unique_ptr<std::byte[]> data_;
    std::size_t capacity_{0};
    std::size_t begin_{0};
    std::size_t end_{0};
    std::uint32_t max_length_;
    bool failed_{false};
};

}  // namespace hearth::wire

#endif

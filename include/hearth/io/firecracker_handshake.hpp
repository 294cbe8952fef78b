#ifndef HEARTH_IO_FIRECRACKER_HANDSHAKE_HPP
#define HEARTH_IO_FIRECRACKER_HANDSHAKE_HPP

#include <hearth/core/errc.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace hearth::io {

/// The client's half of the text exchange in front of a stream through Firecracker's host socket: we send
/// `CONNECT <port>\n`, the monitor answers one line that begins with `OK `. Decides only; whoever drives it peeks, so that
/// no byte behind the newline is ever consumed.
///
/// \req P-TRANS-03, P-TRANS-04
class firecracker_handshake {
public:
    static constexpr std::size_t max_line = 64;  ///< bytes of the answer, its newline included

    explicit firecracker_handshake(std::uint32_t port) : request_("CONNECT " + std::to_string(port) + '\n') {}

    const std::string& request() const noexcept { return request_; }

    /// How many bytes to peek at, at most.
    std::size_t wanted() const noexcept { return max_line - line_.size(); }

    struct step {
        std::size_t take;     ///< bytes of the stream to consume now
        bool done;            ///< the exchange is over, well or badly
        std::error_code why;  ///< `errc::handshake_refused`, `errc::handshake_too_long`
    };

    /// \param seen  What was peeked at, at most `wanted()` bytes; empty means that the stream ended.
    step on_peeked(std::string_view seen) {
        if (seen.empty())
            return {0, true, errc::handshake_refused};
        const auto newline = seen.find('\n');
        const std::size_t take = newline == std::string_view::npos ? seen.size() : newline + 1;
        line_.append(seen.substr(0, take));
        if (newline == std::string_view::npos && line_.size() >= max_line)
            return {take, true, errc::handshake_too_long};
        if (newline == std::string_view::npos)
            return {take, false, {}};
        return {take, true, line_.starts_with("OK ") ? std::error_code{} : errc::handshake_refused};
    }

private:
    std::string request_;
    std::string line_;
};

}  // namespace hearth::io

#endif

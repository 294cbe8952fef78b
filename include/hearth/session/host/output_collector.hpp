#ifndef HEARTH_SESSION_HOST_OUTPUT_COLLECTOR_HPP
#define HEARTH_SESSION_HOST_OUTPUT_COLLECTOR_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/session/host/output_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace hearth::session::host {

/// What a process wrote, up to a limit.
struct collected_output {
    std::string out;
    std::string err;
    bool truncated{false};  ///< there was more: both streams end where the limit was reached

    friend bool operator==(const collected_output&, const collected_output&) = default;
};

/// Keeps output up to a limit over both streams together. From the first byte that does not fit on everything is
/// dropped, so what is kept has no holes.
/// \req P-CLI-04
class output_collector {
public:
    static constexpr std::size_t default_limit = 10 * 1024 * 1024;

    /// \param limit  Bytes kept of both streams together; zero keeps nothing and flags any output.
    explicit output_collector(std::size_t limit = default_limit) noexcept : room_(limit) {}

    void add(output_stream from, bytes_view bytes) {
        if (kept_.truncated)
            return;
        const std::size_t n = std::min(bytes.size(), room_);
        (from == output_stream::out ? kept_.out : kept_.err).append(as_text(bytes.first(n)));
        room_ -= n;
        kept_.truncated = n < bytes.size();
    }

    /// Hands over what was kept; the collector is done.
    collected_output take() noexcept { return std::move(kept_); }

private:
    collected_output kept_;
    std::size_t room_;
};

}  // namespace hearth::session::host

#endif

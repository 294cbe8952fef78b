#ifndef HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_FAKE_PROCESS_HPP
#define HEARTH_CONFORMANCE_SDK_SESSION_SUPPORT_FAKE_PROCESS_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/session/guest/process_port.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hearth::test {

/// A process that lives in memory: writes what the test tells it to, reads as much as it may, notes the orders.
class fake_process {
public:
    using port_type = session::guest::process_port;
    using stream = port_type::stream;

    explicit fake_process(port_type& port) : port_(port) {}

    /// What the owner of a process does after every report and when woken.
    void settle(time_point now) {
        for (;;) {
            if (const auto todo = port_.next_order(); !std::holds_alternative<port_type::none>(todo)) {
                obey(todo);
                continue;
            }
            const bytes_view input = port_.input();
            const std::size_t n = std::min(input.size(), appetite_);
            if (n == 0)
                return;
            read_ += as_text(input.first(n));
            appetite_ -= n;
            port_.on_input_written(n, now);
        }
    }

    /// Reads at most `n` bytes more of its input.
    void reads(std::size_t n) { appetite_ = n; }
    /// Writes as much of `text` as there is room for.
    /// \returns How much that was.
    std::size_t writes(std::string_view text, time_point now, stream to = stream::out) {
        const std::size_t n = std::min(text.size(), port_.output_room());
        if (n != 0)
            port_.on_output(to, as_bytes(text.substr(0, n)), now);
        return n;
    }
    void ends(std::int32_t status, time_point now) {
        port_.on_exited(status, now);
        port_.on_output_end(stream::out, now);
        port_.on_output_end(stream::err, now);
        settle(now);
    }

    const std::string& read() const { return read_; }
    /// `kill`, `terminate`, `resize 24x80`, `close_input`, `drain`, `release`, in order.
    const std::vector<std::string>& orders() const { return orders_; }

private:
    void obey(const port_type::order& todo) {
        struct in_words {
            std::string operator()(port_type::none) const { return "none"; }
            std::string operator()(port_type::kill) const { return "kill"; }
            std::string operator()(port_type::terminate) const { return "terminate"; }
            std::string operator()(port_type::resize to) const {
                return "resize " + std::to_string(to.size.rows) + 'x' + std::to_string(to.size.cols);
            }
            std::string operator()(port_type::close_input) const { return "close_input"; }
            std::string operator()(port_type::drain) const { return "drain"; }
            std::string operator()(port_type::release) const { return "release"; }
        };
        orders_.push_back(std::visit(in_words{}, todo));
    }

    port_type& port_;
    std::size_t appetite_{std::numeric_limits<std::size_t>::max()};
    std::string read_;
    std::vector<std::string> orders_;
};

}  // namespace hearth::test

#endif

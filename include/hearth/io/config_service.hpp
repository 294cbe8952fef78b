#ifndef HEARTH_IO_CONFIG_SERVICE_HPP
#define HEARTH_IO_CONFIG_SERVICE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/session/action.hpp>
#include <hearth/session/host/config_server.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// Hands a sandbox its configuration, as often as it asks: the server of the config channel.
///
///     auto service = std::make_shared<config_service>(unix_listener…, *session::host::encode_config(config));
///     service->start();   // before the machine starts
///     …
///     service->close();   // with the sandbox
///
/// At most `max_config_connections` at once, five seconds each; further ones wait in the listen queue.
/// Lifetimes: owned by a shared_ptr, kept alive by its outstanding operations until `close`.
/// Thread safety: everything happens, and has to be called, on the acceptor's executor, which is a strand or belongs to a
/// context that one thread runs.
/// \req P-CFG-01, P-CFG-02, P-CFG-03, P-CFG-07
class config_service : public std::enable_shared_from_this<config_service> {
public:
    /// \param payload  From `session::host::encode_config`.
    config_service(any_acceptor acceptor, std::string payload)
        : acceptor_(std::move(acceptor)), payload_(std::move(payload)) {}

    void start() { accept(); }
    /// Stops listening; exchanges under way end by themselves within their five seconds.
    void close() noexcept { acceptor_.close(); }

    /// How often the configuration was handed out.
    std::uint64_t served() const noexcept { return served_; }

private:
    using exchange = driver<session::host::config_server>;

    void accept() {
        if (accepting_ || active_ == session::host::max_config_connections)
            return;
        accepting_ = true;
        acceptor_.async_accept(acceptor_.get_executor(),
                               [self = shared_from_this()](net_error_code ec, any_stream stream) {
                                   self->accepting_ = false;
                                   if (ec)
                                       return;  // closed
                                   self->serve(std::move(stream));
                                   self->accept();
                               });
    }

    void serve(any_stream stream) {
        ++active_;
        auto run = std::make_shared<exchange>(std::move(stream), driver_options{}, payload_, clock::now());
        run->async_run(
            [self = shared_from_this()](auto& event) {
                self->served_ +=
                    std::same_as<std::remove_reference_t<decltype(event)>, session::host::config_server::served>;
            },
            [self = shared_from_this()](net_error_code) {
                --self->active_;
                self->accept();
            });
    }

    any_acceptor acceptor_;
    std::string payload_;
    std::size_t active_{0};
    std::uint64_t served_{0};
    bool accepting_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif

#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_SCRIPTED_GUEST_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_SCRIPTED_GUEST_HPP

#include <hearth/io/any_connector.hpp>
#include <io/support/loop.hpp>

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace test {

/// The other end of every connection that a client makes: remembers what it received, sends what the test says.
class scripted_guest {
public:
    struct connection {
        hearth::io::any_stream stream;
        std::string received;
        std::array<char, 4096> room{};
        std::string sending;
        bool ended{false};    ///< the client has sent the end of its stream, or is gone
        bool reading{false};  ///< as long as the guest does not pause
        bool paused{false};

        void read() {
            if (reading || paused || ended)
                return;
            reading = true;
            stream.async_read_some(hearth::net::buffer(room), [this](hearth::net_error_code ec, std::size_t n) {
                reading = false;
                received.append(room.data(), n);
                ended = static_cast<bool>(ec);
                read();
            });
        }
        void pause(bool yes) {
            paused = yes;
            if (!yes)
                read();
        }
        void send(std::string bytes) {
            sending += std::move(bytes);
            write();
        }
        void write() {
            if (writing_ || sending.empty())
                return;
            writing_ = true;
            stream.async_write_some(hearth::net::buffer(sending), [this](hearth::net_error_code ec, std::size_t n) {
                writing_ = false;
                sending.erase(0, ec ? sending.size() : n);
                write();
            });
        }

    private:
        bool writing_{false};
    };

    explicit scripted_guest(loop& on) : loop_(on) {}

    hearth::io::any_connector connector() { return connects_here{this}; }
    std::size_t connections() const { return connections_.size(); }
    connection& operator[](std::size_t n) { return connections_.at(n); }

    /// Runs until connection `n` has received exactly `bytes` and perhaps more.
    void await(std::size_t n, std::string_view bytes) {
        loop_.run_until([&] { return connections_.size() > n && connections_[n].received.size() >= bytes.size(); });
        CHECK(connections_[n].received.substr(0, bytes.size()) == bytes);
    }

    bool refuse{false};  ///< nobody there: connecting fails
    bool mute{false};    ///< connecting never ends
    bool deaf{false};    ///< connections start paused

private:
    struct connects_here {
        scripted_guest* guest;

        template <class Handler>
        void async_connect(const hearth::net::any_io_executor& on, hearth::time_point, Handler handler) const {
            guest->connect(on, hearth::io::pending_handler<hearth::io::connect_signature>(std::move(handler)));
        }
    };

    void connect(const hearth::net::any_io_executor& on,
                 hearth::io::pending_handler<hearth::io::connect_signature> done) {
        if (refuse)
            return done.post(make_error_code(hearth::errc::connect_failed), {});
        if (mute) {
            waiting_ = std::move(done);
            waiting_.slot().assign([this](hearth::net::cancellation_type) {
                waiting_.post(make_error_code(hearth::errc::operation_cancelled), {});
            });
            return;
        }
        auto [client, guest] = stream_pair(on);
        connections_.emplace_back().stream = std::move(guest);
        connections_.back().pause(deaf);
        done.post({}, std::move(client));
    }

    loop& loop_;
    std::deque<connection> connections_;
    hearth::io::pending_handler<hearth::io::connect_signature> waiting_;
};

}  // namespace test

#endif

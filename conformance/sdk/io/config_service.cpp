#include <hearth/io/config_service.hpp>

#include <hearth/io/unix_connector.hpp>
#include <hearth/io/unix_listener.hpp>
#include <hearth/wire/frame.hpp>

#include <io/support/loop.hpp>
#include <io/support/outcome.hpp>
#include <io/support/temp_directory.hpp>
#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::io;
using hearth::test::frame;
using wire::frame_type;

namespace {

struct sandbox {
    ::test::temp_directory dir;
    ::test::loop loop;
    std::shared_ptr<config_service> service;

    sandbox() {
        auto listening = unix_listener{dir / "config.sock"}.listen(loop.executor());
        REQUIRE(listening);
        service = std::make_shared<config_service>(*std::move(listening), R"({"token":"secret"})");
        service->start();
    }
    ~sandbox() {
        service->close();
        loop.settle();
    }

    any_stream connect() {
        ::test::outcome<any_stream> got;
        unix_connector{dir / "config.sock"}.async_connect(loop.executor(), no_deadline, got.handler());
        loop.run_until(got);
        REQUIRE(!got.error());
        return std::move(got.value());
    }
    void send(any_stream& to, const std::string& bytes) {
        ::test::outcome<std::size_t> done;
        net::async_write(to, net::buffer(bytes), done.handler());
        loop.run_until(done);
    }
    /// Everything up to the end of the stream.
    std::string read(any_stream& from) {
        std::string got(4096, '\0');
        ::test::outcome<std::size_t> done;
        net::async_read(from, net::buffer(got), done.handler());
        loop.run_until(done);
        CHECK(done.error());
        got.resize(done.value());
        return got;
    }
};

const std::string question = frame(frame_type::config_request);
const std::string answer = frame(frame_type::config_response, R"({"token":"secret"})");

}  // namespace

TEST_CASE("config_service: answers one question per connection, as long as the machine runs [P-CFG-01] [P-CFG-02] "
          "[P-CFG-03]") {
    sandbox box;
    for (int boot = 0; boot < 3; ++boot) {
        any_stream guest = box.connect();
        box.send(guest, question);
        CHECK(box.read(guest) == answer);
    }
    CHECK(box.service->served() == 3);
}

TEST_CASE("config_service: anything else gets nothing [P-CFG-02]") {
    sandbox box;
    any_stream guest = box.connect();
    box.send(guest, frame(frame_type::auth, "x"));
    CHECK(box.read(guest).empty());
    any_stream silent = box.connect();
    silent.shutdown_send();
    CHECK(box.read(silent).empty());
    CHECK(box.service->served() == 0);
}

TEST_CASE("config_service: serves four at once, the fifth waits its turn [P-CFG-07]") {
    sandbox box;
    std::vector<any_stream> silent;
    for (std::size_t i = 0; i < session::host::max_config_connections; ++i)
        silent.push_back(box.connect());
    any_stream fifth = box.connect();
    box.send(fifth, question);
    box.loop.settle();
    CHECK(box.service->served() == 0);
    silent.pop_back();
    CHECK(box.read(fifth) == answer);
}

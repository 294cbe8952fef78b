#include <hearth/session/guest/config_fetch.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::guest::config_fetch;
using wire::frame_type;
using strings = std::vector<std::string>;

static_assert(session::machine<config_fetch>);

namespace {

struct boot {
    boot()
        : machine(t0), end(machine, t0, [this](const config_fetch::action& todo) {
              if (const auto* got = std::get_if<config_fetch::received>(&todo))
                  config = got->config;
              else
                  ++connects;
          }) {}
    void connect() {
        machine.on_connected();
        end.settle();
    }
    config_fetch machine;
    std::optional<wire::sandbox_config> config;
    int connects{0};
    guest_end<config_fetch> end;
};

}  // namespace

TEST_CASE("config_fetch: asks and gets the configuration, without AUTH [P-CFG-01] [P-CFG-04]") {
    boot it;
    CHECK(it.connects == 1);
    it.connect();
    CHECK(it.end.frames() == strings{"CONFIG_REQ"});
    const std::string reply = frame(frame_type::config_response, R"({"sandbox_id":"sb","token":"t","files":null})");
    it.end.host_sends(reply, 1);
    REQUIRE(it.config);
    CHECK(it.config->token == "t");
    CHECK(it.end.closed());
}

TEST_CASE("config_fetch: failed attempts are repeated until the time is used up [P-CFG-05]") {
    boot it;
    for (int i = 0; i < 3; ++i) {
        it.machine.on_refused(errc::connect_failed, it.end.now());
        it.end.settle();
        it.end.pass(50ms);
    }
    CHECK(it.connects == 4);
    const std::string bad[] = {frame(frame_type::config_response, "{"), frame(frame_type::stdout_data, "x"),
                               std::string(4, '\0')};
    for (const std::string& reply : bad) {
        it.connect();
        it.end.host_sends(reply).pass(50ms);
        CHECK_FALSE(it.config);
    }
    CHECK(it.connects == 7);
    it.connect();
    it.end.host_sends(frame(frame_type::config_response, "{}"));
    CHECK(it.config);
}

TEST_CASE("config_fetch: each attempt starts with an empty channel [P-CFG-05]") {
    boot it;
    it.connect();
    it.end.host_sends(frame(frame_type::config_response, R"({"token":"t"})").substr(0, 9)).host_vanishes();
    it.end.pass(50ms);
    CHECK(it.connects == 2);
    CHECK(it.machine.channel().parser().unread().empty());
    CHECK_FALSE(it.machine.channel().lost());
}

TEST_CASE("config_fetch: a host that accepts and stays silent costs five seconds, not the boot [P-CFG-04] [P-CFG-05]") {
    boot it;
    it.connect();
    CHECK(it.end.until() == t0 + 5s);
    it.end.pass(5s);
    CHECK(it.end.failure() == errc::deadline_exceeded);
    CHECK(it.end.closed());
    boot nobody;
    nobody.machine.on_refused(errc::connect_failed, t0);
    nobody.end.pass(5s);
    CHECK(nobody.end.failure() == errc::connect_failed);
}

TEST_CASE("config_fetch: an end of stream instead of the answer is a failed attempt [P-CFG-02] [P-CFG-05]") {
    boot it;
    it.connect();
    it.end.host_ends();
    CHECK_FALSE(it.end.closed());
    it.machine.on_refused(errc::unexpected_end, it.end.now());
    it.end.pass(50ms);
    CHECK(it.connects >= 2);
}

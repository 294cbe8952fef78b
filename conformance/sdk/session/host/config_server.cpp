#include <hearth/session/host/config_server.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using namespace std::chrono_literals;
using wire::frame_type;

namespace {

const std::string payload = R"({"token":"secret"})";
const std::string question = frame(frame_type::config_request);

script<config_server> serving(std::vector<script<config_server>::step> steps, std::string event,
                              std::string sent = "") {
    return {.start = [] { return std::make_unique<config_server>(payload, t0); },
            .steps = std::move(steps),
            .tell = [](const config_server::action&) { return told{"served", true}; },
            .events = {std::move(event)},
            .sent = std::move(sent)};
}

}  // namespace

TEST_CASE("config_server: one question gets the configuration, without AUTH [P-CFG-01] [P-CFG-02]") {
    replay(serving({receives{question}}, "served", frame(frame_type::config_response, payload)));
    // only one answer per connection
    play_once(serving({receives{question + question}}, "served", frame(frame_type::config_response, payload)));
}

TEST_CASE("config_server: anything else gets nothing, because the answer holds the token [P-CFG-02]") {
    replay(serving({receives{frame(frame_type::auth)}}, "failed: a frame type that has no meaning here"));
    replay(serving({receives{frame(frame_type::config_request, "x")}}, "failed: frame length is zero or above 1 MiB"));
    replay(serving({receives{std::string(4, '\0')}}, "failed: frame length is zero or above 1 MiB"));
    replay(serving({peer_ends{}}, "failed: the connection ended before the operation did"));
    play_once(serving({receives{question.substr(0, 3)}, peer_ends{}}, "failed: the stream ended inside a frame"));
    replay(serving({connection_breaks{}}, "failed: the connection was lost"));
}

TEST_CASE("config_server: the whole exchange has five seconds [P-CFG-04] [P-CFG-05] [P-CFG-07]") {
    replay(serving({passes{4999ms}, receives{question.substr(0, 4)}, passes{1ms}}, "failed: the deadline passed"));
    // also the sending of the answer
    config_server server{payload, t0};
    auto room = server.channel().receive_buffer(question.size());
    std::copy_n(as_bytes(question).begin(), question.size(), room.begin());
    server.channel().on_received(question.size());
    CHECK(std::get<session::wait>(server.poll(t0)).until == t0 + 5s);
    CHECK_FALSE(server.channel().send_buffer().empty());
    CHECK(std::holds_alternative<session::wait>(server.poll(t0 + 4999ms)));
    CHECK(std::holds_alternative<session::failed>(server.poll(t0 + 5s)));
    CHECK(server.channel().send_buffer().empty());
}

TEST_CASE("config_server: a configuration that fits no frame is refused before anybody asks [P-CFG-06]") {
    wire::sandbox_config config;
    config.token = "secret";
    REQUIRE(encode_config(config));
    CHECK(wire::parse_sandbox_config(as_bytes(*encode_config(config)))->token == "secret");

    config.files["/big"] = {std::string(700 * 1024, 'x'), "0644"};
    CHECK(encode_config(config).has_value());
    config.files["/big"] = {std::string(800 * 1024, 'x'), "0644"};
    CHECK(encode_config(config).error() == errc::config_too_large);
}

TEST_CASE("config_server: the bound of the configuration is exact [P-CFG-06]") {
    wire::sandbox_config config;
    const std::size_t base = encode_config(config)->size();
    config.hostname.assign(max_payload - base, 'h');
    CHECK(encode_config(config)->size() == max_payload);
    config.hostname += 'h';
    CHECK(encode_config(config).error() == errc::config_too_large);
}

TEST_CASE("config_server: four connections at once are enough [P-CFG-07]") { CHECK(max_config_connections == 4); }

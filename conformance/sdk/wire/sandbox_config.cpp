#include <hearth/wire/sandbox_config.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_view_literals;

namespace {
std::string text_of(const sandbox_config& config) {
    std::string out;
    write_sandbox_config(config, out);
    return out;
}
}  // namespace

TEST_CASE("sandbox_config: collections are always there, optional members only when set [P-CFG-08]") {
    CHECK(text_of({}) ==
          R"({"sandbox_id":"","hostname":"","token":"","env":{},"files":{},"volumes":[],"dns":[],"user":""})");
}

TEST_CASE("sandbox_config: every member travels unchanged [P-CFG-08] [P-CFG-09]") {
    const sandbox_config config{
        .sandbox_id = "sb_1",
        .hostname = "dev",
        .token = "t\xff",
        .env = {{"A", "1"}},
        .files = {{"/etc/x", {std::string{"\0\xff\n", 3}, "0600"}}, {"/empty", {}}},
        .volumes = {{"/dev/vdc", "/data", "ext4", true}, {"/dev/vdd", "/w", "ext4", false}},
        .mounts = {{"src", "/src", true}},
        .init = "npm start",
        .dns = {"1.1.1.1", "8.8.8.8"},
        .dns_internal = "10.0.0.1",
        .user = "root",
        .net = sandbox_config::network{"10.0.0.2/24", "10.0.0.1"},
    };
    CHECK(parse_sandbox_config(as_bytes(text_of(config))).value() == config);
    CHECK(text_of(config).find(
              R"("files":{"/empty":{"content":"","mode":""},"/etc/x":{"content":"AP8K","mode":"0600"}})") !=
          std::string::npos);
    CHECK(text_of(config).ends_with(R"("user":"root","net":{"ip":"10.0.0.2/24","gateway":"10.0.0.1"}})"));
}

TEST_CASE("sandbox_config: content that is no base64 is malformed [P-CFG-09]") {
    for (std::string_view content : {"A", "AA", "AAA", "A===", "====", "AA=A", "A A=", "AA-_", "AAAA\\n"}) {
        CAPTURE(content);
        const std::string json = R"({"files":{"/a":{"content":")" + std::string{content} + "\"}}}";
        CHECK(parse_sandbox_config(as_bytes(json)).error() == errc::malformed_message);
    }
}

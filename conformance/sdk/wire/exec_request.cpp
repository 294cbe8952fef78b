#include <hearth/wire/exec_request.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::wire;

namespace {
std::string text_of(const exec_request& request) {
    std::string out;
    write_exec_request(request, out);
    return out;
}
}  // namespace

TEST_CASE("exec_request: members travel in the order of the table [P-JSON-11] [P-JSON-13]") {
    const exec_request request{.argv = {"a", ""},
                               .env = {{"A", "1"}, {"B", ""}},
                               .tty = true,
                               .rows = 0,
                               .cols = 65535,
                               .cwd = "/w",
                               .session_id = "",
                               .max_idle_sec = -1,
                               .if_detached = true,
                               .detach = true,
                               .output_file = "/o",
                               .session = true};
    CHECK(text_of(request) ==
          R"({"argv":["a",""],"env":{"A":"1","B":""},"tty":true,"rows":0,"cols":65535,"cwd":"/w","session_id":"",)"
          R"("max_idle_sec":-1,"if_detached":true,"detach":true,"output_file":"/o","session":true})");
    CHECK(parse_exec_request(as_bytes(text_of(request))).value() == request);
}

TEST_CASE("exec_request: attaching sends a null argv, as bhatti does [P-JSON-03]") {
    CHECK(text_of({.session_id = "s1", .if_detached = true}) ==
          R"({"argv":null,"session_id":"s1","if_detached":true})");
}

TEST_CASE("exec_request: the first matching kind wins [P-EXEC-01]") {
    exec_request request;
    CHECK(kind_of(request) == exec_kind::empty_argv);
    request.session = request.tty = request.detach = true;
    CHECK(kind_of(request) == exec_kind::empty_argv);
    request.argv = {""};
    CHECK(kind_of(request) == exec_kind::detached);
    request.detach = false;
    CHECK(kind_of(request) == exec_kind::terminal);
    request.tty = false;
    CHECK(kind_of(request) == exec_kind::piped);
    request.session = false;
    CHECK(kind_of(request) == exec_kind::plain);
    request.session_id = "";
    request.detach = true;
    CHECK(kind_of(request) == exec_kind::attach);
}

TEST_CASE("exec_request: an absent size is 24 by 80, a given zero is kept") {
    CHECK(exec_request{}.size() == terminal_size{24, 80});
    CHECK(exec_request{.rows = 0, .cols = 0}.size() == terminal_size{0, 0});
}

TEST_CASE("exec_request: writing appends") {
    std::string out = "x";
    write_exec_request({.argv = {"a"}}, out);
    CHECK(out == R"(x{"argv":["a"]})");
}

// The rules of JSON payloads, checked on real messages.

#include <hearth/core/utf8.hpp>
#include <hearth/wire.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {
std::error_code why(std::string_view json) { return parse_exec_request(as_bytes(json)).error(); }

exec_request good(std::string_view json) {
    CAPTURE(json);
    const auto request = parse_exec_request(as_bytes(json));
    REQUIRE(request);
    return *request;
}

std::string nested(std::size_t lists) {  // an unknown member that makes `lists + 1` levels with the object around it
    return R"({"argv":["a"],"x":)" + std::string(lists, '[') + std::string(lists, ']') + "}";
}
}  // namespace

TEST_CASE("json: one value, white space around it, nothing else [P-JSON-01]") {
    CHECK(good(" \t\r\n{ \"argv\" : [ \"a\" , \"b\" ] }\n ").argv == std::vector<std::string>{"a", "b"});
    for (std::string_view bad : {""sv,
                                 " "sv,
                                 "\xef\xbb\xbf{}"sv,
                                 "{} {}"sv,
                                 "{}x"sv,
                                 "{}\0"sv,
                                 "\0{}"sv,
                                 "{\0}"sv,
                                 "{"sv,
                                 "}"sv,
                                 "{]"sv,
                                 "{\"argv\":[}"sv,
                                 "{,}"sv,
                                 "{\"tty\":true,}"sv,
                                 "{\"argv\":[\"a\",]}"sv,
                                 "{\"argv\":[,\"a\"]}"sv,
                                 "{\"argv\":[\"a\" \"b\"]}"sv,
                                 "{\"tty\" true}"sv,
                                 "{\"tty\":}"sv,
                                 "{tty:true}"sv,
                                 "{'tty':true}"sv,
                                 "{\"tty\":True}"sv,
                                 "{\"tty\":tru}"sv,
                                 "{\"tty\":truee}"sv,
                                 "{\"cwd\":\"a}"sv,
                                 "{\"cwd\":\"a\nb\"}"sv,
                                 "{\"cwd\":\"a\0b\"}"sv,
                                 "{\"cwd\":\"\\x\"}"sv,
                                 "{\"cwd\":\"\\u12g4\"}"sv,
                                 "{\"cwd\":\"\\u+123\"}"sv,
                                 "{\"cwd\":\"\\u12\"}"sv,
                                 "{\"cwd\":\"\\"sv,
                                 "{} // x"sv,
                                 "{\"x\":\"\\q\"}"sv,
                                 "{\"x\":[1 2]}"sv,
                                 "{\"x\":{\"a\" 1}}"sv,
                                 "{\"x\":{1:1}}"sv,
                                 "{\"x\":NaN}"sv,
                                 "{\"x\":nul}"sv,
                                 "{\"x\":[}"sv,
                                 "{\"x\":{]}"sv,
                                 "{\"x\":[1,]}"sv,
                                 "{\"x\":{\"a\":1,}}"sv,
                                 "\f{}"sv}) {
        CAPTURE(bad);
        CHECK(why(bad) == errc::malformed_message);
    }
}

TEST_CASE("json: requests are objects; unknown members are ignored at every level [P-JSON-02]") {
    for (std::string_view bad : {"[]", "1", "true", "\"{}\"", "nul", "nulll", "null null"})
        CHECK(why(bad) == errc::malformed_message);
    const auto request =
        good(R"({"x":{"argv":["no"],"deep":[[{"tty":true},{}],[]]},"argv":["yes"],"y":-1.5e+3,"z":"\ud83d\ude00",
                                  "f":false,"t":true,"n":null,"e":[],"o":{},"l":[1,"2",null,{"a":[]}]})");
    CHECK(request.argv == std::vector<std::string>{"yes"});
    CHECK(!request.tty);

    const auto config = parse_sandbox_config(as_bytes(
        R"({"net":{"mtu":[1500],"ip":"10.0.0.2/24"},"volumes":[{"x":{},"device":"/dev/vdc"}],"files":{"/a":{"y":1,"mode":"600"}}})"));
    REQUIRE(config);
    CHECK(config->net->ip == "10.0.0.2/24");
    CHECK(config->volumes.at(0).device == "/dev/vdc");
    CHECK(config->files.at("/a").mode == "600");
}

TEST_CASE("json: null and absent are the same, for every kind of member [P-JSON-03]") {
    const exec_request nothing = good("{}");
    CHECK(nothing == exec_request{});
    CHECK(
        good(
            R"({"argv":null,"env":null,"tty":null,"rows":null,"cols":null,"cwd":null,"session_id":null,"max_idle_sec":null,
                   "if_detached":null,"detach":null,"output_file":null,"session":null})") == nothing);
    const auto config = parse_sandbox_config(as_bytes(
        R"({"sandbox_id":null,"env":null,"files":null,"volumes":null,"mounts":null,"dns":null,"net":null,"init":null})"));
    REQUIRE(config);
    CHECK(*config == sandbox_config{});
    CHECK(parse_clock_set(as_bytes(R"({"unix_ns":null,"entropy":null})")).value() == clock_set_request{});
    CHECK(parse_file_write_reply(as_bytes(R"({"status":null})"))->status.empty());
    CHECK(parse_session_list(as_bytes("null"))->empty());
}

TEST_CASE("json: members of the wrong type are malformed [P-JSON-04]") {
    for (std::string_view bad :
         {R"({"tty":1})", R"({"tty":"true"})", R"({"tty":[]})", R"({"argv":"ls"})", R"({"argv":{}})", R"({"argv":[1]})",
          R"({"argv":[["a"]]})", R"({"env":[]})", R"({"env":{"A":1}})", R"({"env":{"A":{}}})", R"({"env":"A=1"})",
          R"({"rows":"24"})", R"({"rows":true})", R"({"rows":[24]})", R"({"cwd":7})", R"({"cwd":[]})",
          R"({"session_id":1})", R"({"max_idle_sec":"60"})"}) {
        CAPTURE(bad);
        CHECK(why(bad) == errc::malformed_message);
    }
    CHECK(parse_file_read_request(as_bytes(R"({"offset":"1"})"sv)).error() == errc::malformed_message);
    CHECK(parse_sandbox_config(as_bytes(R"({"net":[]})"sv)).error() == errc::malformed_message);
    CHECK(parse_sandbox_config(as_bytes(R"({"volumes":[null]})"sv)).error() == errc::malformed_message);
    CHECK(parse_sandbox_config(as_bytes(R"({"files":{"/a":"text"}})"sv)).error() == errc::malformed_message);
}

TEST_CASE("json: integers have no fraction, no exponent, and a range [P-JSON-05]") {
    CHECK(good(R"({"rows":0,"cols":65535})").size() == terminal_size{0, 65535});
    CHECK(good(R"({"max_idle_sec":-9223372036854775808})").max_idle_sec == std::numeric_limits<std::int64_t>::min());
    CHECK(good(R"({"max_idle_sec":9223372036854775807})").max_idle_sec == std::numeric_limits<std::int64_t>::max());
    CHECK(good(R"({"max_idle_sec":-0})").max_idle_sec == 0);
    for (std::string_view number : {"24.0", "1e0", "1E2", "70000", "65536", "-1", "-0", "+1", "01", "00", "-", "1.",
                                    ".5", "1e", "0x10", "1_0", "- 1", "18446744073709551617"}) {
        CAPTURE(number);
        CHECK(why("{\"rows\":" + std::string{number} + "}") == errc::malformed_message);
    }
    for (std::string_view number : {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "-01", "--1"}) {
        CAPTURE(number);
        CHECK(why("{\"max_idle_sec\":" + std::string{number} + "}") == errc::malformed_message);
    }
    CHECK(parse_forward_request(as_bytes(R"({"port":65536})"sv)).error() == errc::malformed_message);
}

TEST_CASE("json: numbers of unknown members only need the right grammar [P-JSON-02] [P-JSON-05]") {
    for (const std::string& number :
         {"1e400"s, "-1E+400"s, "0.000e-999999999999"s, std::string(400, '9'), "-0.5"s, "0"s, "-0"s})
        CHECK(!good("{\"x\":" + number + "}").tty);
    for (std::string_view number :
         {"01", "-", "+1", "1.", "1.e3", "1e", "1e+", ".1", "0x1", "1f", "--1", "-01", "Infinity"}) {
        CAPTURE(number);
        CHECK(why("{\"x\":" + std::string{number} + "}") == errc::malformed_message);
        CHECK(why("{\"x\":[" + std::string{number} + "]}") == errc::malformed_message);
    }
}

TEST_CASE("json: member names count letter by letter, however they are escaped [P-JSON-07] [P-JSON-11]") {
    const auto request = good(R"({"Argv":["no"],"TTY":true,"\u0061rg\u0076":["yes"],"argv ":["no"],"arg":["no"]})");
    CHECK(request.argv == std::vector<std::string>{"yes"});
    CHECK(!request.tty);
}

TEST_CASE("json: the last of duplicate members wins, whole [P-JSON-08]") {
    const auto request =
        good(R"({"tty":true,"argv":["a","b"],"env":{"A":"1","B":"2"},"tty":false,"argv":["c"],"env":{"C":"3"}})");
    CHECK(!request.tty);
    CHECK(request.argv == std::vector<std::string>{"c"});
    CHECK(request.env == std::map<std::string, std::string>{{"C", "3"}});
    CHECK(good(R"({"env":{"A":"1","A":"2"}})").env.at("A") == "2");
    CHECK(good(R"({"cwd":"/a","cwd":null})").cwd.empty());
    CHECK(!good(R"({"session_id":"s1","session_id":null})").session_id);
    const auto config = parse_sandbox_config(as_bytes(R"({"net":{"ip":"1","gateway":"2"},"net":{"ip":"3"}})"sv));
    CHECK(*config->net == sandbox_config::network{"3", ""});
}

TEST_CASE("json: null inside a list of strings is malformed, a bare null is an empty object [P-JSON-08]") {
    CHECK(why(R"({"argv":[null]})") == errc::malformed_message);
    CHECK(why(R"({"env":{"A":null}})") == errc::malformed_message);
    CHECK(good(" null ") == exec_request{});
}

TEST_CASE("json: what an agent emits is valid UTF-8, each bad byte one U+FFFD [P-JSON-09]") {
    const std::string bad = "a\xff\xc3\xa9\xed\xa0\x80z\xf0\x9f\x98";
    const std::string repaired =
        "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd";
    std::string out;
    write_session_info({.session_id = "s1", .argv = bad}, out);
    write_file_info({.name = bad}, out);
    write_file_list(std::vector<file_info>{{.name = bad}}, 1, out);
    write_session_list(std::vector<session_info>{{.argv = bad}}, out);
    write_detach_reply({1, bad}, out);
    write_forward_reply({"error", bad}, out);
    write_systemctl_reply({0, bad, bad}, out);
    write_file_read_reply({0, bad}, out);
    write_hello_reply({.agent = bad, .features = {bad}, .limits = {{bad, 1}}}, out);
    CHECK(find_invalid_utf8(out) == out.size());
    std::string info;
    write_file_info({.name = bad}, info);
    CHECK(parse_file_info(as_bytes(info))->name == repaired);
}

TEST_CASE("json: bytes that are no UTF-8 reach the agent as they are [P-JSON-10]") {
    std::string every_byte;
    for (int c = 0; c < 256; ++c)
        every_byte.push_back(static_cast<char>(c));
    exec_request request{.argv = {every_byte, "\xff"}, .env = {{"K\xfe", every_byte}}, .cwd = "/\xed\xa0\x80"};
    std::string out;
    write_exec_request(request, out);
    CHECK(good(out) == request);

    out.clear();
    write_file_path_request({every_byte}, out);
    CHECK(parse_file_path_request(as_bytes(out))->path == every_byte);
    CHECK(good("{\"cwd\":\"\xff\xc0\x80\\n\xf5\"}").cwd == "\xff\xc0\x80\n\xf5");
}

TEST_CASE("json: half a surrogate pair becomes U+FFFD and rejects nothing [P-JSON-10]") {
    const std::string fffd = "\xef\xbf\xbd";
    CHECK(good(R"({"cwd":"\ud800"})").cwd == fffd);
    CHECK(good(R"({"cwd":"a\udc00b"})").cwd == "a" + fffd + "b");
    CHECK(good(R"({"cwd":"\ud800\ud83d\ude00"})").cwd == fffd + "\xf0\x9f\x98\x80");
    CHECK(good(R"({"cwd":"\ud800\n"})").cwd == fffd + "\n");
    CHECK(good(R"({"cwd":"\ud800\u0041"})").cwd == fffd + "A");
    CHECK(good(R"({"\udfff":1,"x":"\ud800","cwd":"/"})").cwd == "/");
    CHECK(why(R"({"cwd":"\ud800\u00g0"})") == errc::malformed_message);
}

TEST_CASE("json: every escape is understood [P-JSON-11]") {
    CHECK(good(R"({"cwd":"\"\\\/\b\f\n\r\t\u003c\u003E\u0026\u2028\u0000\u00e9\uFFFF\ud83d\uDE00"})").cwd ==
          "\"\\/\b\f\n\r\t<>&\xe2\x80\xa8\0\xc3\xa9\xef\xbf\xbf\xf0\x9f\x98\x80"s);
    std::string out;
    write_file_path_request({"\"\\/\b\f\n\r\t\x01\x1f\x7f<>&"}, out);
    CHECK(out == R"({"path":"\"\\/\b\f\n\r\t\u0001\u001f)"
                 "\x7f"
                 R"(<>&"})");
}

TEST_CASE("json: strings of every length and position of the first escape survive [P-JSON-11]") {
    for (std::size_t length = 0; length < 40; ++length)
        for (std::size_t at = 0; at < length; ++at)
            for (char special : {'"', '\\', '\x01', '\x7f', '\x80', '\xff', '!', ' '}) {
                std::string path(length, 'p');
                path[at] = special;
                std::string out;
                write_file_path_request({path}, out);
                REQUIRE(parse_file_path_request(as_bytes(out))->path == path);
            }
}

TEST_CASE("json: control characters must be escaped, wherever they stand [P-JSON-01]") {
    for (char c = 0; c < 0x20; ++c)
        for (std::size_t at = 0; at < 20; ++at) {
            std::string path(20, 'p');
            path[at] = c;
            REQUIRE(parse_file_path_request(as_bytes("{\"path\":\"" + path + "\"}")).error() ==
                    errc::malformed_message);
        }
}

TEST_CASE("json: 64 levels are accepted, 65 refused, a megabyte of brackets does not matter [P-JSON-12]") {
    CHECK(good(nested(63)).argv.size() == 1);
    CHECK(why(nested(64)) == errc::nesting_too_deep);
    CHECK(why(nested(500'000)) == errc::nesting_too_deep);
    CHECK(why(std::string(1'000'000, '[')) == errc::malformed_message);
    std::string objects = "{}";
    for (int level = 1; level < 64; ++level)
        objects = "{\"x\":" + objects + "}";
    CHECK(good(objects) == exec_request{});
    CHECK(why("{\"x\":" + objects + "}") == errc::nesting_too_deep);
    CHECK(good(R"({"x":[)" + nested(40) + "," + nested(40) + "," + objects.substr(0, 5 * 50) + "1" +
               std::string(50, '}') + R"(],"tty":true})")
              .tty);
}

TEST_CASE("json: what is unset is omitted, defaults are false, zero and empty [P-JSON-13]") {
    const auto written = [](const auto& write, const auto& message) {
        std::string out;
        write(message, out);
        return out;
    };
    CHECK(written(write_exec_request, exec_request{}) == R"({"argv":null})");
    CHECK(written(write_activity_info, activity_info{}) ==
          R"({"last_activity_unix":0,"active_sessions":0,"attached_sessions":0})");
    CHECK(written(write_forward_reply, forward_reply{"ok", ""}) == R"({"status":"ok"})");
    CHECK(written(write_file_read_request, file_read_request{.path = "/a"}) == R"({"path":"/a"})");
    CHECK(written(write_clock_set, clock_set_request{.unix_ns = 5}) == R"({"unix_ns":5})");
}

TEST_CASE("json: agents may add members [P-JSON-14]") {
    CHECK(parse_session_info(as_bytes(R"({"session_id":"s1","owner":{"uid":1000}})"sv))->session_id == "s1");
    CHECK(parse_file_info(as_bytes(R"({"name":"a","inode":12})"sv))->name == "a");
    CHECK(parse_activity_info(as_bytes(R"({"active_sessions":2,"load":[0.5]})"sv))->active_sessions == 2);
    CHECK(parse_file_read_reply(as_bytes(R"({"size":3,"mode":"0644","mtime":1.5})"sv))->size == 3);
}

// Damaged payloads: every prefix, every byte replaced. Whatever comes out, nothing may crash, and what was accepted
// must be writable and readable again. Most useful under the sanitizers.

#include <hearth/wire.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace hearth;
using namespace hearth::wire;
using namespace std::string_view_literals;

namespace {
template <auto Parse, auto Write>
bool survives(bytes_view json) {
    const auto message = Parse(json);
    if (!message)
        return false;
    std::string out;
    Write(*message, out);
    return Parse(as_bytes(out)).has_value();
}

bool session_list_survives(bytes_view json) {
    const auto list = parse_session_list(json);
    std::string out;
    if (list)
        write_session_list(*list, out);
    return list && parse_session_list(as_bytes(out)).has_value();
}

bool file_list_survives(bytes_view json) {
    const auto list = parse_file_list(json);
    std::string out;
    if (list)
        write_file_list(list->entries, list->entries.size() + 1, out);
    return list && parse_file_list(as_bytes(out)).has_value();
}

struct sample {
    bool (*survives)(bytes_view);
    std::string_view json;
};

const sample samples[] = {
    {survives<parse_exec_request, write_exec_request>,
     R"({"argv":["a","\u00e9\ud83d\ude00\n"],"env":{"A":"1"},"tty":true,"rows":24,"cols":80,"cwd":"/","session_id":"s1","max_idle_sec":-5,"x":[{"y":1.5e3},null]})"},
    {survives<parse_sandbox_config, write_sandbox_config>,
     R"({"sandbox_id":"s","env":null,"files":{"/a":{"content":"Zm9v","mode":"0600"}},"volumes":[{"device":"d","read_only":true}],"mounts":[{"tag":"t"}],"dns":["1.1.1.1"],"net":{"ip":"1","gateway":"2"}})"},
    {survives<parse_hello_reply, write_hello_reply>,
     R"({"agent":"a","revision":1,"features":["x"],"limits":{"sessions":64}})"},
    {survives<parse_hello_request, write_hello_request>, R"({"client":"h"})"},
    {survives<parse_clock_set, write_clock_set>, R"({"unix_ns":1700000000000000000,"entropy":"Zm8="})"},
    {survives<parse_activity_info, write_activity_info>, R"({"last_activity_unix":1,"execs":2})"},
    {survives<parse_detach_reply, write_detach_reply>, R"({"pid":1,"output_file":"/o"})"},
    {survives<parse_session_info, write_session_info>,
     R"({"session_id":"s1","argv":"sh","running":false,"exit_code":9})"},
    {survives<parse_session_kill, write_session_kill>, R"({"session_id":"s1"})"},
    {survives<parse_file_read_request, write_file_read_request>, R"({"path":"/a","offset":1,"limit":2,"max_bytes":3})"},
    {survives<parse_file_read_reply, write_file_read_reply>, R"({"size":1,"mode":"0644"})"},
    {survives<parse_file_write_request, write_file_write_request>, R"({"path":"/a","mode":"0644","size":5})"},
    {survives<parse_file_write_reply, write_file_write_reply>, R"({"status":"ok"})"},
    {survives<parse_file_path_request, write_file_path_request>, R"({"path":"/a"})"},
    {survives<parse_file_info, write_file_info>, R"({"name":"a","size":5,"mode":"0644","is_dir":false,"mtime":1})"},
    {survives<parse_forward_request, write_forward_request>, R"({"port":8080})"},
    {survives<parse_forward_reply, write_forward_reply>, R"({"status":"error","message":"m"})"},
    {survives<parse_systemctl_request, write_systemctl_request>, R"({"op":"s","units":["u"],"flags":{"a":"b"}})"},
    {survives<parse_systemctl_reply, write_systemctl_reply>, R"({"exit_code":0,"stdout":"","stderr":""})"},
    {session_list_survives, R"([{"session_id":"s1"},{"argv":"x","tty":true}])"},
    {file_list_survives, R"_([{"name":"a","mode":"0644"},{"name":"... truncated at 1 entries (2 total)","mode":""}])_"},
};

/// Copied to its exact size on the heap, so that a sanitizer sees a read beyond the end.
bool accepted(const sample& s, std::string_view text) {
    const std::unique_ptr<char[]> exact{new char[text.size()]};
    text.copy(exact.get(), text.size());
    return s.survives(as_bytes(std::string_view{exact.get(), text.size()}));
}
}  // namespace

TEST_CASE("corruption: whole messages are accepted, no proper prefix is [P-JSON-01] [P-JSON-06]") {
    for (const sample& s : samples) {
        CAPTURE(s.json);
        CHECK(accepted(s, s.json));
        for (std::size_t n = 0; n < s.json.size(); ++n)
            CHECK(!accepted(s, s.json.substr(0, n)));
    }
}

TEST_CASE("corruption: any byte may be anything [P-JSON-01] [P-JSON-10]") {
    const std::string_view values = "\0\x01 \n\"\\{}[],:-+.0129eEntfu/\x7f\x80\xc3\xed\xff"sv;
    std::size_t tried = 0;
    for (const sample& s : samples)
        for (std::size_t at = 0; at < s.json.size(); ++at)
            for (char value : values) {
                std::string text{s.json};
                text[at] = value;
                (void)accepted(s, text);
                text.erase(at, 1);
                (void)accepted(s, text);
                ++tried;
            }
    CHECK(tried > 20'000);
}

TEST_CASE("corruption: memory follows the payload, not what it says") {
    const std::string braces = "[" + std::string(100'000, '{');
    CHECK(!parse_session_list(as_bytes(braces)));
    const std::string digits = "{\"limits\":{\"x\":" + std::string(100'000, '9') + "}}";
    CHECK(parse_hello_reply(as_bytes(digits)).error() == errc::malformed_message);
}

// JSON messages. `--message=NAME` chooses one; without it every parser reads the same bytes.
// What is accepted is valid JSON to another reader too, and parse → write → parse is a fixpoint.

#include <hearth/core/utf8.hpp>
#include <hearth/wire.hpp>

#include <support/input.hpp>
#include <support/json_oracle.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace hearth;
using namespace hearth::wire;
using fuzz::is_json;
using fuzz::require;

namespace {

/// Who writes a message decides what becomes of bytes that are no UTF-8.
enum class writer { host, guest };

template <class T>
void check(bytes_view json, result<T> (*parse)(bytes_view), void (*write)(const T&, std::string&), writer by) {
    const result<T> value = parse(json);
    if (!value) {
        require(value.error() == errc::malformed_message || value.error() == errc::nesting_too_deep, "a named reason");
        return;
    }
    if (as_text(json).find("\\u") == std::string_view::npos)
        require(is_json(as_text(json)), "what is accepted is JSON");

    std::string first;
    write(*value, first);
    require(first.size() <= 6 * json.size() + 4096, "what is written is not much longer than what was read");
    require(is_json(first), "what is written is JSON");
    if (by == writer::guest)
        require(find_invalid_utf8(first) == first.size(), "an agent writes UTF-8");

    const result<T> again = parse(as_bytes(first));
    require(again.has_value(), "what is written can be read");
    if (by == writer::host)
        require(*again == *value, "a host's message says the same when read again");
    std::string second;
    write(*again, second);
    if (find_invalid_utf8(as_text(json)) == json.size())  // else names of a map may have become equal or change places
        require(second == first, "writing is stable");
}

/// Lists are written within a bound, whatever is in them.
void check_file_list(bytes_view json) {
    const auto list = parse_file_list(json);
    if (!list)
        return;
    const auto write = [](const file_list& what, std::string& out) {
        write_file_list(what.entries, what.truncated ? what.truncated->total : what.entries.size(), out);
    };
    std::string small;
    write_file_list(list->entries, list->entries.size(), small, 256);
    require(small.size() <= 256, "a listing keeps its bound");
    require(parse_file_list(as_bytes(small)).has_value(), "a listing that was cut can be read");
    if (std::ranges::none_of(list->entries, [](const file_info& entry) { return entry.mode.empty(); }))
        check<file_list>(json, parse_file_list, write, writer::guest);  // no real entry looks like the marker
}

void check_session_list(bytes_view json) {
    const auto list = parse_session_list(json);
    if (!list)
        return;
    std::string small;
    write_session_list(*list, small, 512);
    require(small.size() <= 512, "a list of sessions keeps its bound");
    require(parse_session_list(as_bytes(small)).has_value(), "a list that was cut can be read");
    check<std::vector<session_info>>(
        json, parse_session_list,
        [](const std::vector<session_info>& what, std::string& out) { write_session_list(what, out); }, writer::guest);
}

struct target {
    std::string_view name;
    void (*run)(bytes_view);
};

constexpr target targets[] = {
    {"ActivityInfo", [](bytes_view b) { check(b, parse_activity_info, write_activity_info, writer::guest); }},
    {"ClockSet", [](bytes_view b) { check(b, parse_clock_set, write_clock_set, writer::host); }},
    {"DetachReply", [](bytes_view b) { check(b, parse_detach_reply, write_detach_reply, writer::guest); }},
    {"ExecRequest", [](bytes_view b) { check(b, parse_exec_request, write_exec_request, writer::host); }},
    {"FileInfo", [](bytes_view b) { check(b, parse_file_info, write_file_info, writer::guest); }},
    {"FileList", check_file_list},
    {"FilePathRequest", [](bytes_view b) { check(b, parse_file_path_request, write_file_path_request, writer::host); }},
    {"FileReadRequest", [](bytes_view b) { check(b, parse_file_read_request, write_file_read_request, writer::host); }},
    {"FileReadResponse", [](bytes_view b) { check(b, parse_file_read_reply, write_file_read_reply, writer::guest); }},
    {"FileWriteRequest",
     [](bytes_view b) { check(b, parse_file_write_request, write_file_write_request, writer::host); }},
    {"FileWriteResponse",
     [](bytes_view b) { check(b, parse_file_write_reply, write_file_write_reply, writer::guest); }},
    {"ForwardRequest", [](bytes_view b) { check(b, parse_forward_request, write_forward_request, writer::host); }},
    {"ForwardResponse", [](bytes_view b) { check(b, parse_forward_reply, write_forward_reply, writer::guest); }},
    {"HelloRequest", [](bytes_view b) { check(b, parse_hello_request, write_hello_request, writer::host); }},
    {"HelloResponse", [](bytes_view b) { check(b, parse_hello_reply, write_hello_reply, writer::guest); }},
    {"SandboxConfig", [](bytes_view b) { check(b, parse_sandbox_config, write_sandbox_config, writer::host); }},
    {"SessionInfo", [](bytes_view b) { check(b, parse_session_info, write_session_info, writer::guest); }},
    {"SessionKill", [](bytes_view b) { check(b, parse_session_kill, write_session_kill, writer::host); }},
    {"SessionList", check_session_list},
    {"SystemctlRequest",
     [](bytes_view b) { check(b, parse_systemctl_request, write_systemctl_request, writer::host); }},
    {"SystemctlResponse", [](bytes_view b) { check(b, parse_systemctl_reply, write_systemctl_reply, writer::guest); }},
};

std::span<const target> chosen{targets};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    constexpr std::string_view option = "--message=";
    for (int i = 1; i < *argc; ++i) {
        const std::string_view argument{(*argv)[i]};
        if (!argument.starts_with(option))
            continue;
        const auto found = std::ranges::find(targets, argument.substr(option.size()), &target::name);
        if (found == std::end(targets)) {
            std::fprintf(stderr, "messages:");
            for (const target& known : targets)
                std::fprintf(stderr, " %s", known.name.data());
            std::fputc('\n', stderr);
            std::exit(2);
        }
        chosen = std::span{found, 1};
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const target& one : chosen)
        one.run(std::as_bytes(std::span{data, size}));
    return 0;
}

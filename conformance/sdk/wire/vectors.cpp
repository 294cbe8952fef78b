// The golden vectors of conformance/vectors against the SDK. conformance/vectors/decode.py reads the same files with an
// implementation of its own; where the two disagree, the specification decides.

#include <hearth/core/errc.hpp>
#include <hearth/core/utf8.hpp>
#include <hearth/wire.hpp>

#include <support/vector_file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

using hearth::test::bytes_of;
using hearth::test::json_value;
using hearth::test::text_of;

// --- meanings as values: the overloads stand where argument-dependent lookup finds them -------------------------------

namespace hearth::wire {

using test::read;

void read(const json_value& v, exec_request& out) {
    read(v, "argv", out.argv);
    read(v, "env", out.env);
    read(v, "tty", out.tty);
    read(v, "rows", out.rows);
    read(v, "cols", out.cols);
    read(v, "cwd", out.cwd);
    read(v, "session_id", out.session_id);
    read(v, "max_idle_sec", out.max_idle_sec);
    read(v, "if_detached", out.if_detached);
    read(v, "detach", out.detach);
    read(v, "output_file", out.output_file);
    read(v, "session", out.session);
}
void read(const json_value& v, detach_reply& out) {
    read(v, "pid", out.pid);
    read(v, "output_file", out.output_file);
}
void read(const json_value& v, session_info& out) {
    read(v, "session_id", out.session_id);
    read(v, "argv", out.argv);
    read(v, "tty", out.tty);
    read(v, "running", out.running);
    read(v, "exit_code", out.exit_code);
    read(v, "attached", out.attached);
    read(v, "created_at", out.created_at);
}
void read(const json_value& v, session_kill_request& out) { read(v, "session_id", out.session_id); }
void read(const json_value& v, activity_info& out) {
    read(v, "last_activity_unix", out.last_activity_unix);
    read(v, "active_sessions", out.active_sessions);
    read(v, "attached_sessions", out.attached_sessions);
    read(v, "execs", out.execs);
    read(v, "detached", out.detached);
    read(v, "tunnels", out.tunnels);
    read(v, "uploads", out.uploads);
}
void read(const json_value& v, file_read_request& out) {
    read(v, "path", out.path);
    read(v, "offset", out.offset);
    read(v, "limit", out.limit);
    read(v, "max_bytes", out.max_bytes);
}
void read(const json_value& v, file_read_reply& out) {
    read(v, "size", out.size);
    read(v, "mode", out.mode);
}
void read(const json_value& v, file_write_request& out) {
    read(v, "path", out.path);
    read(v, "mode", out.mode);
    read(v, "size", out.size);
}
void read(const json_value& v, file_write_reply& out) { read(v, "status", out.status); }
void read(const json_value& v, file_path_request& out) { read(v, "path", out.path); }
void read(const json_value& v, file_info& out) {
    read(v, "name", out.name);
    read(v, "size", out.size);
    read(v, "mode", out.mode);
    read(v, "is_dir", out.is_dir);
    read(v, "mtime", out.mtime);
}
void read(const json_value& v, file_list::truncation& out) {
    read(v, "shown", out.shown);
    read(v, "total", out.total);
}
void read(const json_value& v, file_list& out) {
    read(v, "entries", out.entries);
    read(v, "truncated", out.truncated);
}
void read(const json_value& v, forward_request& out) { read(v, "port", out.port); }
void read(const json_value& v, forward_reply& out) {
    read(v, "status", out.status);
    read(v, "message", out.message);
}
void read(const json_value& v, sandbox_config::file& out) {
    read(v, "content", out.content);
    read(v, "mode", out.mode);
}
void read(const json_value& v, sandbox_config::volume& out) {
    read(v, "device", out.device);
    read(v, "mount", out.mount);
    read(v, "fs", out.fs);
    read(v, "read_only", out.read_only);
}
void read(const json_value& v, sandbox_config::shared_directory& out) {
    read(v, "tag", out.tag);
    read(v, "mount", out.mount);
    read(v, "read_only", out.read_only);
}
void read(const json_value& v, sandbox_config::network& out) {
    read(v, "ip", out.ip);
    read(v, "gateway", out.gateway);
}
void read(const json_value& v, sandbox_config& out) {
    read(v, "sandbox_id", out.sandbox_id);
    read(v, "hostname", out.hostname);
    read(v, "token", out.token);
    read(v, "env", out.env);
    read(v, "files", out.files);
    read(v, "volumes", out.volumes);
    read(v, "mounts", out.mounts);
    read(v, "init", out.init);
    read(v, "dns", out.dns);
    read(v, "dns_internal", out.dns_internal);
    read(v, "user", out.user);
    read(v, "net", out.net);
}
void read(const json_value& v, hello_request& out) { read(v, "client", out.client); }
void read(const json_value& v, hello_reply& out) {
    read(v, "agent", out.agent);
    read(v, "version", out.version);
    read(v, "revision", out.revision);
    read(v, "features", out.features);
    read(v, "limits", out.limits);
}
void read(const json_value& v, clock_set_request& out) {
    read(v, "unix_ns", out.unix_ns);
    read(v, "entropy", out.entropy);
}
void read(const json_value& v, systemctl_request& out) {
    read(v, "op", out.op);
    read(v, "units", out.units);
    read(v, "flags", out.flags);
}
void read(const json_value& v, systemctl_reply& out) {
    read(v, "exit_code", out.exit_code);
    read(v, "stdout", out.out);
    read(v, "stderr", out.err);
}

}  // namespace hearth::wire

using namespace hearth;
using namespace hearth::wire;

namespace {

using test::read;

errc error_named(std::string_view name) {
    if (name == "malformed_message")
        return errc::malformed_message;
    if (name == "nesting_too_deep")
        return errc::nesting_too_deep;
    if (name == "short_payload" || name == "ignored")  // whether it ends the conversation is for the session to say
        return errc::short_payload;
    if (name == "truncated_frame")
        return errc::truncated_frame;
    if (name == "bad_frame_length")
        return errc::bad_frame_length;
    throw std::runtime_error("no error is called " + std::string{name});
}

errc meaning_named(std::string_view name) {
    static const std::map<std::string_view, errc> names{
        {"auth_required", errc::auth_required},
        {"bad_request", errc::bad_request},
        {"connection_limit", errc::connection_limit},
        {"empty_argv", errc::empty_argv},
        {"file_too_large", errc::file_too_large},
        {"is_a_directory", errc::is_a_directory},
        {"no_such_file", errc::no_such_file},
        {"not_a_directory", errc::not_a_directory},
        {"not_a_regular_file", errc::not_a_regular_file},
        {"peer_error", errc::peer_error},
        {"permission_denied", errc::permission_denied},
        {"request_timeout", errc::request_timeout},
        {"session_attached", errc::session_attached},
        {"session_limit", errc::session_limit},
        {"session_not_found", errc::session_not_found},
        {"start_failed", errc::start_failed},
        {"too_many_bytes", errc::too_many_bytes},
        {"unknown_operation", errc::unknown_operation},
        {"upload_incomplete", errc::upload_incomplete},
        {"upload_timeout", errc::upload_timeout},
    };
    return names.at(name);
}

std::string_view name_of(exec_kind kind) {
    switch (kind) {
    case exec_kind::attach: return "attach";
    case exec_kind::empty_argv: return "empty_argv";
    case exec_kind::detached: return "detached";
    case exec_kind::terminal: return "terminal";
    case exec_kind::piped: return "piped";
    case exec_kind::plain: return "plain";
    }
    return "";
}

/// Whether a receiver must accept, must refuse, or may do either.
enum class verdict { accept, refuse, either };

verdict verdict_of(const json_value& vector) {
    if (!vector.as_object().contains("valid"))
        return verdict::accept;  // a step of a conversation
    const json_value& valid = vector.at("valid");
    return valid.is_string() ? verdict::either : valid.as_bool() ? verdict::accept : verdict::refuse;
}

template <class T>
void check_derived(const json_value&, const T&) {}
void check_derived(const json_value& meaning, const exec_request& request) {
    CHECK(name_of(kind_of(request)) == text_of(meaning, "kind"));
}

template <class T>
std::string written(void (*write)(const T&, std::string&), const T& value) {
    std::string out;
    write(value, out);
    return out;
}

/// The members of all objects in a document.
std::size_t count_members(const json_value& value) {
    std::size_t count = 0;
    if (const auto* const object = value.if_object())
        for (const auto& member : *object)
            count += 1 + count_members(member.value());
    else if (const auto* const array = value.if_array())
        for (const json_value& element : *array)
            count += count_members(element);
    return count;
}

/// The same in the text of a document: one colon outside of strings each.
std::size_t count_members(std::string_view text) {
    std::size_t count = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"')
            quoted = !quoted;
        else if (quoted && text[at] == '\\')
            ++at;
        else if (!quoted && text[at] == ':')
            ++count;
    }
    return count;
}

/// A document that names no member twice: Boost.JSON would keep the last one only.
std::optional<json_value> parsed(std::string_view text) {
    boost::json::error_code error;
    std::optional<json_value> out(std::in_place, test::parse_json(text, error));
    if (error || count_members(*out) != count_members(text))
        out.reset();
    return out;
}

/// Equality of JSON values: member order, whitespace, escapes and how a number is written mean nothing (P-JSON-11).
bool same_json(const json_value& left, const json_value& right) {
    if (left.is_number() && right.is_number())
        return left.is_double() || right.is_double() ? left.to_number<double>() == right.to_number<double>()
                                                     : left == right;
    if (left.is_array() && right.is_array())
        return std::ranges::equal(left.as_array(), right.as_array(),
                                  [](const json_value& l, const json_value& r) { return same_json(l, r); });
    if (left.is_object() && right.is_object())
        return left.as_object().size() == right.as_object().size() &&
               std::ranges::all_of(left.as_object(), [&](const auto& member) {
                   const json_value* const other = right.as_object().if_contains(member.key());
                   return other != nullptr && same_json(member.value(), *other);
               });
    return left == right;
}
bool same_json_text(const json_value& left, std::string_view right) {
    const auto other = parsed(right);
    return other && same_json(left, *other);
}

/// One JSON message, both directions.
template <class T>
void check_message(const json_value& vector, bytes_view payload, result<T> (*parse)(bytes_view),
                   void (*write)(const T&, std::string&)) {
    const result<T> found = parse(payload);
    const verdict wanted = verdict_of(vector);
    if (wanted == verdict::refuse) {
        CHECK(found.error() == error_named(text_of(vector, "error")));
        return;
    }
    if (!found) {
        CHECK(wanted == verdict::either);
        return;
    }
    T meaning{};
    read(vector.at("decoded"), meaning);
    CHECK(*found == meaning);
    check_derived(vector.at("decoded"), *found);
    const std::string again = written(write, meaning);
    const result<T> reread = parse(as_bytes(again));
    REQUIRE(reread);
    CHECK(*reread == meaning);
    if (vector.as_object().contains("canonical")) {
        const auto sent = parsed(as_text(payload));
        REQUIRE(sent.has_value());
        CHECK(same_json_text(*sent, again));
    }
}

template <class T>
void check_encode(const json_value& vector, void (*write)(const T&, std::string&)) {
    T value{};
    read(vector.at("value"), value);
    const std::string json = written(write, value);
    CAPTURE(json);
    CHECK(find_invalid_utf8(json) == json.size());
    CHECK(same_json_text(vector.at("json"), json));
}

void write_list(const file_list& list, std::string& out) {
    write_file_list(list.entries, list.truncated ? list.truncated->total : list.entries.size(), out);
}
void write_sessions(const std::vector<session_info>& sessions, std::string& out) { write_session_list(sessions, out); }

/// What to do with a payload, or with a value to encode, by the name of its message.
struct message_check {
    std::function<void(const json_value&, bytes_view)> decode;
    std::function<void(const json_value&)> encode;
};

template <class T>
message_check json_check(result<T> (*parse)(bytes_view), void (*write)(const T&, std::string&)) {
    return {[=](const json_value& v, bytes_view payload) { check_message(v, payload, parse, write); },
            [=](const json_value& v) { check_encode(v, write); }};
}

void check_bytes(const json_value& vector, bytes_view payload) {
    std::string meaning;
    read(vector.at("decoded"), meaning);
    CHECK((as_text(payload) == meaning));  // not stringified: it may be a megabyte
}

void check_terminal_size(const json_value& vector, bytes_view payload) {
    const auto found = parse_terminal_size(payload);
    if (verdict_of(vector) == verdict::refuse) {
        CHECK(found.error() == error_named(text_of(vector, "error")));
        return;
    }
    REQUIRE(found);
    terminal_size meaning;
    read(vector.at("decoded"), "rows", meaning.rows);
    read(vector.at("decoded"), "cols", meaning.cols);
    CHECK(*found == meaning);
    CHECK(std::ranges::equal(write_terminal_size(meaning), payload.first<4>()));
}

void check_exit_status(const json_value& vector, bytes_view payload) {
    const auto found = parse_exit_status(payload);
    if (verdict_of(vector) == verdict::refuse) {
        CHECK(found.error() == error_named(text_of(vector, "error")));
        return;
    }
    REQUIRE(found);
    CHECK(*found == vector.at("decoded").to_number<int>());
    CHECK(std::ranges::equal(write_exit_status(*found), payload.first<4>()));
}

void check_error_text(const json_value& vector, bytes_view payload) {
    std::string text;
    read(vector.at("decoded"), "text", text);
    CHECK(as_text(payload) == text);
    if (vector.at("decoded").as_object().contains("meaning"))
        CHECK(meaning_of_error_text(text) == meaning_named(text_of(vector.at("decoded"), "meaning")));
    const std::string sendable = sendable_error_text(text);
    CHECK(sendable.size() <= max_error_text);
    CHECK(find_invalid_utf8(sendable) == sendable.size());
    CHECK((text.size() > max_error_text || find_invalid_utf8(text) != text.size() || sendable == text));
}

const message_check& check_of(const std::string& message) {
    const auto nothing = [](const json_value&) {};
    static const std::map<std::string, message_check> checks{
        {"ActivityInfo", json_check(parse_activity_info, write_activity_info)},
        {"Bytes", {check_bytes, nothing}},
        {"ClockSet", json_check(parse_clock_set, write_clock_set)},
        {"DetachReply", json_check(parse_detach_reply, write_detach_reply)},
        {"ErrorText", {check_error_text, nothing}},
        {"ExecRequest", json_check(parse_exec_request, write_exec_request)},
        {"ExitStatus", {check_exit_status, nothing}},
        {"FileInfo", json_check(parse_file_info, write_file_info)},
        {"FileList", json_check(parse_file_list, write_list)},
        {"FilePathRequest", json_check(parse_file_path_request, write_file_path_request)},
        {"FileReadRequest", json_check(parse_file_read_request, write_file_read_request)},
        {"FileReadResponse", json_check(parse_file_read_reply, write_file_read_reply)},
        {"FileWriteRequest", json_check(parse_file_write_request, write_file_write_request)},
        {"FileWriteResponse", json_check(parse_file_write_reply, write_file_write_reply)},
        {"ForwardRequest", json_check(parse_forward_request, write_forward_request)},
        {"ForwardResponse", json_check(parse_forward_reply, write_forward_reply)},
        {"HelloRequest", json_check(parse_hello_request, write_hello_request)},
        {"HelloResponse", json_check(parse_hello_reply, write_hello_reply)},
        {"Ignored", {[](const json_value&, bytes_view) {}, nothing}},
        {"SandboxConfig", json_check(parse_sandbox_config, write_sandbox_config)},
        {"SessionInfo", json_check(parse_session_info, write_session_info)},
        {"SessionKill", json_check(parse_session_kill, write_session_kill)},
        {"SessionList", json_check(parse_session_list, write_sessions)},
        {"SystemctlRequest", json_check(parse_systemctl_request, write_systemctl_request)},
        {"SystemctlResponse", json_check(parse_systemctl_reply, write_systemctl_reply)},
        {"TerminalSize", {check_terminal_size, nothing}},
    };
    return checks.at(message);
}

// --- streams ----------------------------------------------------------------------------------------------------------

struct received {
    std::string frames;  ///< every frame as it was sent
    std::size_t count{0};
    std::error_code end;
};

/// Feeds `stream` in the given pieces and takes each frame as soon as it is there.
received receive(std::string_view stream, std::span<const std::size_t> cuts) {
    received out;
    frame_parser parser;
    std::size_t from = 0;
    const auto feed = [&](std::size_t to) {
        parser.feed(as_bytes(stream.substr(from, to - from)));
        from = to;
        for (auto f = parser.next(); f.status == parse_status::frame; f = parser.next(), ++out.count)
            REQUIRE(append_frame(f.frame.type, f.frame.payload, out.frames));
    };
    for (const std::size_t cut : cuts)
        feed(cut);
    feed(stream.size());
    out.end = parser.end_of_stream();
    return out;
}

/// Every point to cut at; of a long stream those where something could go wrong.
std::vector<std::size_t> cuts_of(std::size_t size) {
    std::set<std::size_t> points;
    for (std::size_t at = 0; at < size; ++at)
        if (size <= 4096 || at < 16 || at + 16 >= size || (at & (at - 1)) == 0)
            points.insert(at);
    return {points.begin(), points.end()};
}

/// Whole, cut in two at every point, byte by byte: the same frames and the same end.
void check_stream(std::string_view stream, std::string_view frames, std::size_t count, std::error_code end) {
    const auto same = [&](const received& found) {
        CHECK((found.frames == frames));
        CHECK(found.count == count);
        CHECK(found.end == end);
    };
    same(receive(stream, {}));
    const auto cuts = cuts_of(stream.size());
    for (const std::size_t cut : cuts)
        same(receive(stream, std::span{&cut, 1}));
    if (stream.size() <= 4096)
        same(receive(stream, cuts));
}

parse_status status_named(std::string_view name) {
    return name == "frame"        ? parse_status::frame
           : name == "incomplete" ? parse_status::incomplete
           : name == "malformed"  ? parse_status::malformed
                                  : throw std::runtime_error("no such status");
}

/// One whole frame: received however it is cut, truncated wherever it is cut short.
bytes_view check_frame(const json_value& vector, std::string_view stream) {
    const parsed_frame found = try_parse(as_bytes(stream));
    REQUIRE(found.status == parse_status::frame);
    CHECK(found.total == stream.size());
    CHECK(wire::name_of(found.frame.type) == text_of(vector, "type"));
    check_stream(stream, stream, 1, errc::end_of_stream);
    for (const std::size_t cut : cuts_of(stream.size())) {
        const std::string_view front = stream.substr(0, cut);
        CHECK(try_parse(as_bytes(front)).status == parse_status::incomplete);
        CHECK(receive(front, {}).end == (cut == 0 ? errc::end_of_stream : errc::truncated_frame));
    }
    return found.frame.payload;
}

/// Runs `check` on every vector of one kind in one area and counts them.
void for_each(std::string_view area, std::string_view kind, const std::function<void(const json_value&)>& check,
              std::size_t at_least = 1) {
    const json_value file = test::load_vectors(area);
    std::size_t seen = 0;
    for (const json_value& vector : file.at("vectors").as_array()) {
        if (text_of(vector, "kind") != kind)
            continue;
        INFO(text_of(vector, "id"), ": ", text_of(vector, "note"));
        check(vector);
        ++seen;
    }
    CHECK(seen >= at_least);
}

void check_frames(std::string_view area) {
    for_each(area, "frame", [](const json_value& vector) {
        const std::string stream = bytes_of(vector.at("hex"));
        const bytes_view payload = check_frame(vector, stream);
        check_of(text_of(vector, "message")).decode(vector, payload);
    });
}

void check_encodes(std::string_view area) {
    for_each(area, "encode", [](const json_value& v) { check_of(text_of(v, "message")).encode(v); });
}

}  // namespace

TEST_CASE(
    "vectors: streams of frames, whole, byte by byte and cut at every point [P-FRAME-01] [P-FRAME-02] [P-FRAME-03] "
    "[P-FRAME-04] [P-FRAME-06] [P-FRAME-07] [P-FRAME-08] [P-FRAME-10] [P-FRAME-11] [P-FRAME-14] [P-FRAME-15]") {
    for_each("frame", "stream", [](const json_value& vector) {
        const std::string stream = bytes_of(vector.at("hex"));
        std::string frames;
        for (const json_value& frame : vector.at("frames").as_array()) {
            const auto type = static_cast<frame_type>(std::strtoul(frame.at("type").as_string().c_str(), nullptr, 16));
            const std::string payload =
                frame.as_object().contains("payload_hex")
                    ? bytes_of(frame.at("payload_hex"))
                    : stream.substr(frame_header_size, frame.at("payload_length").to_number<unsigned>());
            REQUIRE(append_frame(type, as_bytes(payload), frames));
        }
        const std::string end = text_of(vector, "end");
        check_stream(stream, frames, vector.at("frames").as_array().size(),
                     end == "clean" ? errc::end_of_stream : error_named(end));

        const json_value& wanted = vector.at("try_parse");
        const parsed_frame found = try_parse(as_bytes(stream));
        REQUIRE(found.status == status_named(text_of(wanted, "status")));
        if (found.status == parse_status::frame) {
            CHECK(static_cast<unsigned long>(found.frame.type) ==
                  std::strtoul(wanted.at("type").as_string().c_str(), nullptr, 16));
            CHECK(found.total == wanted.at("total").to_number<unsigned>());
            CHECK(as_text(found.frame.payload).data() - stream.data() == wanted.at("payload_offset").to_number<int>());
        }
    });
}

TEST_CASE("vectors: payloads that are no JSON [P-FRAME-16] [P-FRAME-17] [P-KILL-01]") { check_frames("fixed"); }

TEST_CASE("vectors: tokens are raw bytes [P-AUTH-01] [P-AUTH-02]") { check_frames("auth"); }

TEST_CASE(
    "vectors: the rules of every JSON payload [P-JSON-01] [P-JSON-02] [P-JSON-03] [P-JSON-04] [P-JSON-05] [P-JSON-07] "
    "[P-JSON-08] [P-JSON-10] [P-JSON-11] [P-JSON-12] [P-JSON-13]") {
    check_frames("json");
}

TEST_CASE("vectors: exec requests and what they ask for [P-EXEC-01] [P-TTY-02] [P-SESS-06]") { check_frames("exec"); }

TEST_CASE("vectors: the reply of a detached exec [P-DET-03] [P-DET-05]") {
    check_frames("detach");
    check_encodes("detach");
}

TEST_CASE("vectors: sessions [P-SESS-21] [P-SESS-23] [P-SESS-24] [P-JSON-09] [P-JSON-14]") {
    check_frames("session");
    check_encodes("session");
}

TEST_CASE("vectors: files [P-FILE-11] [P-FILE-80] [P-FILE-86] [P-FILE-87] [P-JSON-09] [P-JSON-14]") {
    check_frames("files");
    check_encodes("files");
}

TEST_CASE("vectors: octal modes [P-FILE-43]") {
    for_each("files", "file_mode", [](const json_value& vector) {
        CHECK(parse_file_mode(text_of(vector, "text")) == std::stoul(text_of(vector, "bits"), nullptr, 8));
        CHECK(format_file_mode(parse_file_mode(text_of(vector, "text"))) == text_of(vector, "bits"));
    });
}

TEST_CASE("vectors: the name of a path [P-FILE-71]") {
    for_each("files", "path_name", [](const json_value& vector) {
        const std::string path = text_of(vector, "path");
        CHECK(last_path_element(path) == text_of(vector, "name"));
    });
}

TEST_CASE("vectors: tunnels [P-FWD-01] [P-FWD-03]") { check_frames("forward"); }

TEST_CASE("vectors: activity [P-ACT-01] [P-ACT-05]") { check_frames("activity"); }

TEST_CASE("vectors: boot configurations [P-CFG-09] [P-JSON-03]") { check_frames("config"); }

TEST_CASE("vectors: base64 [P-CFG-09]") {
    for_each("config", "base64", [](const json_value& vector) {
        const auto found = decode_base64(text_of(vector, "text"));
        if (vector.as_object().contains("error")) {
            CHECK(found.error() == error_named(text_of(vector, "error")));
            return;
        }
        REQUIRE(found);
        CHECK(*found == bytes_of(vector.at("bytes_hex")));
        std::string again;
        encode_base64(*found, again);
        CHECK(again == text_of(vector, "text"));
    });
}

TEST_CASE("vectors: extensions [P-EXT-03] [P-EXT-04] [P-EXT-05] [P-EXT-06] [P-EXT-07]") { check_frames("extensions"); }

TEST_CASE("vectors: in-guest service control [P-SYS-01]") { check_frames("systemctl"); }

TEST_CASE("vectors: error texts and what they mean [P-ERR-01] [P-ERR-03] [P-ERR-05]") { check_frames("error_texts"); }

TEST_CASE("vectors: messages of the operating system [P-ERR-04]") {
    static const std::map<std::string, int> numbers{{"ENOENT", ENOENT},
                                                    {"EACCES", EACCES},
                                                    {"EPERM", EPERM},
                                                    {"ENOTDIR", ENOTDIR},
                                                    {"EISDIR", EISDIR},
                                                    {"EEXIST", EEXIST},
                                                    {"ENOEXEC", ENOEXEC},
                                                    {"EINVAL", EINVAL},
                                                    {"ENOSPC", ENOSPC},
                                                    {"EROFS", EROFS},
                                                    {"ELOOP", ELOOP},
                                                    {"ENAMETOOLONG", ENAMETOOLONG},
                                                    {"EIO", EIO},
                                                    {"EMFILE", EMFILE},
                                                    {"ENOMEM", ENOMEM},
                                                    {"ECONNREFUSED", ECONNREFUSED},
                                                    {"ETIMEDOUT", ETIMEDOUT}};
    for_each("error_texts", "os_error", [](const json_value& vector) {
        CHECK(os_error_text(numbers.at(text_of(vector, "errno"))) == text_of(vector, "text"));
    });
}

TEST_CASE("vectors: bad bytes become U+FFFD [P-JSON-09]") {
    for_each("error_texts", "utf8", [](const json_value& vector) {
        const std::string bytes = bytes_of(vector.at("bytes_hex"));
        CHECK(to_valid_utf8(bytes) == text_of(vector, "text"));
        CHECK((find_invalid_utf8(bytes) == bytes.size()) == (bytes == text_of(vector, "text")));
    });
}

TEST_CASE(
    "vectors: complete exchanges [P-CONN-02] [P-DET-03] [P-CLI-05] [P-FILE-40] [P-FWD-05] [P-FWD-06] [P-SESS-03]") {
    for_each("conversations", "conversation", [](const json_value& vector) {
        std::map<std::string, std::string> joined;  // payloads of one sender and type
        for (const json_value& step : vector.at("steps").as_array()) {
            if (!step.as_object().contains("type"))
                continue;
            const std::string stream = bytes_of(step.at("hex"));
            const bytes_view payload = check_frame(step, stream);
            check_of(text_of(step, "message")).decode(step, payload);
            joined[text_of(step, "from") + text_of(step, "type")].append(as_text(payload));
        }
        if (vector.as_object().contains("concatenated")) {
            const json_value& whole = vector.at("concatenated");
            const std::string& payload = joined.at(text_of(whole, "from") + text_of(whole, "type"));
            check_of(text_of(whole, "message")).decode(whole, as_bytes(payload));
        }
    });
}

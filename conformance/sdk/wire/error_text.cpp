#include <hearth/core/limits.hpp>
#include <hearth/core/utf8.hpp>
#include <hearth/wire/error_text.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <utility>

using namespace hearth;
using namespace hearth::wire;

TEST_CASE("error_text: texts with variable parts [P-ERR-03]") {
    CHECK(error_text::unexpected_frame(static_cast<frame_type>(0x0a)) == "unexpected frame type 0x0a");
    CHECK(error_text::unexpected_frame(static_cast<frame_type>(0xff)) == "unexpected frame type 0xff");
    CHECK(error_text::expected_forward(frame_type::exec_request) == "expected FWD_REQ, got 0x10");
    CHECK(error_text::bad_exec_request("x") == "bad exec request: x");
    CHECK(error_text::bad_request("x") == "bad request: x");
    CHECK(error_text::bad_forward_request("x") == "bad forward request: x");
    CHECK(error_text::start("x") == "start: x");
    CHECK(error_text::file_too_large(104'857'601, 104'857'600) == "file too large: 104857601 bytes (max 104857600)");
    CHECK(error_text::connection_lost(0, 5) == "connection lost after 0/5 bytes");
    CHECK(error_text::too_many_bytes(4) == "too many bytes: more than 4");
    CHECK(error_text::is_a_directory("/d") == "/d is a directory");
    CHECK(error_text::is_not_a_directory("/f") == "/f is not a directory");
    CHECK(error_text::is_not_a_regular_file("/p") == "/p is not a regular file");
}

TEST_CASE("error_text: messages of the operating system are lower case [P-ERR-04]") {
    const std::pair<int, const char*> texts[] = {{ENOENT, "no such file or directory"},
                                                 {EACCES, "permission denied"},
                                                 {EPERM, "operation not permitted"},
                                                 {ENOTDIR, "not a directory"},
                                                 {EISDIR, "is a directory"},
                                                 {EEXIST, "file exists"},
                                                 {ENOEXEC, "exec format error"},
                                                 {EINVAL, "invalid argument"},
                                                 {ENOSPC, "no space left on device"},
                                                 {EROFS, "read-only file system"},
                                                 {ELOOP, "too many levels of symbolic links"},
                                                 {ENAMETOOLONG, "file name too long"},
                                                 {EIO, "input/output error"},
                                                 {EMFILE, "too many open files"},
                                                 {ENOMEM, "cannot allocate memory"},
                                                 {ECONNREFUSED, "connection refused"},
                                                 {ETIMEDOUT, "connection timed out"}};
    for (const auto& [value, text] : texts)
        CHECK(os_error_text(value) == text);
    for (int value = 1; value < 140; ++value)
        for (char c : os_error_text(value))
            CHECK((c < 'A' || c > 'Z'));
    CHECK(error_text::system("open", "/x", ENOENT) == "open /x: no such file or directory");
}

TEST_CASE("error_text: a client knows what each text means [P-ERR-01] [P-ERR-03]") {
    const std::pair<std::string, errc> meanings[] = {
        {"connection limit exceeded", errc::connection_limit},
        {"auth required", errc::auth_required},
        {"request timeout", errc::request_timeout},
        {"empty argv", errc::empty_argv},
        {"session limit exceeded", errc::session_limit},
        {"session not found", errc::session_not_found},
        {"session is attached", errc::session_attached},
        {"bad kill request", errc::bad_request},
        {"file size must be >= 0", errc::bad_request},
        {"upload timed out", errc::upload_timeout},
        {"tunnel limit exceeded", errc::tunnel_limit},
        {"not configured", errc::not_configured},
        {"shutting down", errc::shutting_down},
        {"unexpected frame type 0x70", errc::unknown_operation},
        {"expected FWD_REQ, got 0x10", errc::unknown_operation},
        {"bad exec request: invalid character", errc::bad_request},
        {"bad request: x", errc::bad_request},
        {"bad forward request: x", errc::bad_request},
        {"start: exec: \"x\": no such file or directory", errc::start_failed},
        {"start: too many detached commands", errc::start_failed},
        {"pty: x", errc::start_failed},
        {"stdin pipe: too many open files", errc::start_failed},
        {"stdout pipe: x", errc::start_failed},
        {"stderr pipe: x", errc::start_failed},
        {"open output file: permission denied", errc::start_failed},
        {"open /x: no such file or directory", errc::no_such_file},
        {"open /f/x: not a directory", errc::not_a_directory},
        {"/f is not a directory", errc::not_a_directory},
        {"/d is a directory", errc::is_a_directory},
        {"rename /d: is a directory", errc::is_a_directory},
        {"/no such file or directory is a directory", errc::is_a_directory},
        {"/p is not a regular file", errc::not_a_regular_file},
        {"open /x: permission denied", errc::permission_denied},
        {"mkdir /x: operation not permitted", errc::permission_denied},
        {"file too large: 2 bytes (max 1)", errc::file_too_large},
        {"connection lost after 1/2 bytes", errc::upload_incomplete},
        {"too many bytes: more than 4", errc::too_many_bytes},
        {"dial tcp 127.0.0.1:1: connect: connection refused", errc::forward_refused},
        {"", errc::peer_error},
        {"Auth required", errc::peer_error},
        {"auth required ", errc::peer_error},
        {"disk on fire", errc::peer_error},
    };
    for (const auto& [text, meaning] : meanings) {
        CAPTURE(text);
        CHECK(meaning_of_error_text(text) == meaning);
    }
}

TEST_CASE("error_text: what is sent is valid and at most 4096 bytes, cut in the middle [P-ERR-05]") {
    CHECK(sendable_error_text("auth required") == "auth required");
    CHECK(sendable_error_text("a\xff") == "a\xef\xbf\xbd");
    for (const std::string& path : {std::string(4096, 'x'), std::string(5000, '\xff'), std::string(2'000'000, 'x')}) {
        const std::string text = sendable_error_text(error_text::system("open", path, ENOENT));
        CHECK(text.size() <= max_error_text);
        CHECK(text.size() > max_error_text - 8);
        CHECK(find_invalid_utf8(text) == text.size());
        CHECK(text.starts_with("open "));
        CHECK(text.ends_with(": no such file or directory"));
        CHECK(text.find("\xe2\x80\xa6") != text.npos);
    }
}

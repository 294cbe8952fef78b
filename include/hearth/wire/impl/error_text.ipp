#ifndef HEARTH_WIRE_IMPL_ERROR_TEXT_IPP
#define HEARTH_WIRE_IMPL_ERROR_TEXT_IPP

#include <hearth/core/limits.hpp>
#include <hearth/core/utf8.hpp>
#include <hearth/wire/error_text.hpp>

#include <cerrno>
#include <system_error>

namespace hearth::wire {
namespace error_text {
namespace detail {

HEARTH_DECL std::string joined(std::string_view a, std::string_view b) {
    std::string out{a};
    out.append(b);
    return out;
}

HEARTH_DECL std::string with_type(std::string_view text, frame_type type) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned>(type);
    std::string out{text};
    out.append("0x").push_back(digits[value >> 4]);
    out.push_back(digits[value & 0xf]);
    return out;
}

}  // namespace detail

HEARTH_DECL std::string unexpected_frame(frame_type type) { return detail::with_type("unexpected frame type ", type); }
HEARTH_DECL std::string expected_forward(frame_type got) { return detail::with_type("expected FWD_REQ, got ", got); }
HEARTH_DECL std::string bad_exec_request(std::string_view why) { return detail::joined("bad exec request: ", why); }
HEARTH_DECL std::string bad_request(std::string_view why) { return detail::joined("bad request: ", why); }
HEARTH_DECL std::string bad_forward_request(std::string_view why) {
    return detail::joined("bad forward request: ", why);
}
HEARTH_DECL std::string start(std::string_view why) { return detail::joined("start: ", why); }
HEARTH_DECL std::string file_too_large(std::int64_t size, std::int64_t cap) {
    return "file too large: " + std::to_string(size) + " bytes (max " + std::to_string(cap) + ")";
}
HEARTH_DECL std::string connection_lost(std::int64_t written, std::int64_t size) {
    return "connection lost after " + std::to_string(written) + "/" + std::to_string(size) + " bytes";
}
HEARTH_DECL std::string too_many_bytes(std::int64_t size) {
    return "too many bytes: more than " + std::to_string(size);
}
HEARTH_DECL std::string is_a_directory(std::string_view path) { return detail::joined(path, " is a directory"); }
HEARTH_DECL std::string is_not_a_directory(std::string_view path) {
    return detail::joined(path, " is not a directory");
}
HEARTH_DECL std::string is_not_a_regular_file(std::string_view path) {
    return detail::joined(path, " is not a regular file");
}
HEARTH_DECL std::string system(std::string_view operation, std::string_view path, int os_error) {
    std::string out{operation};
    out.append(" ").append(path).append(": ").append(os_error_text(os_error));
    return out;
}

}  // namespace error_text

HEARTH_DECL std::string os_error_text(int os_error) {
    switch (os_error) {  // texts that clients search for, whatever the C library calls them
    case ENOENT: return "no such file or directory";
    case EACCES: return "permission denied";
    case EPERM: return "operation not permitted";
    case ENOTDIR: return "not a directory";
    case EISDIR: return "is a directory";
    case EEXIST: return "file exists";
    case ENOEXEC: return "exec format error";
    case EINVAL: return "invalid argument";
    case ENOSPC: return "no space left on device";
    case EROFS: return "read-only file system";
    case ELOOP: return "too many levels of symbolic links";
    case ENAMETOOLONG: return "file name too long";
    case EIO: return "input/output error";
    case EMFILE: return "too many open files";
    case ENOMEM: return "cannot allocate memory";
    case ECONNREFUSED: return "connection refused";
    case ETIMEDOUT: return "connection timed out";
    default: break;
    }
    std::string text = std::generic_category().message(os_error);
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

namespace detail {

enum class text_match { exact, prefix, suffix, contained };

struct known_text {
    std::string_view text;
    text_match how;
    errc meaning;
};

/// The first match wins. What a path could imitate comes after what it cannot.
inline constexpr known_text known_texts[] = {
    {error_text::connection_limit, text_match::exact, errc::connection_limit},
    {error_text::auth_required, text_match::exact, errc::auth_required},
    {error_text::request_timeout, text_match::exact, errc::request_timeout},
    {error_text::empty_argv, text_match::exact, errc::empty_argv},
    {error_text::session_limit, text_match::exact, errc::session_limit},
    {error_text::session_not_found, text_match::exact, errc::session_not_found},
    {error_text::session_attached, text_match::exact, errc::session_attached},
    {error_text::bad_kill_request, text_match::exact, errc::bad_request},
    {error_text::negative_size, text_match::exact, errc::bad_request},
    {error_text::upload_timeout, text_match::exact, errc::upload_timeout},
    {error_text::tunnel_limit, text_match::exact, errc::tunnel_limit},
    {error_text::not_configured, text_match::exact, errc::not_configured},
    {error_text::shutting_down, text_match::exact, errc::shutting_down},
    {"unexpected frame type 0x", text_match::prefix, errc::unknown_operation},
    {"expected FWD_REQ, got 0x", text_match::prefix, errc::unknown_operation},
    {"bad exec request: ", text_match::prefix, errc::bad_request},
    {"bad request: ", text_match::prefix, errc::bad_request},
    {"bad forward request: ", text_match::prefix, errc::bad_request},
    {"start: ", text_match::prefix, errc::start_failed},
    {"pty: ", text_match::prefix, errc::start_failed},
    {"stdin pipe: ", text_match::prefix, errc::start_failed},
    {"stdout pipe: ", text_match::prefix, errc::start_failed},
    {"stderr pipe: ", text_match::prefix, errc::start_failed},
    {"open output file: ", text_match::prefix, errc::start_failed},
    {"file too large: ", text_match::prefix, errc::file_too_large},
    {"connection lost after ", text_match::prefix, errc::upload_incomplete},
    {"too many bytes: ", text_match::prefix, errc::too_many_bytes},
    {" is a directory", text_match::suffix, errc::is_a_directory},
    {" is not a directory", text_match::suffix, errc::not_a_directory},
    {" is not a regular file", text_match::suffix, errc::not_a_regular_file},
    {"no such file or directory", text_match::contained, errc::no_such_file},
    {"not a directory", text_match::contained, errc::not_a_directory},
    {"permission denied", text_match::contained, errc::permission_denied},
    {"operation not permitted", text_match::contained, errc::permission_denied},
    {"connection refused", text_match::contained, errc::forward_refused},
};

HEARTH_DECL bool matches(std::string_view text, const known_text& known) noexcept {
    switch (known.how) {
    case text_match::exact: return text == known.text;
    case text_match::prefix: return text.starts_with(known.text);
    case text_match::suffix: return text.ends_with(known.text);
    case text_match::contained: return text.find(known.text) != text.npos;
    }
    return false;
}

}  // namespace detail

HEARTH_DECL errc meaning_of_error_text(std::string_view text) noexcept {
    for (const detail::known_text& known : detail::known_texts)
        if (detail::matches(text, known))
            return known.meaning;
    return errc::peer_error;
}

HEARTH_DECL std::string sendable_error_text(std::string_view text) { return shorten_middle(text, max_error_text); }

}  // namespace hearth::wire

#endif

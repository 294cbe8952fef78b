#ifndef HEARTH_WIRE_IMPL_FILE_INFO_IPP
#define HEARTH_WIRE_IMPL_FILE_INFO_IPP

#include <hearth/wire/detail/json_reader.hpp>
#include <hearth/wire/detail/json_writer.hpp>
#include <hearth/wire/file_info.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hearth::wire {
namespace detail {

template <>
struct json_members<file_path_request> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("path", m.path);
    }
};

template <>
struct json_members<file_info> {
    template <class Visitor, class Message>
    static void visit(Visitor& v, Message& m) {
        v.member("name", m.name);
        v.member("size", m.size);
        v.member("mode", m.mode);
        v.member("is_dir", m.is_dir);
        v.member("mtime", m.mtime);
    }
};

inline constexpr std::string_view marker_prefix = "... truncated at ";

/// The entry that says what a listing left out (P-FILE-86).
HEARTH_DECL file_info truncation_marker(std::uint64_t shown, std::uint64_t total) {
    file_info marker;
    marker.name.append(marker_prefix).append(std::to_string(shown)).append(" entries (");
    marker.name.append(std::to_string(total)).append(" total)");
    return marker;
}

/// Reads the numbers of a marker's name; what cannot be read stays 0.
HEARTH_DECL file_list::truncation read_marker(std::string_view name) noexcept {
    file_list::truncation numbers{};
    const char* const end = name.data() + name.size();
    const char* const shown = name.data() + marker_prefix.size();
    const char* total = std::from_chars(shown, end, numbers.shown).ptr;
    constexpr std::string_view between = " entries (";
    if (std::string_view{total, end}.starts_with(between))
        std::from_chars(total + between.size(), end, numbers.total);
    return numbers;
}

}  // namespace detail

HEARTH_DECL std::string_view last_path_element(std::string_view path) noexcept {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    return slash == path.npos || path.size() == 1 ? path : path.substr(slash + 1);
}

HEARTH_DECL result<file_path_request> parse_file_path_request(bytes_view json) {
    return detail::parse_message<file_path_request>(json);
}
HEARTH_DECL void write_file_path_request(const file_path_request& request, std::string& out) {
    detail::write_by_host(request, out);
}

HEARTH_DECL result<file_info> parse_file_info(bytes_view json) { return detail::parse_message<file_info>(json); }
HEARTH_DECL void write_file_info(const file_info& info, std::string& out) { detail::write_by_guest(info, out); }

HEARTH_DECL result<file_list> parse_file_list(bytes_view json) {
    auto entries = detail::parse_message<std::vector<file_info>>(json);
    if (!entries)
        return entries.error();
    file_list list{std::move(*entries), {}};
    if (!list.entries.empty()) {
        const file_info& last = list.entries.back();
        if (last.mode.empty() && last.name.starts_with(detail::marker_prefix)) {
            list.truncated = detail::read_marker(last.name);
            list.entries.pop_back();
        }
    }
    return list;
}

HEARTH_DECL void write_file_list(std::span<const file_info> entries, std::uint64_t total, std::string& out,
                                 std::size_t max_bytes) {
    total = std::max<std::uint64_t>(total, entries.size());
    std::string longest_marker;  // no marker of this listing is longer
    detail::write_by_guest(detail::truncation_marker(total, total), longest_marker);

    const std::size_t from = out.size();
    out.push_back('[');
    std::uint64_t written = 0;
    std::uint64_t kept = 0;  // entries that leave room for the marker, and where they end
    std::size_t kept_end = out.size();
    for (const file_info& entry : entries) {
        if (written != 0)
            out.push_back(',');
        detail::write_by_guest(entry, out);
        const std::size_t size = out.size() - from;
        if (size + 1 > max_bytes)
            break;
        ++written;
        if (size + 1 + longest_marker.size() + 1 <= max_bytes) {
            kept = written;
            kept_end = out.size();
        }
    }
    if (written < total) {
        out.resize(kept_end);
        if (kept != 0)
            out.push_back(',');
        detail::write_by_guest(detail::truncation_marker(kept, total), out);
    }
    out.push_back(']');
}

}  // namespace hearth::wire

#endif

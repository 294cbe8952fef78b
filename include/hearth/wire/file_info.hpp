#ifndef HEARTH_WIRE_FILE_INFO_HPP
#define HEARTH_WIRE_FILE_INFO_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::wire {

/// Payload of FILE_STAT_REQ and of FILE_LS_REQ.
struct file_path_request {
    std::string path{};  ///< raw bytes

    friend bool operator==(const file_path_request&, const file_path_request&) = default;
};

/// Payload of FILE_STAT_RESP, element of FILE_LS_RESP.
struct file_info {
    std::string name{};  ///< last path element; `/` for the root
    std::int64_t size{0};
    std::string mode{};  ///< permission bits only, at least four octal digits
    bool is_dir{false};
    std::int64_t mtime{0};  ///< Unix seconds

    friend bool operator==(const file_info&, const file_info&) = default;
};

/// A directory's entries and, if there were too many, how many were left out.
struct file_list {
    /// No default initialisers: `optional` would need them before the enclosing class is complete.
    struct truncation {
        std::uint64_t shown;
        std::uint64_t total;

        friend bool operator==(const truncation&, const truncation&) = default;
    };
    std::vector<file_info> entries{};
    std::optional<truncation> truncated{};  ///< from the marker entry, which is not among `entries`

    friend bool operator==(const file_list&, const file_list&) = default;
};

/// \returns The last element of `path` as given: `/` for `/`, `tmp` for `/tmp/`.
/// \req P-FILE-71
std::string_view last_path_element(std::string_view path) noexcept;

result<file_path_request> parse_file_path_request(bytes_view json);
void write_file_path_request(const file_path_request& request, std::string& out);
result<file_info> parse_file_info(bytes_view json);
void write_file_info(const file_info& info, std::string& out);

/// \returns The entries; a last entry that is the marker becomes `truncated`.
/// \req P-FILE-86
result<file_list> parse_file_list(bytes_view json);

/// Appends the array. Entries that do not fit `max_bytes` together with the marker are left out from the end.
///
/// \param entries  In the order to send them, at most the listing cap of them.
/// \param total    Entries of the directory; above `entries.size()` the marker is written.
/// \req P-FILE-80, P-FILE-86, P-FILE-87, P-FILE-88, P-ERR-06
void write_file_list(std::span<const file_info> entries, std::uint64_t total, std::string& out,
                     std::size_t max_bytes = max_payload);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/file_info.ipp>
#endif

#endif

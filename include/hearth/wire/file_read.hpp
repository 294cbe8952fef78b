#ifndef HEARTH_WIRE_FILE_READ_HPP
#define HEARTH_WIRE_FILE_READ_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <string>

namespace hearth::wire {

/// Payload of FILE_READ_REQ. If none of the three bounds is positive, the whole file is sent.
/// \req P-FILE-13
struct file_read_request {
    std::string path{};         ///< raw bytes
    std::int64_t offset{0};     ///< first line, 1-based; 1 or less: from the beginning
    std::int64_t limit{0};      ///< maximum number of lines; 0 or less: unlimited
    std::int64_t max_bytes{0};  ///< maximum number of bytes; 0 or less: unlimited

    friend bool operator==(const file_read_request&, const file_read_request&) = default;

    bool whole_file() const noexcept { return offset <= 0 && limit <= 0 && max_bytes <= 0; }
};

/// Payload of FILE_READ_RESP: describes the whole file, whatever the window.
/// \req P-FILE-11
struct file_read_reply {
    std::int64_t size{0};
    std::string mode{};  ///< four octal digits

    friend bool operator==(const file_read_reply&, const file_read_reply&) = default;
};

result<file_read_request> parse_file_read_request(bytes_view json);
void write_file_read_request(const file_read_request& request, std::string& out);
result<file_read_reply> parse_file_read_reply(bytes_view json);
void write_file_read_reply(const file_read_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/file_read.ipp>
#endif

#endif

#ifndef HEARTH_WIRE_FILE_WRITE_HPP
#define HEARTH_WIRE_FILE_WRITE_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/result.hpp>

#include <cstdint>
#include <string>

namespace hearth::wire {

/// Payload of FILE_WRITE_REQ.
struct file_write_request {
    std::string path{};    ///< raw bytes
    std::string mode{};    ///< octal text, see `parse_file_mode`
    std::int64_t size{0};  ///< exact number of bytes that follow

    friend bool operator==(const file_write_request&, const file_write_request&) = default;
};

/// Payload of FILE_WRITE_RESP.
struct file_write_reply {
    std::string status{"ok"};

    friend bool operator==(const file_write_reply&, const file_write_reply&) = default;
};

result<file_write_request> parse_file_write_request(bytes_view json);
void write_file_write_request(const file_write_request& request, std::string& out);
result<file_write_reply> parse_file_write_reply(bytes_view json);
void write_file_write_reply(const file_write_reply& reply, std::string& out);

}  // namespace hearth::wire

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    include <hearth/wire/impl/file_write.ipp>
#endif

#endif

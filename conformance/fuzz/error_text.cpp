// ERROR texts: any bytes have a meaning, and what is sent is valid, short, and keeps its meaning where it counts.

#include <hearth/core/limits.hpp>
#include <hearth/core/utf8.hpp>
#include <hearth/wire/error_text.hpp>

#include <support/input.hpp>

#include <string>

using namespace hearth;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const int number = static_cast<int>(in.number()) - 0x100;
    const auto type = static_cast<wire::frame_type>(in.byte());
    const std::string text{as_text(in.rest())};

    const errc meaning = wire::meaning_of_error_text(text);
    require(meaning >= errc::peer_error && meaning <= errc::shutting_down, "the meaning is one of an answer");

    const std::string sendable = wire::sendable_error_text(text);
    require(sendable.size() <= max_error_text, "at most 4096 bytes");
    require(find_invalid_utf8(sendable) == sendable.size(), "valid UTF-8");
    require(wire::sendable_error_text(sendable) == sendable, "what is sendable is left alone");

    for (const auto& [made, means] : {std::pair{wire::error_text::bad_exec_request(text), errc::bad_request},
                                      {wire::error_text::bad_request(text), errc::bad_request},
                                      {wire::error_text::start(text), errc::start_failed},
                                      {wire::error_text::unexpected_frame(type), errc::unknown_operation},
                                      {wire::error_text::expected_forward(type), errc::unknown_operation},
                                      {wire::error_text::file_too_large(number, 7), errc::file_too_large},
                                      {wire::error_text::connection_lost(1, number), errc::upload_incomplete},
                                      {wire::error_text::too_many_bytes(number), errc::too_many_bytes}})
        require(wire::meaning_of_error_text(wire::sendable_error_text(made)) == means,
                "a text means what it was made for");

    const std::string system = wire::os_error_text(number);
    require(!system.empty() && find_invalid_utf8(system) == system.size(), "every errno has a text");
    return 0;
}

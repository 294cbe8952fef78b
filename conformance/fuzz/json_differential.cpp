// Our JSON reader against another one: a member that nobody knows is skipped exactly if it is JSON (P-JSON-01, P-JSON-02).

#include <hearth/wire/hello.hpp>

#include <support/input.hpp>
#include <support/json_oracle.hpp>

#include <string>
#include <string_view>

using namespace hearth;

namespace {

/// Whether some number may be beyond a double: the other reader gives up there, whatever follows.
bool has_large_exponent(std::string_view value) {
    for (std::size_t at = value.find_first_of("eE"); at != value.npos; at = value.find_first_of("eE", at + 1))
        if (const auto digits = value.substr(at + 1).find_first_not_of("+-0"); digits != value.npos)
            if (value.substr(at + 1 + digits).find_first_not_of("0123456789") >= 3)
                return true;
    return false;
}

/// Where the other reader is wrong, or the input says more than one value.
bool undecided(std::string_view value) {
    return value.find('\0') != value.npos         // ends the other one's input
           || value.find("\\u") != value.npos     // surrogates without their other half
           || value.find("client") != value.npos  // may be the member that we do know
           || value.size() > 250 || has_large_exponent(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value{reinterpret_cast<const char*>(data), size};
    if (undecided(value))
        return -1;
    const std::string message = "{\"x\":" + std::string{value} + "}";
    const auto parsed = wire::parse_hello_request(as_bytes(message));
    if (parsed.error() == errc::nesting_too_deep)
        return 0;
    fuzz::require(parsed.has_value() == fuzz::is_json(message), "both readers agree on what is JSON");
    return 0;
}

#ifndef HEARTH_CONFORMANCE_SDK_SUPPORT_VECTOR_FILE_HPP
#define HEARTH_CONFORMANCE_SDK_SUPPORT_VECTOR_FILE_HPP

#include <boost/json.hpp>

#include <concepts>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reads the golden vectors of conformance/vectors; README.md there describes the format.
namespace hearth::test {

using json_value = boost::json::value;

/// Parses JSON that may be nested deeper than Boost.JSON expects and whose texts may be no UTF-8.
inline json_value parse_json(std::string_view text, boost::json::error_code& error) {
    return boost::json::parse(text, error, {}, {.max_depth = 128, .allow_invalid_utf8 = true});
}

/// \throws std::runtime_error if the file cannot be read or is no JSON object.
inline json_value load_vectors(std::string_view area) {
    const std::string path = std::string{HEARTH_SOURCE_DIR "/conformance/vectors/"}.append(area).append(".json");
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot open " + path);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    boost::json::error_code error;
    json_value document = parse_json(text, error);
    if (error || !document.is_object())
        throw std::runtime_error(path + ": " + (error ? error.message() : "no JSON object"));
    return document;
}

/// Plain text of a member.
inline std::string text_of(const json_value& value) { return std::string(std::string_view(value.as_string())); }
inline std::string text_of(const json_value& object, const char* member) {
    const json_value* const found = object.as_object().if_contains(member);
    if (found == nullptr || !found->is_string())
        throw std::runtime_error(std::string{"no text member "} + member);
    return text_of(*found);
}

/// Hex digits with blanks, or a list of such texts and `{"repeat": [hex, count]}`.
inline std::string bytes_of(const json_value& notation) {
    std::string out;
    if (notation.is_string()) {
        int high = -1;
        for (const char c : std::string_view(notation.as_string())) {
            const auto digit = std::string_view{"0123456789abcdef"}.find(c);
            if (c == ' ')
                continue;
            if (digit == std::string_view::npos)
                throw std::runtime_error("not a hex digit");
            if (high < 0) {
                high = static_cast<int>(digit);
            } else {
                out.push_back(static_cast<char>(high << 4 | static_cast<int>(digit)));
                high = -1;
            }
        }
        if (high >= 0)
            throw std::runtime_error("half a byte");
    } else if (notation.is_array()) {
        for (const json_value& piece : notation.as_array())
            out.append(bytes_of(piece));
    } else {
        const json_value& repeat = notation.at("repeat");
        const std::string unit = bytes_of(repeat.at(0));
        for (auto count = repeat.at(1).to_number<unsigned>(); count > 0; --count)
            out.append(unit);
    }
    return out;
}

// --- meanings: what a vector says that a payload means ----------------------------------------------------------------

inline void read(const json_value& value, bool& out) { out = value.as_bool(); }
inline void read(const json_value& value, std::string& out) {
    out = value.is_string() ? text_of(value) : bytes_of(value.at("hex"));
}
template <std::integral Integer>
void read(const json_value& value, Integer& out) {
    const std::int64_t number = value.as_int64();
    if (!std::in_range<Integer>(number))
        throw std::runtime_error("a vector's integer is out of range");
    out = static_cast<Integer>(number);
}
template <class T>
void read(const json_value& value, std::optional<T>& out) {
    if (!value.is_null())
        read(value, out.emplace());
}
template <class T>
void read(const json_value& value, std::vector<T>& out) {
    for (const json_value& element : value.as_array()) {
        const bool times = element.is_object() && element.as_object().contains("times");
        T one{};
        read(times ? element.at("times").at(0) : element, one);
        out.insert(out.end(), times ? element.at("times").at(1).to_number<unsigned>() : 1u, one);
    }
}
template <class T>
void read(const json_value& value, std::map<std::string, T>& out) {
    if (const auto* const object = value.if_object())
        for (const auto& member : *object)
            read(member.value(), out[std::string(std::string_view(member.key()))]);
    else
        for (const json_value& pair : value.as_array()) {
            std::string key;
            read(pair.at(0), key);
            read(pair.at(1), out[key]);
        }
}

/// Reads one member of a meaning; every member is there.
template <class T>
void read(const json_value& object, const char* member, T& out) {
    const json_value* const found = object.as_object().if_contains(member);
    if (found == nullptr)
        throw std::runtime_error(std::string{"no member "} + member);
    read(*found, out);
}

}  // namespace hearth::test

#endif

#ifndef HEARTH_CONFORMANCE_SDK_SUPPORT_VECTOR_FILE_HPP
#define HEARTH_CONFORMANCE_SDK_SUPPORT_VECTOR_FILE_HPP

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <concepts>
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

using json_value = rapidjson::Value;

/// \throws std::runtime_error if the file cannot be read or is no JSON object.
inline rapidjson::Document load_vectors(std::string_view area) {
    const std::string path = std::string{HEARTH_SOURCE_DIR "/conformance/vectors/"}.append(area).append(".json");
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot open " + path);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    rapidjson::Document document;
    if (document.Parse(text.data(), text.size()).HasParseError() || !document.IsObject())
        throw std::runtime_error(path + ": " + rapidjson::GetParseError_En(document.GetParseError()));
    return document;
}

/// Plain text of a member.
inline std::string text_of(const json_value& value) { return {value.GetString(), value.GetStringLength()}; }
inline std::string text_of(const json_value& object, const char* member) {
    const auto found = object.FindMember(member);
    if (found == object.MemberEnd() || !found->value.IsString())
        throw std::runtime_error(std::string{"no text member "} + member);
    return text_of(found->value);
}

/// Hex digits with blanks, or a list of such texts and `{"repeat": [hex, count]}`.
inline std::string bytes_of(const json_value& notation) {
    std::string out;
    if (notation.IsString()) {
        int high = -1;
        for (const char c : std::string_view{notation.GetString(), notation.GetStringLength()}) {
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
    } else if (notation.IsArray()) {
        for (const json_value& piece : notation.GetArray())
            out.append(bytes_of(piece));
    } else {
        const json_value& repeat = notation["repeat"];
        const std::string unit = bytes_of(repeat[0]);
        for (unsigned count = repeat[1].GetUint(); count > 0; --count)
            out.append(unit);
    }
    return out;
}

// --- meanings: what a vector says that a payload means ----------------------------------------------------------------

inline void read(const json_value& value, bool& out) { out = value.GetBool(); }
inline void read(const json_value& value, std::string& out) {
    out = value.IsString() ? text_of(value) : bytes_of(value["hex"]);
}
template <std::integral Integer>
void read(const json_value& value, Integer& out) {
    if (!std::in_range<Integer>(value.GetInt64()))
        throw std::runtime_error("a vector's integer is out of range");
    out = static_cast<Integer>(value.GetInt64());
}
template <class T>
void read(const json_value& value, std::optional<T>& out) {
    if (!value.IsNull())
        read(value, out.emplace());
}
template <class T>
void read(const json_value& value, std::vector<T>& out) {
    for (const json_value& element : value.GetArray()) {
        const bool times = element.IsObject() && element.HasMember("times");
        T one{};
        read(times ? element["times"][0] : element, one);
        out.insert(out.end(), times ? element["times"][1].GetUint() : 1u, one);
    }
}
template <class T>
void read(const json_value& value, std::map<std::string, T>& out) {
    const auto add = [&out](const json_value& name, const json_value& mapped) {
        std::string key;
        read(name, key);
        read(mapped, out[key]);
    };
    if (value.IsObject())
        for (const auto& [name, mapped] : value.GetObject())
            add(name, mapped);
    else
        for (const json_value& pair : value.GetArray())
            add(pair[0], pair[1]);
}

/// Reads one member of a meaning; every member is there.
template <class T>
void read(const json_value& object, const char* member, T& out) {
    if (!object.HasMember(member))
        throw std::runtime_error(std::string{"no member "} + member);
    read(object[member], out);
}

}  // namespace hearth::test

#endif

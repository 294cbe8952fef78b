#ifndef HEARTH_WIRE_DETAIL_JSON_WRITER_HPP
#define HEARTH_WIRE_DETAIL_JSON_WRITER_HPP

#include <hearth/core/utf8.hpp>
#include <hearth/wire/base64.hpp>
#include <hearth/wire/detail/json_members.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::wire::detail {

/// What becomes of bytes that are not valid UTF-8.
enum class bad_bytes {
    kept,      ///< by a host: the agent uses them as they are, so that any file name is reachable (P-JSON-10)
    replaced,  ///< by an agent: each becomes U+FFFD (P-JSON-09)
};

/// Appends JSON to a string, members in the order they are given, without white space.
/// \req P-JSON-07, P-JSON-09, P-JSON-11, P-JSON-13
class json_writer {
public:
    json_writer(std::string& out, bad_bytes policy) noexcept : out_(out), policy_(policy) {}

    template <class T>
    void member(std::string_view name, const T& value) {
        separate();
        out_.push_back('"');
        out_.append(name);
        out_.append("\":");
        write(value);
    }
    template <class T>
    void optional(std::string_view name, const T& value) {
        if (is_set(value))
            member(name, value);
    }
    template <class T>
    void nullable(std::string_view name, const T& list) {
        if (list.empty())
            member(name, nullptr);
        else
            member(name, list);
    }

    void write(std::nullptr_t) { out_.append("null"); }
    void write(bool value) { out_.append(value ? "true" : "false"); }
    template <std::integral Integer>
    void write(Integer value) {
        char digits[24];
        out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
    void write(std::string_view value) {
        out_.push_back('"');
        escape(value);
        out_.push_back('"');
    }
    void write(const std::string& value) { write(std::string_view{value}); }
    template <class String>
    void write(const base64_member<String>& value) {
        out_.push_back('"');
        encode_base64(value.bytes, out_);
        out_.push_back('"');
    }
    template <class T>
    void write(const std::optional<T>& value) {
        write(*value);
    }
    template <class T>
    void write(const std::vector<T>& list) {
        open('[');
        for (const T& element : list) {
            separate();
            write(element);
        }
        close(']');
    }
    template <class T>
    void write(const std::map<std::string, T>& entries) {
        open('{');
        for (const auto& [name, value] : entries) {
            separate();
            write(name);
            out_.push_back(':');
            write(value);
        }
        close('}');
    }
    template <class Message>
        requires requires { sizeof(json_members<Message>); }
    void write(const Message& message) {
        open('{');
        json_members<Message>::visit(*this, message);
        close('}');
    }

private:
    template <class T>
    static bool is_set(const T& value) {
        return value != T{};
    }
    template <class String>
    static bool is_set(const base64_member<String>& value) {
        return !value.empty();
    }

    void open(char bracket) {
        out_.push_back(bracket);
        first_ = true;
    }
    void close(char bracket) {
        out_.push_back(bracket);
        first_ = false;
    }
    void separate() {
        if (!std::exchange(first_, false))
            out_.push_back(',');
    }

    void escape(std::string_view text) {
        while (!text.empty()) {
            std::size_t plain = 0;
            while (plain < text.size() && !is_special(text[plain]))
                ++plain;
            out_.append(text.substr(0, plain));
            text.remove_prefix(plain);
            if (!text.empty())
                text.remove_prefix(special(text));
        }
    }

    bool is_special(char c) const noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || c == '"' || c == '\\' || (byte >= 0x80 && policy_ == bad_bytes::replaced);
    }

    /// Writes the character at the front of `text`. \returns The bytes it takes there.
    std::size_t special(std::string_view text) {
        const auto byte = static_cast<unsigned char>(text.front());
        if (byte >= 0x80) {
            const std::size_t length = utf8_sequence_length(text);
            out_.append(length != 0 ? text.substr(0, length) : std::string_view{"\xef\xbf\xbd"});
            return length != 0 ? length : 1;
        }
        static constexpr std::string_view named = "\"\\\b\f\n\r\t";
        out_.push_back('\\');
        if (const auto i = named.find(text.front()); i != named.npos) {
            out_.push_back("\"\\bfnrt"[i]);
        } else {
            out_.append("u00");
            out_.push_back("01"[byte >> 4]);
            out_.push_back("0123456789abcdef"[byte & 0xf]);
        }
        return 1;
    }

    std::string& out_;
    bad_bytes policy_;
    bool first_{true};
};

/// Appends a message that a host sends.
template <class Message>
void write_by_host(const Message& message, std::string& out) {
    json_writer{out, bad_bytes::kept}.write(message);
}

/// Appends a message that an agent sends.
template <class Message>
void write_by_guest(const Message& message, std::string& out) {
    json_writer{out, bad_bytes::replaced}.write(message);
}

}  // namespace hearth::wire::detail

#endif

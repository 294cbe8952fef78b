#ifndef HEARTH_WIRE_DETAIL_JSON_READER_HPP
#define HEARTH_WIRE_DETAIL_JSON_READER_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>
#include <hearth/wire/base64.hpp>
#include <hearth/wire/detail/json_members.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace hearth::wire::detail {

/// Walks over one JSON text (RFC 8259). Only the `.ipp` files of messages include this header. It is our own because
/// RapidJSON 1.1 refuses half surrogate pairs and numbers like 1e400, and does not pass UndefinedBehaviorSanitizer.
///
/// The caller asks for what it expects; anything else fails the reader, and a reader that failed stays failed and answers
/// "no more" everywhere. Nothing is allocated but the strings that are read, and nothing recurses by what the text says.
/// Strings are not checked to be UTF-8: their bytes arrive as they were sent (P-JSON-10).
/// \req P-JSON-01, P-JSON-10, P-JSON-11, P-JSON-12
class json_reader {
public:
    explicit json_reader(bytes_view json) noexcept : at_(as_text(json).data()), end_(at_ + json.size()) {}

    bool failed() const noexcept { return error_ != errc{}; }
    errc error() const noexcept { return error_; }
    /// The first reason stays.
    void fail(errc why) noexcept {
        if (!failed())
            error_ = why;
        at_ = end_;
    }

    /// Only white space may follow.
    void finish() noexcept {
        skip_space();
        if (at_ != end_)
            fail(errc::malformed_message);
    }

    /// \returns Whether a `null` was next; it has been taken then.
    bool take_null() noexcept {
        skip_space();
        return peek() == 'n' && literal("null");
    }

    /// Enters the list or object that must be next. Then call `more` before each element and once after the last.
    void enter(char open) noexcept {
        skip_space();
        if (peek() != open)
            return fail(errc::malformed_message);
        if (depth_ == max_json_depth)
            return fail(errc::nesting_too_deep);
        ++at_;
        ++depth_;
        first_ = true;
    }

    /// \param close  The bracket that ends what was entered last.
    /// \returns      Whether an element follows; if not, the list or object has been left.
    bool more(char close) noexcept {
        skip_space();
        if (peek() == close && !failed()) {
            ++at_;
            --depth_;
            first_ = false;
            return false;
        }
        if (!std::exchange(first_, false))
            expect(',');
        return !failed();
    }

    /// \returns The member name that must be next, valid until the next string is read.
    std::string_view key() {
        const std::string_view name = text();
        skip_space();
        expect(':');
        return name;
    }

    void read(bool& value) noexcept {
        skip_space();
        value = peek() == 't';
        literal(value ? "true" : "false");
    }

    /// Numbers with a fraction or an exponent, and those outside the range of `Integer`, are no integers (P-JSON-05).
    template <std::integral Integer>
    void read(Integer& value) noexcept {
        skip_space();
        const char* const from = at_;
        if (!number())
            return fail(errc::malformed_message);
        const auto [behind, problem] = std::from_chars(from, at_, value);
        if (behind != at_ || problem != std::errc{})
            fail(errc::malformed_message);
    }

    void read(std::string& value) { value.assign(text()); }

    template <class String>
    void read(base64_member<String>& value) {
        auto decoded = decode_base64(text());
        if (!decoded)
            return fail(errc::malformed_message);
        value.bytes = *std::move(decoded);
    }

    /// Takes any value that is next, however deep, in constant space.
    void skip() {
        const std::size_t outside = depth_;
        std::uint64_t objects = 0;  // one bit per level entered here, the innermost lowest: it is an object
        static_assert(max_json_depth <= 64);
        do {
            skip_space();
            if (peek() == '{' || peek() == '[') {
                objects = objects << 1 | (peek() == '{' ? 1u : 0u);
                enter(peek());
            } else {
                skip_scalar();
            }
            while (depth_ > outside && !failed() && !more(objects & 1 ? '}' : ']'))
                objects >>= 1;
            if (depth_ > outside && (objects & 1))
                (void)key();
        } while (depth_ > outside && !failed());
    }

private:
    char peek() const noexcept { return at_ == end_ ? '\0' : *at_; }  // no token begins with NUL
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

    void skip_space() noexcept {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
    }

    void expect(char c) noexcept {
        if (peek() != c || at_ == end_)
            return fail(errc::malformed_message);
        ++at_;
    }

    bool literal(std::string_view word) noexcept {
        if (!std::string_view{at_, end_}.starts_with(word)) {
            fail(errc::malformed_message);
            return false;
        }
        at_ += word.size();
        return true;
    }

    bool digits() noexcept {
        const char* const from = at_;
        while (is_digit(peek()))
            ++at_;
        return at_ != from;
    }

    /// Takes a number. \returns Whether it is an integer; a malformed one fails the reader.
    bool number() noexcept {
        if (peek() == '-')
            ++at_;
        if (peek() == '0')
            ++at_;
        else if (!digits())
            fail(errc::malformed_message);
        bool integer = true;
        if (peek() == '.') {
            ++at_;
            integer = false;
            if (!digits())
                fail(errc::malformed_message);
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            integer = false;
            if (peek() == '+' || peek() == '-')
                ++at_;
            if (!digits())
                fail(errc::malformed_message);
        }
        return integer && !failed();
    }

    void skip_scalar() {
        switch (peek()) {
        case '"': (void)text(); break;
        case 't': literal("true"); break;
        case 'f': literal("false"); break;
        case 'n': literal("null"); break;
        default: number();
        }
    }

    /// \returns The string that must be next: borrowed from the text, or from `unescaped_` if it contains escapes.
    std::string_view text() {
        skip_space();
        expect('"');
        const char* const from = at_;
        const char* const run = plain_run(from);
        if (run != end_ && *run == '"') {
            at_ = run + 1;
            return {from, run};
        }
        return unescape(from, run);
    }

    /// \returns The first character from `p` on that ends a run of ordinary ones, or the end.
    const char* plain_run(const char* p) const noexcept {
        while (end_ - p >= 8) {
            std::uint64_t word;
            std::memcpy(&word, p, 8);
            constexpr std::uint64_t ones = 0x0101010101010101u;
            const std::uint64_t quote = word ^ (ones * '"');
            const std::uint64_t backslash = word ^ (ones * '\\');
            // a high bit per byte that is below 0x20, a quote or a backslash; false alarms only delay
            if ((((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) &
                (ones * 0x80))
                break;
            p += 8;
        }
        while (p != end_ && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20)
            ++p;
        return p;
    }

    std::string_view unescape(const char* from, const char* run) {
        unescaped_.clear();
        for (;; run = plain_run(from)) {
            unescaped_.append(from, run);
            at_ = run;
            if (peek() == '"') {
                ++at_;
                return unescaped_;
            }
            expect('\\');  // control characters and the end of the text are neither
            if (failed())
                return {};
            escape();
            from = at_;
        }
    }

    void escape() {
        const char c = peek();
        static constexpr std::string_view names = "\"\\/bfnrt";
        if (const auto i = names.find(c); i != names.npos) {
            ++at_;
            unescaped_.push_back("\"\\/\b\f\n\r\t"[i]);
        } else if (c == 'u') {
            ++at_;
            append_character(unit());
        } else {
            fail(errc::malformed_message);
        }
    }

    /// Reads four hexadecimal digits.
    std::uint32_t unit() noexcept {
        std::uint32_t value = 0;
        if (end_ - at_ < 4 || std::from_chars(at_, at_ + 4, value, 16).ptr != at_ + 4) {
            fail(errc::malformed_message);
            return 0;
        }
        at_ += 4;
        return value;
    }

    /// A surrogate without its other half must not reject the message: it becomes U+FFFD, as a bad byte would.
    void append_character(std::uint32_t c) {
        if (c >= 0xd800 && c <= 0xdfff) {
            const char* const behind = at_;
            std::uint32_t low = 0;
            if (c <= 0xdbff && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
                at_ += 2;
                low = unit();
            }
            if (low >= 0xdc00 && low <= 0xdfff) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            } else {
                c = 0xfffd;
                if (!failed())
                    at_ = behind;
            }
        }
        const auto put = [this](std::uint32_t byte) { unescaped_.push_back(static_cast<char>(byte)); };
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xc0 | c >> 6);
            put(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            put(0xe0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3f));
            put(0x80 | (c & 0x3f));
        } else {
            put(0xf0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3f));
            put(0x80 | (c >> 6 & 0x3f));
            put(0x80 | (c & 0x3f));
        }
    }

    const char* at_;
    const char* end_;
    std::size_t depth_{0};
    bool first_{false};  ///< nothing of the innermost list or object has been read yet
    errc error_{};
    std::string unescaped_;
};

template <class Message>
void read_value(json_reader& in, Message& object);

template <class T>
    requires requires(json_reader& in, T& value) { in.read(value); }
void read_value(json_reader& in, T& value) {
    in.read(value);
}

template <class T>
void read_value(json_reader& in, std::optional<T>& value) {
    read_value(in, value.emplace());
}

template <class T>
void read_value(json_reader& in, std::vector<T>& list) {
    list.clear();  // of duplicate members the last one wins (P-JSON-08)
    for (in.enter('['); in.more(']');)
        read_value(in, list.emplace_back());
}

template <class T>
void read_value(json_reader& in, std::map<std::string, T>& entries) {
    entries.clear();
    for (in.enter('{'); in.more('}');) {
        std::string name{in.key()};
        T value{};
        read_value(in, value);
        entries.insert_or_assign(std::move(name), std::move(value));
    }
}

/// Visits the members of a message to find the one called `key`. Names are compared exactly (P-JSON-07).
class member_reader {
public:
    member_reader(json_reader& in, std::string_view key) noexcept : in_(in), key_(key) {}

    bool found() const noexcept { return found_; }

    template <class T>
    void member(std::string_view name, T&& value) {
        if (found_ || name != key_)
            return;
        found_ = true;
        if (in_.take_null())
            reset(value);  // the same as an absent member (P-JSON-03)
        else
            read_value(in_, value);
    }
    template <class T>
    void optional(std::string_view name, T&& value) {
        member(name, value);
    }
    template <class T>
    void nullable(std::string_view name, T&& value) {
        member(name, value);
    }

private:
    template <class T>
    static void reset(T& value) {
        value = T{};
    }
    template <class String>
    static void reset(base64_member<String>& value) {
        value.bytes.clear();
    }

    json_reader& in_;
    std::string_view key_;
    bool found_{false};
};

template <class Message>
void read_value(json_reader& in, Message& object) {
    for (in.enter('{'); in.more('}');) {
        member_reader wanted{in, in.key()};
        json_members<Message>::visit(wanted, object);
        if (!wanted.found())
            in.skip();
    }
}

/// Reads a payload that is one `Message`, on top of the defaults in `out`. A bare `null` changes nothing.
/// \req P-JSON-01, P-JSON-02, P-JSON-03, P-JSON-04, P-JSON-05, P-JSON-07, P-JSON-08, P-JSON-12, P-JSON-13
template <class Message>
result<Message> parse_message(bytes_view json, Message out = {}) {
    json_reader in{json};
    if (!in.take_null())
        read_value(in, out);
    in.finish();
    if (in.failed())
        return in.error();
    return out;
}

}  // namespace hearth::wire::detail

#endif

#include "json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace hearth::bench {

namespace {

/// Takes the reader's events. Finished values wait on a stack until what holds them ends and takes as many as it has.
class builder {
public:
    bool Null() { return push(nullptr); }
    bool Bool(bool v) { return push(v); }
    bool Int(int v) { return push(static_cast<double>(v)); }
    bool Uint(unsigned v) { return push(static_cast<double>(v)); }
    bool Int64(std::int64_t v) { return push(static_cast<double>(v)); }
    bool Uint64(std::uint64_t v) { return push(static_cast<double>(v)); }
    bool Double(double v) { return push(v); }
    bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
    bool String(const char* text, rapidjson::SizeType size, bool) { return push(std::string{text, size}); }
    bool Key(const char* text, rapidjson::SizeType size, bool copy) { return String(text, size, copy); }
    bool StartObject() { return descend(); }
    bool StartArray() { return descend(); }

    bool EndObject(rapidjson::SizeType members) {
        json::object out;
        for (auto at = done_.end() - 2 * std::ptrdiff_t{members}; at != done_.end(); at += 2)
            out.emplace_back(std::move(std::get<std::string>(at[0].value)), std::move(at[1]));
        return ascend(2 * std::ptrdiff_t{members}, std::move(out));
    }
    bool EndArray(rapidjson::SizeType elements) {
        const auto begin = done_.end() - std::ptrdiff_t{elements};
        return ascend(elements, json::array{std::move_iterator{begin}, std::move_iterator{done_.end()}});
    }

    json take() { return std::move(done_.back()); }

private:
    static constexpr int max_depth = 64;

    template <class Value>
    bool push(Value v) {
        done_.emplace_back().value = std::move(v);
        return true;
    }
    bool descend() { return ++depth_ <= max_depth; }
    template <class Value>
    bool ascend(std::ptrdiff_t taken, Value v) {
        --depth_;
        done_.erase(done_.end() - taken, done_.end());
        return push(std::move(v));
    }

    std::vector<json> done_;
    int depth_{0};
};

}  // namespace

const json* json::find(std::string_view name) const noexcept {
    if (const auto* const members = std::get_if<object>(&value))
        for (const auto& [key, member] : *members)
            if (key == name)
                return &member;
    return nullptr;
}

json parse_json(std::string_view text) {
    builder out;
    rapidjson::MemoryStream stream{text.data(), text.size()};
    rapidjson::Reader reader;
    const auto outcome =
        reader.Parse < rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag > (stream, out);
    if (outcome.IsError())
        throw bad_json("not JSON from byte " + std::to_string(outcome.Offset()));
    return out.take();
}

}  // namespace hearth::bench

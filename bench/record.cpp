#include "record.hpp"

#include "json.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <array>
#include <cmath>
#include <utility>

namespace hearth::bench {

namespace {

constexpr std::array<std::pair<bar::scale, std::string_view>, 4> scale_names{{
    {bar::scale::time_ratio, "time_ratio_at_most"},
    {bar::scale::bandwidth_ratio, "bandwidth_ratio_at_least"},
    {bar::scale::nanoseconds, "nanoseconds_at_most"},
    {bar::scale::gigabytes, "gigabytes_per_second_at_least"},
}};

// One list of members per struct serves both directions: `Visitor` is the writer or the reader below.
template <class Visitor, class Machine>
void members(Visitor& visit, Machine& m) {
    visit("cpu", m.cpu);
    visit("cores", m.cores);
    visit("kernel", m.kernel);
    visit("governor", m.governor);
    visit("load", m.load);
    visit("scratch_filesystem", m.scratch_filesystem);
    visit("compiler", m.compiler);
    visit("build_type", m.build_type);
    visit("hearth", m.version);
    visit("clock_overhead_ns", m.clock_overhead);
}

template <class Visitor, class Distribution>
void distribution_members(Visitor& visit, Distribution& d) {
    visit("n", d.n);
    visit("min", d.min);
    visit("mean", d.mean);
    visit("p25", d.p25);
    visit("p50", d.p50);
    visit("p75", d.p75);
    visit("p90", d.p90);
    visit("p95", d.p95);
    visit("p99", d.p99);
    visit("max", d.max);
}

class writer {
public:
    void operator()(std::string_view name, const std::string& v) { key(name), string(v); }
    void operator()(std::string_view name, std::uint64_t v) { key(name), json_.Uint64(v); }
    void operator()(std::string_view name, double v) { key(name), json_.Double(v); }
    void operator()(std::string_view name, const std::optional<double>& v) {
        key(name);
        if (v)
            json_.Double(*v);
        else
            json_.Null();
    }
    void operator()(std::string_view name, const distribution& d) {
        key(name), json_.StartObject();
        distribution_members(*this, d);
        json_.EndObject();
    }
    void operator()(std::string_view name, const measurement& m) {
        key(name), json_.StartObject();
        (*this)("name", m.name);
        (*this)("bytes", m.bytes);
        (*this)("batch", std::uint64_t{m.batch});
        (*this)("nanoseconds", m.samples);
        (*this)("warm_up_nanoseconds", m.warm_up);
        (*this)("warm_up_iterations", m.warm_up_iterations);
        json_.EndObject();
    }
    void operator()(const outcome& o) {
        json_.StartObject();
        (*this)("work", o.work);
        if (o.floor)
            (*this)("floor", *o.floor);
        if (const auto ratio = o.ratio())
            (*this)("ratio", *ratio);
        if (o.limit) {
            key("bar"), json_.StartObject();
            for (const auto& [scale, name] : scale_names)
                if (scale == o.limit->of)
                    (*this)(name, o.limit->limit);
            json_.EndObject();
        }
        if (const auto met = o.met())
            key("met"), json_.Bool(*met);
        if (!o.error.empty())
            (*this)("error", o.error);
        json_.EndObject();
    }
    std::string operator()(const record& r) {
        json_.StartObject();
        (*this)("when", r.when);
        key("machine"), json_.StartObject();
        members(*this, r.where);
        json_.EndObject();
        key("rows"), json_.StartArray();
        for (const outcome& each : r.rows)
            (*this)(each);
        json_.EndArray();
        json_.EndObject();
        return {text_.GetString(), text_.GetSize()};
    }

private:
    void key(std::string_view name) { json_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
    void string(const std::string& v) { json_.String(v.data(), static_cast<rapidjson::SizeType>(v.size())); }

    rapidjson::StringBuffer text_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> json_{text_};
};

/// Reads the members of one object.
class reader {
public:
    explicit reader(const json& from) : from_(from) {}

    const json* find(std::string_view name) const { return from_.find(name); }
    template <class Type>
    const Type& get(std::string_view name) const {
        const json* const found = find(name);
        const Type* const value = found == nullptr ? nullptr : std::get_if<Type>(&found->value);
        if (value == nullptr)
            throw wrong(name);
        return *value;
    }
    reader inner(std::string_view name) const {
        static_cast<void>(get<json::object>(name));
        return reader{*find(name)};
    }

    void operator()(std::string_view name, std::string& v) const { v = get<std::string>(name); }
    void operator()(std::string_view name, double& v) const { v = get<double>(name); }
    void operator()(std::string_view name, std::uint64_t& v) const {
        const double exact = get<double>(name);
        if (!(exact >= 0 && exact < 0x1p53) || exact != std::floor(exact))
            throw wrong(name);
        v = static_cast<std::uint64_t>(exact);
    }
    void operator()(std::string_view name, std::optional<double>& v) const {
        const json* const found = find(name);
        if (found != nullptr && !std::holds_alternative<std::nullptr_t>(found->value))
            v = get<double>(name);
    }
    void operator()(std::string_view name, distribution& d) const {
        const reader members = inner(name);
        distribution_members(members, d);
    }

private:
    static bad_record wrong(std::string_view name) {
        return bad_record("missing or of the wrong type: " + std::string{name});
    }

    const json& from_;
};

measurement parse_measurement(const reader& read) {
    measurement out;
    read("name", out.name);
    read("bytes", out.bytes);
    read("batch", out.batch);
    read("nanoseconds", out.samples);
    read("warm_up_nanoseconds", out.warm_up);
    read("warm_up_iterations", out.warm_up_iterations);
    return out;
}

bar parse_bar(const reader& read) {
    for (const auto& [scale, name] : scale_names)
        if (read.find(name) != nullptr)
            return {scale, read.get<double>(name)};
    throw bad_record("missing or of the wrong type: bar");
}

outcome parse_outcome(const reader& read) {
    outcome out;
    out.work = parse_measurement(read.inner("work"));
    if (read.find("floor") != nullptr)
        out.floor = parse_measurement(read.inner("floor"));
    if (read.find("bar") != nullptr)
        out.limit = parse_bar(read.inner("bar"));
    if (read.find("error") != nullptr)
        read("error", out.error);
    return out;
}

}  // namespace

std::string to_json(const record& run) {
    writer write;
    return write(run);
}

record parse_record(std::string_view text) try {
    const json tree = parse_json(text);
    const reader read{tree};
    record out;
    read("when", out.when);
    const reader of_machine = read.inner("machine");
    members(of_machine, out.where);
    for (const json& each : read.get<json::array>("rows"))
        out.rows.push_back(parse_outcome(reader{each}));
    return out;
} catch (const bad_json& why) {
    throw bad_record(why.what());
}

}  // namespace hearth::bench

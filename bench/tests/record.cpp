#include "record.hpp"

#include <doctest/doctest.h>

using namespace hearth::bench;

namespace {

record some_record() {
    record out;
    out.where = {"A \"fast\" CPU", 2, "Linux 6.1", "performance", 0.25, "ext4", "GCC 12.2.0", "Release", "0.1.0", 25};
    out.when = "2025-01-02T03:04:05Z";
    outcome row;
    row.work = {"sdk/x", 1024, 64, {200, 1, 2.5, 1.5, 2, 3, 4, 5, 6.125, 7}, {10, 9, 9, 9, 9, 9, 9, 9, std::nullopt, 9},
                640};
    row.floor = measurement{"memcpy", 1024, 128, {200, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {}, 0};
    for (const auto scale :
         {bar::scale::time_ratio, bar::scale::bandwidth_ratio, bar::scale::nanoseconds, bar::scale::gigabytes}) {
        row.limit = bar{scale, 0.1};
        out.rows.push_back(row);
    }
    outcome failed;
    failed.work.name = "sdk/y";
    failed.error = "not read back";
    out.rows.push_back(failed);
    return out;
}

std::string why_bad(std::string_view json) {
    try {
        static_cast<void>(parse_record(json));
    } catch (const bad_record& why) {
        return why.what();
    }
    return {};
}

}  // namespace

TEST_CASE("record: what is written is read back, value for value") {
    const record run = some_record();
    CHECK(parse_record(to_json(run)) == run);
}

TEST_CASE("record: figures that follow from others are written for those who read the file, and not read back") {
    const std::string json = to_json(some_record());
    CHECK(json.find("\"ratio\": 2.0") != std::string::npos);
    CHECK(json.find("\"met\": false") != std::string::npos);
    CHECK(json.find("\"p99\": null") != std::string::npos);
}

TEST_CASE("record: a file that is no record is refused with the member that is wrong") {
    CHECK(why_bad("") == "not JSON from byte 0");
    CHECK(why_bad("[1]") == "missing or of the wrong type: when");
    CHECK(why_bad("{}") == "missing or of the wrong type: when");
    CHECK(why_bad(R"({"when": "now", "machine": {}})") == "missing or of the wrong type: cpu");
    std::string json = to_json(some_record());
    json.replace(json.find("\"batch\": 64"), 11, "\"batch\": -1");
    CHECK(why_bad(json) == "missing or of the wrong type: batch");
    CHECK(why_bad(R"({"when": "now", "machine": [], "rows": []})") == "missing or of the wrong type: machine");
    CHECK(why_bad(std::string(100'000, '[') + std::string(100'000, ']')).starts_with("not JSON"));
}

#include <hearth/core/utf8.hpp>
#include <hearth/wire/session_info.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::wire;

namespace {
constexpr std::string_view ellipsis = "\xe2\x80\xa6";

std::vector<session_info> many(std::size_t count, std::string_view argv) {
    std::vector<session_info> sessions;
    for (std::size_t i = 0; i < count; ++i)
        sessions.push_back(
            {.session_id = "s" + std::to_string(i + 1), .argv = std::string{argv}, .created_at = 1'700'000'000});
    return sessions;
}
}  // namespace

TEST_CASE("session_info: exit_code is there only when set [P-JSON-13]") {
    session_info info{"s1", "/bin/sh", true, true, {}, true, 1'700'000'000};
    std::string out;
    write_session_info(info, out);
    CHECK(out ==
          R"({"session_id":"s1","argv":"/bin/sh","tty":true,"running":true,"attached":true,"created_at":1700000000})");
    CHECK(parse_session_info(as_bytes(out)).value() == info);
    info.running = false;
    info.exit_code = 0;
    out.clear();
    write_session_info(info, out);
    CHECK(out.find(R"("running":false,"exit_code":0,"attached")") != out.npos);
    CHECK(parse_session_info(as_bytes(out)).value() == info);
}

TEST_CASE("session_info: argv is shown joined by spaces and cut with an ellipsis [P-SESS-23]") {
    CHECK(display_argv(std::vector<std::string>{}).empty());
    CHECK(display_argv(std::vector<std::string>{"sh", "", "-c x"}) == "sh  -c x");
    CHECK(display_argv(std::vector<std::string>{"\xff"}) == "\xef\xbf\xbd");
    CHECK(display_argv(std::vector<std::string>{std::string(4096, 'a')}) == std::string(4096, 'a'));
    for (const auto& argv : {std::vector<std::string>{std::string(4097, 'a')}, std::vector<std::string>(4096, "a"),
                             std::vector<std::string>(400'000, "\xff\xff")}) {
        const std::string shown = display_argv(argv);
        CHECK(shown.size() <= max_display_argv);
        CHECK(shown.size() > max_display_argv - 6);
        CHECK(shown.ends_with(ellipsis));
        CHECK(find_invalid_utf8(shown) == shown.size());
    }
}

TEST_CASE("session_info: SESSION_INFO always fits a frame [P-SESS-23] [P-ERR-06]") {
    std::string out;
    write_session_info({.argv = std::string(3'000'000, '\x01')}, out);
    CHECK(out.size() <= 6 * max_display_argv + 200);
    CHECK(parse_session_info(as_bytes(out))->argv.ends_with(ellipsis));
}

TEST_CASE("session_info: the list keeps its order and is never null [P-SESS-21] [P-SESS-22]") {
    std::string out;
    write_session_list({}, out);
    CHECK(out == "[]");
    out.clear();
    const auto sessions = many(64, "/bin/sh");
    write_session_list(sessions, out);
    CHECK(parse_session_list(as_bytes(out)).value() == sessions);
}

TEST_CASE("session_info: every argv is cut further until the list fits, exactly [P-SESS-23] [P-ERR-06]") {
    std::string whole;
    const auto sessions = many(10, std::string(1000, 'a'));
    write_session_list(sessions, whole);
    for (std::size_t max_bytes : {whole.size(), whole.size() - 1, whole.size() / 2, std::size_t{2000}}) {
        CAPTURE(max_bytes);
        std::string out = "before";
        write_session_list(sessions, out, max_bytes);
        out.erase(0, 6);
        CHECK(out.size() <= max_bytes);
        const auto got = parse_session_list(as_bytes(out));
        REQUIRE(got);
        CHECK(got->size() == sessions.size());
        CHECK((got->front() == sessions.front()) == (max_bytes == whole.size()));
    }
}

TEST_CASE("session_info: hostile lists fit too [P-SESS-23] [P-ERR-06]") {
    for (const auto& sessions : {many(128, std::string(100'000, '\x01')), many(2000, std::string(5000, '\xff')),
                                 many(10'000, std::string(1000, '"'))}) {
        std::string out;
        write_session_list(sessions, out);
        CHECK(out.size() <= max_payload);
        const auto got = parse_session_list(as_bytes(out));
        REQUIRE(got);
        CHECK(got->size() == (sessions.size() <= 2000 ? sessions.size() : got->size()));
        CHECK(got->front().session_id == "s1");
    }
    std::string out;
    write_session_list(many(3, "x"), out, 2);
    CHECK(out == "[]");
}

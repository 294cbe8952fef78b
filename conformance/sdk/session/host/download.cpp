#include <hearth/session/host/download.hpp>

#include <hearth/wire/exit_status.hpp>

#include <session/support/replay.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;
using namespace hearth::test;
using wire::frame_type;

namespace {

const options opt{.token = "", .deadline = t0 + std::chrono::minutes{1}};

std::string exit_of(int code) { return frame(frame_type::exit, wire::write_exit_status(code)); }
std::string head(int size) {
    return frame(frame_type::file_read_response, R"({"size":)" + std::to_string(size) + R"(,"mode":"0644"})");
}
std::string data(std::string_view bytes) { return frame(frame_type::stdout_data, bytes); }

script<download> reading(std::vector<script<download>::step> steps, std::vector<std::string> events) {
    return {.start = [] { return std::make_unique<download>(wire::file_read_request{.path = "/a"}, opt); },
            .steps = std::move(steps),
            .tell = [](const download::action& a) -> told {
                if (const auto* now = std::get_if<download::opened>(&a))
                    return {"opened " + std::to_string(now->file.size) + " " + now->file.mode};
                if (const auto* some = std::get_if<download::data>(&a))
                    return {"data " + std::string{as_text(some->bytes)}};
                return {"completed", true};
            },
            .events = std::move(events),
            .sent = frame(frame_type::file_read_request, R"({"path":"/a"})")};
}

}  // namespace

TEST_CASE("download: what the file is, its bytes, the end [P-FILE-10] [P-FILE-11] [P-CLI-01]") {
    replay(reading({receives{head(5)}, receives{data("hel")}, receives{data("") + data("lo")}, receives{exit_of(0)}},
                   {"opened 5 0644", "data hel", "data lo", "completed"}));
}

TEST_CASE("download: an empty file has no data [P-FILE-14]") {
    replay(reading({receives{head(0) + exit_of(0)}}, {"opened 0 0644", "completed"}));
}

TEST_CASE("download: a whole file that arrives short was changed while it was read [P-CLI-07]") {
    replay(reading({receives{head(5)}, receives{data("hell")}, receives{exit_of(0)}},
                   {"opened 5 0644", "data hell", "failed: the file changed while it was read"}));
}

TEST_CASE("download: more than announced, and files without a size, are fine [P-CLI-07] [P-FILE-11]") {
    replay(reading({receives{head(3) + data("hell") + exit_of(0)}}, {"opened 3 0644", "data hell", "completed"}));
    replay(reading({receives{head(0) + data("cpu0") + exit_of(0)}}, {"opened 0 0644", "data cpu0", "completed"}));
}

TEST_CASE("download: a window is not compared with the size [P-CLI-07]") {
    auto play =
        reading({receives{head(100) + data("one\n") + exit_of(0)}}, {"opened 100 0644", "data one\n", "completed"});
    play.start = [] { return std::make_unique<download>(wire::file_read_request{.path = "/a", .limit = 1}, opt); };
    play.sent = frame(frame_type::file_read_request, R"({"path":"/a","limit":1})");
    replay(play);
}

TEST_CASE("download: errors before and in the middle [P-CLI-11] [P-TYPE-04] [P-CONN-05]") {
    replay(reading({receives{frame(frame_type::error, "/a is a directory")}},
                   {"failed: is a directory [/a is a directory]"}));
    replay(reading({receives{head(5) + data("he")}, receives{frame(frame_type::error, "read /a: input/output error")}},
                   {"opened 5 0644", "data he", "failed: the peer reported an error [read /a: input/output error]"}));
    replay(reading({receives{data("he")}}, {"failed: a frame type that has no meaning here"}));
    replay(reading({receives{head(0) + frame(frame_type::hello_response) + exit_of(1)}},
                   {"opened 0 0644", "failed: the peer reported an error"}));
    replay(reading({receives{head(5) + data("he")}, peer_ends{}},
                   {"opened 5 0644", "data he", "failed: the connection ended before the operation did"}));
}

TEST_CASE("download: a receiver that fails ends it with its own reason [P-CLI-07]") {
    const auto gives_up = [](std::error_code why) {
        return does<download>{[why](download& d, time_point) { d.sink_failed(why); }};
    };
    replay(reading({receives{head(5) + data("he")}, gives_up({})},
                   {"opened 5 0644", "data he", "failed: the receiver of the output failed"}));
    const auto full = std::make_error_code(std::errc::no_space_on_device);
    replay(reading({receives{head(5)}, gives_up(full)}, {"opened 5 0644", "failed: " + full.message()}));
}

#include <hearth/session/guest/connection.hpp>
#include <hearth/session/machine.hpp>
#include <hearth/wire/error_text.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::machine;
using session::guest::channel_kind;
using session::guest::connection;
using wire::frame_type;

static_assert(machine<connection>);

namespace {

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
using strings = std::vector<std::string>;

/// A connection that has just been accepted, and what it received.
struct accepted {
    explicit accepted(std::string_view with_token = {}, channel_kind kind = channel_kind::control,
                      agent_limits limits = {})
        : machine(kind, with_token, limits, t0), end(machine, t0, [this](const connection::action& todo) {
              got = std::get<connection::received>(todo).what;
              // The operation's machine goes on; here it is one that does nothing.
              rest = std::make_unique<session::frame_channel>(machine.take_channel());
          }) {}

    /// Feeds until the request was read.
    void feed(std::string_view bytes, std::size_t cut = std::string_view::npos) {
        while (!bytes.empty() && !got) {
            const std::string_view piece = bytes.substr(0, cut);
            const mutable_bytes room = machine.channel().receive_buffer();
            std::copy_n(as_bytes(piece).begin(), piece.size(), room.begin());
            machine.channel().on_received(piece.size());
            bytes.remove_prefix(piece.size());
            while (!got) {
                auto todo = machine.poll(t0);
                if (auto* event = std::get_if<connection::received>(&todo))
                    got = std::move(event->what);
                else if (std::holds_alternative<session::wait>(todo))
                    break;
                else
                    FAIL("the connection was refused");
            }
        }
    }

    connection machine;
    std::optional<session::guest::any_request> got;
    std::unique_ptr<session::frame_channel> rest;
    guest_end<connection> end;
};

std::string exec(std::string_view json = R"({"argv":["true"]})") { return frame(frame_type::exec_request, json); }

}  // namespace

TEST_CASE("connection: a request needs no waiting, however the bytes are cut [P-CONN-01] [P-CONN-02] [P-AUTH-03]") {
    const std::string stream = frame(frame_type::auth, token) + exec();
    for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
        accepted it{token};
        it.feed(stream, cut);
        REQUIRE(it.got);
        CHECK(std::get<wire::exec_request>(*it.got).argv == strings{"true"});
        CHECK(it.machine.channel().backlog() == 0);  // success is silent [P-CONN-03]
        CHECK(it.machine.request_type() == frame_type::exec_request);
    }
}

TEST_CASE("connection: frames behind the request go with the channel [P-CONN-02]") {
    accepted it;
    it.feed(exec() + frame(frame_type::stdin_data, "hi"));
    REQUIRE(it.got);
    session::frame_channel channel = it.machine.take_channel();
    const auto in = channel.next();
    REQUIRE(in.what == session::frame_channel::inbound::kind::frame);
    CHECK(in_words(in.frame) == "STDIN hi");
}

TEST_CASE("connection: every request of the registry is read") {
    const auto read = [](frame_type type, std::string_view json = {}) {
        accepted it;
        it.feed(frame(type, json));
        return it.got.value();
    };
    CHECK(std::get<wire::session_kill_request>(read(frame_type::session_kill, R"({"session_id":"s1"})")).session_id ==
          "s1");
    CHECK(std::holds_alternative<session::guest::session_list_request>(
        read(frame_type::session_list_request, "ignored")));
    CHECK(std::holds_alternative<session::guest::activity_request>(read(frame_type::activity_request)));
    CHECK(std::get<wire::file_read_request>(read(frame_type::file_read_request, R"({"path":"/r"})")).path == "/r");
    CHECK(std::get<wire::file_write_request>(read(frame_type::file_write_request, R"({"path":"/w","size":1})")).size ==
          1);
    CHECK(std::get<session::guest::stat_request>(read(frame_type::file_stat_request, R"({"path":"/s"})")).path == "/s");
    CHECK(std::get<session::guest::list_request>(read(frame_type::file_list_request, R"({"path":"/l"})")).path == "/l");
    CHECK(std::get<wire::hello_request>(read(frame_type::hello_request, R"({"client":"c"})")).client == "c");
    CHECK(std::get<wire::clock_set_request>(read(frame_type::clock_set, R"({"unix_ns":5})")).unix_ns == 5);
}

TEST_CASE("connection: whoever does not show the token is told `auth required` [P-AUTH-02] [P-AUTH-04]") {
    const std::string wrong = std::string{token.substr(1)} + "x";
    for (const channel_kind kind : {channel_kind::control, channel_kind::forward})
        for (const std::string& first :
             {frame(frame_type::auth, wrong), frame(frame_type::auth, token.substr(1)), frame(frame_type::auth),
              frame(frame_type::auth, std::string{token} + "\n"), exec(), frame(frame_type::activity_request),
              std::string(4, '\0'), std::string("\0\x10\0\1", 4)}) {
            accepted it{token, kind};
            it.end.host_sends(first, 1).host_ends();
            CHECK(it.end.frames() == strings{"ERROR auth required"});
            CHECK(it.end.failure() == errc::auth_required);
            CHECK(it.end.half_closed());
            CHECK(it.end.closed());
        }
}

TEST_CASE("connection: the end of the stream before AUTH is answered too [P-AUTH-04] [P-CONN-09]") {
    for (std::size_t some : {0u, 3u, 7u}) {
        accepted it{token};
        it.end.host_sends(frame(frame_type::auth, token).substr(0, some)).host_ends();
        CHECK(it.end.frames() == strings{"ERROR auth required"});
        CHECK(it.end.closed());
    }
}

TEST_CASE("connection: AUTH must be complete within its deadline on any transport [P-AUTH-04] [P-AUTH-06]") {
    accepted it{token};
    it.end.host_sends(frame(frame_type::auth, token).substr(0, 20));
    CHECK(it.end.until() == t0 + 5s);
    it.end.pass(5s - 1ms);
    CHECK(it.end.sent().empty());
    it.end.pass(1ms);
    CHECK(it.end.frames() == strings{"ERROR auth required"});
    it.end.pass(2s);
    CHECK(it.end.closed());
}

TEST_CASE("connection: an AUTH frame above 4096 bytes fails at its length field [P-AUTH-05] [P-FRAME-13]") {
    accepted it{token};
    it.end.host_sends(std::string("\0\0\x10\x01", 4));
    CHECK(it.end.frames() == strings{"ERROR auth required"});
    CHECK(it.machine.channel().parser().capacity() <= 2 * session::frame_channel::default_read_size);

    accepted longest{std::string(4095, 't')};
    longest.feed(frame(frame_type::auth, std::string(4095, 't')) + exec());
    CHECK(longest.got);
}

TEST_CASE("connection: after AUTH a request may have any legal length [P-FRAME-03]") {
    accepted it{token};
    const std::string big = R"({"path":")" + std::string(1'000'000, 'a') + R"("})";
    const std::string stream = frame(frame_type::auth, token) + frame(frame_type::file_stat_request, big);
    it.feed(stream, 65'536);
    REQUIRE(it.got);
    CHECK(std::get<session::guest::stat_request>(*it.got).path.size() == 1'000'000);
}

TEST_CASE("same_token: equal only if every byte and the length are [P-AUTH-05]") {
    using session::guest::same_token;
    CHECK(same_token(as_bytes("secret"), as_bytes("secret")));
    for (std::string_view other : {"", "s", "secre", "secrets", "Secret", "secreT", "secretsecret"})
        CHECK_FALSE(same_token(as_bytes(other), as_bytes("secret")));
    CHECK_FALSE(same_token(as_bytes("x"), {}));
}

TEST_CASE(
    "connection: the request has ten seconds from authentication, else `request timeout` [P-CONN-14] [P-FWD-12]") {
    for (const channel_kind kind : {channel_kind::control, channel_kind::forward}) {
        accepted it{token, kind};
        it.end.pass(4s).host_sends(frame(frame_type::auth, token) + exec().substr(0, 9));
        CHECK(it.end.until() == t0 + 14s);
        it.end.pass(10s);
        CHECK(it.end.frames() == strings{"ERROR request timeout"});
        CHECK(it.end.failure() == errc::request_timeout);
    }
    accepted open;
    CHECK(open.end.until() == t0 + 10s);
}

TEST_CASE("connection: an unusable first frame is named [P-TYPE-02] [P-AUTH-07] [P-AUTH-09] [P-EXT-01] [P-SYS-02]") {
    const std::pair<std::string, std::string> cases[] = {
        {frame(frame_type::stdin_data, "x"), "ERROR unexpected frame type 0x01"},
        {frame(frame_type::forward_request, R"({"port":1})"), "ERROR unexpected frame type 0x20"},
        {frame(frame_type::auth, token), "ERROR unexpected frame type 0x11"},
        {frame(frame_type::systemctl_request, "{}"), "ERROR unexpected frame type 0x60"},
        {frame(frame_type{0x73}), "ERROR unexpected frame type 0x73"},
        {frame(frame_type{0xff}), "ERROR unexpected frame type 0xff"},
        {frame(frame_type{0x00}), "ERROR unexpected frame type 0x00"},
    };
    for (const auto& [first, answer] : cases) {
        accepted it;
        it.end.host_sends(first, 1).host_ends();
        CHECK(it.end.frames() == strings{answer});
        CHECK(it.end.failure() == errc::unexpected_frame);
        CHECK(it.end.closed());
    }
    accepted twice{token};
    twice.end.host_sends(frame(frame_type::auth, token) + frame(frame_type::auth, token));
    CHECK(twice.end.frames() == strings{"ERROR unexpected frame type 0x11"});
}

TEST_CASE("connection: the forward channel expects FWD_REQ and says so in an ERROR [P-FWD-04]") {
    accepted it{{}, channel_kind::forward};
    it.end.host_sends(exec());
    CHECK(it.end.frames() == strings{"ERROR expected FWD_REQ, got 0x10"});

    accepted malformed{{}, channel_kind::forward};
    malformed.end.host_sends(frame(frame_type::forward_request, R"({"port":70000})"));
    REQUIRE(malformed.end.frames().size() == 1);
    CHECK(malformed.end.frames()[0].starts_with(R"(FWD_RESP {"status":"error","message":"bad forward request: )"));

    accepted good{{}, channel_kind::forward};
    good.feed(frame(frame_type::forward_request, R"({"port":80})"));
    CHECK(std::get<wire::forward_request>(*good.got).port == 80);
}

TEST_CASE("connection: a malformed request is answered with the text of its kind [P-ERR-03] [P-JSON-06] [P-ERR-01]") {
    const std::pair<frame_type, std::string> cases[] = {
        {frame_type::exec_request, "ERROR bad exec request: "}, {frame_type::session_kill, "ERROR bad kill request"},
        {frame_type::file_read_request, "ERROR bad request: "}, {frame_type::file_write_request, "ERROR bad request: "},
        {frame_type::file_stat_request, "ERROR bad request: "}, {frame_type::file_list_request, "ERROR bad request: "},
    };
    for (const auto& [type, prefix] : cases) {
        accepted it;
        it.end.host_sends(frame(type, "{"));
        REQUIRE(it.end.frames().size() == 1);
        CHECK(it.end.frames()[0].starts_with(prefix));
        CHECK(it.machine.request_type() == type);  // a malformed EXEC_REQ counts as activity [P-ACT-02]
    }
}

TEST_CASE("connection: a stream that breaks before the request is closed without a word [P-FRAME-11] [P-CONN-09]") {
    accepted ended;
    ended.end.host_ends();
    CHECK(ended.end.sent().empty());
    CHECK(ended.end.failure() == errc::unexpected_end);
    CHECK(ended.end.closed());

    accepted malformed;
    malformed.end.host_sends(std::string(4, '\0') + exec()).pass(2s);
    CHECK(malformed.end.sent().empty());
    CHECK(malformed.end.failure() == errc::bad_frame_length);
    CHECK(malformed.end.closed());

    accepted gone;
    gone.end.host_vanishes();
    CHECK(gone.end.closed());
}

TEST_CASE("connection: an agent without room refuses before anything was sent [P-CONN-12] [P-CONN-13]") {
    accepted it;
    it.machine.refuse(errc::connection_limit, wire::error_text::connection_limit);
    it.machine.refuse(errc::shutting_down, wire::error_text::shutting_down);
    it.end.settle();
    CHECK(it.end.frames() == strings{"ERROR connection limit exceeded"});
    it.end.host_sends(exec()).host_ends();
    CHECK(it.end.closed());
}

TEST_CASE("connection: a refused peer that never reads is dropped [P-CONN-07]") {
    accepted it{token};
    it.end.host_reads(0).pass(5s);
    CHECK_FALSE(it.end.closed());
    it.end.pass(2s);
    CHECK(it.end.closed());
}

TEST_CASE("is_control_plane: list, kill, activity and attach keep the agent under control [P-CONN-13]") {
    using namespace session::guest;
    wire::exec_request attach;
    attach.session_id = "";
    CHECK(is_control_plane(attach));
    CHECK(is_control_plane(session_list_request{}));
    CHECK(is_control_plane(wire::session_kill_request{}));
    CHECK(is_control_plane(activity_request{}));
    CHECK_FALSE(is_control_plane(wire::exec_request{}));
    CHECK_FALSE(is_control_plane(stat_request{}));
    CHECK_FALSE(is_control_plane(wire::file_read_request{}));
}

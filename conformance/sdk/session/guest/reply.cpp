#include <hearth/core/utf8.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/machine.hpp>

#include "session/support/guest_end.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::test;
using namespace std::chrono_literals;
using session::frame_channel;
using session::guest::reply;
using wire::frame_type;
using strings = std::vector<std::string>;

static_assert(session::machine<reply>);

TEST_CASE("reply: waits for its answer, sends it, half-closes, waits for the host and closes [P-CONN-04] [P-CONN-07]") {
    reply machine{frame_channel{}, agent_limits{}};
    guest_end end{machine};
    CHECK(end.until() == no_deadline);
    machine.answer(frame_type::activity_response, "{}");
    end.settle();
    CHECK(end.frames() == strings{"ACTIVITY_RESP {}"});
    CHECK(end.half_closed());
    CHECK_FALSE(end.closed());
    CHECK(end.until() == t0 + 2s);
    end.host_ends();
    CHECK(end.closed());
}

TEST_CASE("reply: a second request is not executed and does not harm the reply [P-CONN-06]") {
    reply machine{frame_channel{}, agent_limits{}};
    guest_end end{machine};
    end.host_sends(frame_type::activity_request);
    machine.exit(0);
    end.host_sends(frame_type::activity_request).host_ends();
    CHECK(end.frames() == strings{"EXIT 0"});
    CHECK(end.closed());
}

TEST_CASE("reply: the first answer counts and nothing follows it [P-ERR-01] [P-ERR-02] [P-CONN-08]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.error("no such file or directory");
    machine.error("other");
    machine.exit(0);
    machine.detached({1, "/x"});
    guest_end end{machine};
    CHECK(end.frames() == strings{"ERROR no such file or directory"});
}

TEST_CASE("reply: an answer that does not fit a frame becomes an ERROR [P-ERR-06]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.answer(frame_type::file_list_response, std::string(max_payload + 1, 'x'));
    guest_end end{machine};
    REQUIRE(end.frames().size() == 1);
    CHECK(end.frames()[0].starts_with("ERROR "));
}

TEST_CASE("reply: an error text is shortened and made valid [P-ERR-05]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.error("open /" + std::string(10'000, 'x') + "\xff: no");
    guest_end end{machine};
    const std::string text = end.frames().at(0).substr(6);
    CHECK(text.size() <= 4096);
    CHECK(find_invalid_utf8(text) == text.size());
}

TEST_CASE("reply: a detached command is one JSON object and EXIT 0 [P-DET-03] [P-DET-05] [P-DET-10]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.detached({4711, "/tmp/\a\x7f.log"});
    guest_end end{machine};
    const strings got = end.frames();
    REQUIRE(got.size() == 2);
    const auto parsed = wire::parse_detach_reply(as_bytes(std::string_view{got[0]}.substr(7)));
    CHECK(parsed.value() == wire::detach_reply{4711, "/tmp/\a\x7f.log"});
    CHECK(got[1] == "EXIT 0");
}

TEST_CASE("reply: a forward request is refused in a FWD_RESP [P-FWD-03] [P-FWD-13]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.forward_error("tunnel limit exceeded");
    guest_end end{machine};
    CHECK(end.frames() == strings{R"(FWD_RESP {"status":"error","message":"tunnel limit exceeded"})"});
}

TEST_CASE("reply: a host that is gone before the answer ends the connection") {
    reply machine{frame_channel{}, agent_limits{}};
    guest_end end{machine};
    end.host_vanishes();
    CHECK(end.closed());
}

TEST_CASE("reply: a half-close before the answer changes nothing") {
    reply machine{frame_channel{}, agent_limits{}};
    guest_end end{machine};
    end.host_ends();
    CHECK_FALSE(end.closed());
    machine.exit(0);
    end.settle();
    CHECK(end.frames() == strings{"EXIT 0"});
    CHECK(end.closed());
}

TEST_CASE("lingering_close: input is discarded for two seconds [P-CONN-07]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.exit(0);
    guest_end end{machine};
    end.host_sends(std::string(1000, 'x')).pass(2s - 1ms);
    CHECK(end.unread() == 0);
    CHECK_FALSE(end.closed());
    end.pass(1ms);
    CHECK(end.closed());
}

TEST_CASE("lingering_close: at most 1 MiB beyond what was announced is discarded [P-CONN-07] [P-FILE-57]") {
    for (std::uint64_t announced : {std::uint64_t{0}, std::uint64_t{3'000'000}}) {
        reply machine{frame_channel{}, agent_limits{}, announced};
        machine.error("no space left on device");
        guest_end end{machine};
        end.host_sends(std::string(announced + 1'048'575, 'x'));
        CHECK_FALSE(end.closed());
        end.host_sends("x");
        CHECK(end.closed());
    }
}

TEST_CASE("lingering_close: an absurd announcement does not overflow the budget") {
    reply machine{frame_channel{}, agent_limits{}, UINT64_MAX};
    machine.error("file too large");
    guest_end end{machine};
    end.host_sends(std::string(2'000'000, 'x'));
    CHECK_FALSE(end.closed());
    end.pass(2s);
    CHECK(end.closed());
}

TEST_CASE("lingering_close: the two seconds start when the reply has left [P-CONN-07] [P-CONN-15]") {
    reply machine{frame_channel{}, agent_limits{}};
    machine.exit(0);
    guest_end<reply> end{machine};
    reply slow{frame_channel{}, agent_limits{}};
    guest_end<reply> waiting{slow};
    waiting.host_reads(0);
    slow.exit(0);
    waiting.settle();
    waiting.pass(50s).host_reads(3).pass(50s);
    CHECK_FALSE(waiting.closed());
    waiting.host_reads(100);
    CHECK(waiting.frames() == strings{"EXIT 0"});
    CHECK(waiting.until() == waiting.now() + 2s);
}

TEST_CASE("lingering_close: a host that accepts nothing for a minute is given up") {
    reply machine{frame_channel{}, agent_limits{}};
    guest_end<reply> end{machine};
    end.host_reads(0);
    machine.exit(0);
    end.settle();
    end.pass(60s);
    CHECK(end.closed());
}

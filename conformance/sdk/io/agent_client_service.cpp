#include <hearth/io/agent_client.hpp>
#include <hearth/io/agent_service.hpp>
#include <hearth/io/unix_listener.hpp>

#include <io/support/loop.hpp>
#include <io/support/outcome.hpp>
#include <io/support/temp_directory.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

using namespace hearth;
using namespace hearth::io;
using namespace std::chrono_literals;

namespace {

using files = std::map<std::string, std::string>;

class memory_source final : public file_source {
public:
    explicit memory_source(std::string content) : content_(std::move(content)) {}
    wire::file_read_reply info() const override { return {static_cast<std::int64_t>(content_.size()), "0644"}; }
    net::awaitable<answer<std::size_t>> read(mutable_bytes into) override {
        const std::size_t n = std::min(into.size(), content_.size() - at_);
        std::copy_n(as_bytes(content_).begin() + static_cast<std::ptrdiff_t>(at_), n, into.begin());
        at_ += n;
        co_return n;
    }

private:
    std::string content_;
    std::size_t at_{0};
};

class memory_sink final : public file_sink {
public:
    memory_sink(files& all, std::string path) : all_(all), path_(std::move(path)) {}
    net::awaitable<answer<done>> write(bytes_view bytes) override {
        content_ += as_text(bytes);
        co_return done{};
    }
    net::awaitable<answer<done>> commit() override {
        all_[path_] = std::move(content_);
        co_return done{};
    }

private:
    files& all_;
    std::string path_;
    std::string content_;
};

/// `cat` gives its input back, `hang` waits to be killed; files live in a map; tunnels give back what they get.
class memory_agent final : public agent_handler {
public:
    files stored;
    int killed{0};

    net::awaitable<void> on_exec(wire::exec_request what, process_channel process) override {
        if (what.argv.front() != "cat" && what.argv.front() != "hang")
            co_return process.start_failed("start: " + what.argv.front() + ": not found");
        process.started();
        for (;;) {
            const process_channel::event event = co_await process.async_next(net::use_awaitable);
            if (std::holds_alternative<process_channel::kill>(event) ||
                std::holds_alternative<process_channel::terminate>(event)) {
                ++killed;
                co_return process.exit(137);
            }
            if (const auto* some = std::get_if<process_channel::input>(&event)) {
                const std::string copy(as_text(some->bytes));
                co_await process.async_write(process_channel::stream::out, as_bytes(copy), net::use_awaitable);
            }
            if (std::holds_alternative<process_channel::input_end>(event) && what.argv.front() == "cat")
                co_return process.exit(0);
        }
    }
    net::awaitable<answer<std::unique_ptr<file_source>>> on_read(std::string path) override {
        if (!stored.contains(path))
            co_return handler_error{wire::error_text::system("open", path, ENOENT)};
        co_return std::make_unique<memory_source>(stored[path]);
    }
    net::awaitable<answer<std::unique_ptr<file_sink>>> on_write(wire::file_write_request what) override {
        co_return std::make_unique<memory_sink>(stored, what.path);
    }
    net::awaitable<answer<any_stream>> on_forward(net::ip::tcp::endpoint) override {
        auto [here, there] = ::test::stream_pair(co_await net::this_coro::executor);
        far_ends.push_back(std::move(there));
        co_return std::move(here);
    }

    std::vector<any_stream> far_ends;
};

struct world {
    ::test::temp_directory dir;
    ::test::loop loop;
    std::shared_ptr<memory_agent> inside = std::make_shared<memory_agent>();
    std::unique_ptr<agent_service> service;
    agent_client agent{loop.executor(), agent_over_unix(dir / "control", dir / "forward"), "secret"};

    world() {
        service = std::make_unique<agent_service>(loop.executor(), inside, agent_service_options{.token = "secret"});
        auto forward = unix_listener{dir / "forward"}.listen(loop.executor());
        auto control = unix_listener{dir / "control"}.listen(loop.executor());
        REQUIRE(forward);
        REQUIRE(control);
        service->serve(*std::move(forward), agent_service::channel::forward);
        service->serve(*std::move(control), agent_service::channel::control);
    }
    ~world() {
        ::test::outcome<> stopped;
        service->async_stop(stopped.handler());
        loop.run_until(stopped);
        loop.settle();
    }

    /// Runs a coroutine to its end.
    template <class Task>
    void run(Task task) {
        ::test::outcome<std::exception_ptr> over;
        net::co_spawn(loop.executor(), std::move(task),
                      [report = over.handler()](std::exception_ptr thrown) { report(net_error_code(), thrown); });
        loop.run_until(over);
        if (over.value())
            std::rethrow_exception(over.value());
    }
};

wire::exec_request command(std::string program) {
    wire::exec_request request;
    request.argv = {std::move(program)};
    return request;
}

}  // namespace

TEST_CASE("agent_client and agent_service: commands, with their input and output, large and small "
          "[P-EXEC-10] [P-EXEC-11] [P-EXEC-16] [P-EXT-06] [P-READY-03] [P-AUTH-02]") {
    world w;
    w.run([&]() -> net::awaitable<void> {
        co_await w.agent.async_wait_ready({.deadline = within(5s)}, net::use_awaitable);
        for (const bool knows : {false, true}) {  // input ended by half-close, then by frame
            if (knows)
                w.agent.set_capabilities(co_await w.agent.async_hello({}, net::use_awaitable));
            CHECK(w.agent.capabilities().has(wire::feature_stdin_eof) == knows);
            for (const std::size_t size : {0u, 5u, 3'000'000u}) {
                const wire::exec_request cat = command("cat");
                const std::string input(size, 'i');
                const agent_client::exec_settings io{.input = as_bytes(input)};
                const auto did = co_await w.agent.async_exec(cat, io, {}, net::use_awaitable);
                CHECK(did.exit_code == 0);
                CHECK(did.out.size() == size);
                CHECK((did.out == input));
                CHECK_FALSE(did.truncated);
            }
        }
    });
}

TEST_CASE("agent_client and agent_service: what is refused has its code [P-CLI-11] [P-AUTH-02]") {
    world w;
    ::test::outcome<agent_client::exec_result> unknown;
    diagnostics diag;
    w.agent.async_exec(command("nope"), {}, {.diag = &diag}, unknown.handler());
    w.loop.run_until(unknown);
    CHECK(unknown.error() == errc::start_failed);
    CHECK(diag.peer_text == "start: nope: not found");

    const agent_client stranger(w.loop.executor(), agent_over_unix(w.dir / "control", w.dir / "forward"), "wrong");
    ::test::outcome<> ready;
    stranger.async_wait_ready({.deadline = within(5s)}, ready.handler());
    w.loop.run_until(ready);
    CHECK(ready.error() == errc::auth_required);
    ::test::outcome<any_stream> tunnel;
    stranger.async_forward(80, {}, tunnel.handler());
    w.loop.run_until(tunnel);
    CHECK(tunnel.error() == errc::auth_required);
}

TEST_CASE("agent_client and agent_service: a command that is given up is killed [P-CLI-03] [P-EXEC-20]") {
    world w;
    for (const bool by_frame : {true, false}) {
        if (by_frame)
            w.agent.set_capabilities({wire::hello_reply{.agent = "a", .features = {"stdin.eof"}}});
        else
            w.agent.set_capabilities({});
        net::cancellation_signal stop;
        ::test::outcome<agent_client::exec_result> hung;
        const int before = w.inside->killed;
        w.agent.async_exec(command("hang"), {}, {}, net::bind_cancellation_slot(stop.slot(), hung.handler()));
        ::test::outcome<wire::activity_info> asked;
        do {
            asked = {};
            w.agent.async_activity({}, asked.handler());
            w.loop.run_until(asked);
        } while (asked.value().execs.value_or(0) == 0);
        stop.emit(net::cancellation_type::terminal);
        w.loop.run_until(hung);
        CHECK(hung.error() == errc::operation_cancelled);
        w.loop.run_until([&] { return w.inside->killed > before; });
    }
}

TEST_CASE("agent_client and agent_service: files there and back [P-FILE-10] [P-FILE-40] [P-CLI-06] [P-CLI-07]") {
    world w;
    w.run([&]() -> net::awaitable<void> {
        const std::string content(3'000'000, 'c');
        co_await w.agent.async_write_file("/a", "0644", as_bytes(content), {}, net::use_awaitable);
        CHECK((w.inside->stored["/a"] == content));
        const wire::file_read_request read_a{.path = "/a"};
        const auto back = co_await w.agent.async_read_file(read_a, {}, net::use_awaitable);
        CHECK((back.bytes == content));

        const wire::file_write_request write_b{.path = "/b", .mode = "0600", .size = 3'000'000};
        file_writer up = co_await w.agent.async_create_file(write_b, {}, net::use_awaitable);
        co_await up.async_write(as_bytes(content), net::use_awaitable);
        co_await up.async_finish(net::use_awaitable);
        CHECK((w.inside->stored["/b"] == content));

        const wire::file_read_request read_b{.path = "/b"};
        file_reader down = co_await w.agent.async_open_file(read_b, {}, net::use_awaitable);
        std::string got;
        for (;;) {
            const auto event = co_await down.async_next(net::use_awaitable);
            const auto* some = std::get_if<file_reader::data>(&event);
            if (some == nullptr)
                break;
            got += as_text(some->bytes);
        }
        CHECK((got == content));
    });
    ::test::outcome<agent_client::file_content> missing;
    w.agent.async_read_file({.path = "/none"}, {}, missing.handler());
    w.loop.run_until(missing);
    CHECK(missing.error() == errc::no_such_file);
}

TEST_CASE("agent_client and agent_service: a session outlives its clients "
          "[P-SESS-01] [P-SESS-03] [P-SESS-07] [P-SESS-08] [P-SESS-09] [P-CLI-08] [P-CLI-09]") {
    world w;
    w.run([&]() -> net::awaitable<void> {
        const auto text_of = [](const session_stream::event& event) {
            const auto* some = std::get_if<session_stream::output>(&event);
            return some != nullptr ? std::string(as_text(some->bytes)) : std::string("no output");
        };
        wire::exec_request create = command("cat");
        create.session = true;
        session_stream first = co_await w.agent.async_open_session(create, {}, net::use_awaitable);
        const std::string id = first.info().session_id;
        co_await first.async_write_stdin(as_bytes("one"), net::use_awaitable);
        CHECK(text_of(co_await first.async_next(net::use_awaitable)) == "one");

        wire::exec_request attach;
        attach.session_id = id;
        attach.if_detached = true;
        try {
            co_await w.agent.async_open_session(attach, {}, net::use_awaitable);
            FAIL("attached although a client is");
        } catch (const std::exception&) {
        }
        attach.if_detached = false;
        session_stream second = co_await w.agent.async_open_session(attach, {}, net::use_awaitable);
        CHECK(text_of(co_await second.async_next(net::use_awaitable)) == "one");  // the scrollback
        const auto end = co_await first.async_next(net::use_awaitable);
        REQUIRE(std::holds_alternative<session_stream::exited>(end));
        CHECK(std::get<session_stream::exited>(end).code == 0);
        CHECK(session::host::taken_over(id, co_await w.agent.async_list_sessions({}, net::use_awaitable)));

        co_await second.async_write_stdin(as_bytes("two"), net::use_awaitable);
        CHECK(text_of(co_await second.async_next(net::use_awaitable)) == "two");
        second.detach();
        session_stream third = co_await w.agent.async_open_session(attach, {}, net::use_awaitable);
        CHECK(text_of(co_await third.async_next(net::use_awaitable)) == "onetwo");
        co_await w.agent.async_kill_session(id, {}, net::use_awaitable);
        const auto killed = co_await third.async_next(net::use_awaitable);
        REQUIRE(std::holds_alternative<session_stream::exited>(killed));
        CHECK(std::get<session_stream::exited>(killed).code == 137);
        CHECK((co_await w.agent.async_list_sessions({}, net::use_awaitable)).empty());
    });
}

TEST_CASE("agent_client and agent_service: a tunnel carries bytes both ways [P-FWD-04] [P-FWD-06] [P-CLI-10]") {
    world w;
    w.run([&]() -> net::awaitable<void> {
        any_stream tunnel = co_await w.agent.async_forward(8080, {}, net::use_awaitable);
        REQUIRE(w.inside->far_ends.size() == 1);
        any_stream& far = w.inside->far_ends.front();
        std::string got(4, '\0');
        co_await net::async_write(tunnel, net::buffer("ping", 4), net::use_awaitable);
        co_await net::async_read(far, net::buffer(got), net::use_awaitable);
        CHECK(got == "ping");
        CHECK(!tunnel.shutdown_send());
        net_error_code ec;
        co_await net::async_read(far, net::buffer(got), net::redirect_error(net::use_awaitable, ec));
        CHECK(translate(ec) == errc::end_of_stream);
        co_await net::async_write(far, net::buffer("pong", 4), net::use_awaitable);
        co_await net::async_read(tunnel, net::buffer(got), net::use_awaitable);
        CHECK(got == "pong");
        far.close();
    });
}

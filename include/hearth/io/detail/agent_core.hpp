#ifndef HEARTH_IO_DETAIL_AGENT_CORE_HPP
#define HEARTH_IO_DETAIL_AGENT_CORE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/agent_handler.hpp>
#include <hearth/io/agent_service_options.hpp>
#include <hearth/io/any_acceptor.hpp>
#include <hearth/io/detail/gate.hpp>
#include <hearth/io/detail/process_link.hpp>
#include <hearth/io/detail/relay_run.hpp>
#include <hearth/io/detail/task_set.hpp>
#include <hearth/io/detail/wake_up.hpp>
#include <hearth/io/detail/watched.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/process_channel.hpp>
#include <hearth/net/coroutine.hpp>
#include <hearth/session/guest/activity.hpp>
#include <hearth/session/guest/admission.hpp>
#include <hearth/session/guest/attachment.hpp>
#include <hearth/session/guest/file_read.hpp>
#include <hearth/session/guest/file_write.hpp>
#include <hearth/session/guest/hello.hpp>
#include <hearth/session/guest/kill_acknowledgement.hpp>
#include <hearth/session/guest/plain_exec.hpp>
#include <hearth/session/guest/reply.hpp>
#include <hearth/session/guest/request.hpp>
#include <hearth/session/guest/session_registry.hpp>
#include <hearth/session/guest/tunnel.hpp>
#include <hearth/wire/error_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// Adds one to a counter while it lives.
class counted {
public:
    explicit counted(std::size_t& what) noexcept : what_(&what) { ++what; }
    counted(counted&& other) noexcept : what_(std::exchange(other.what_, nullptr)) {}
    counted& operator=(counted&&) = delete;
    ~counted() {
        if (what_)
            --*what_;
    }

private:
    std::size_t* what_;
};

/// \returns What `call` answers; what it throws becomes an error too.
template <class Call>
std::invoke_result_t<Call&> caught(Call call) {
    std::string thrown;
    try {
        co_return co_await call();
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
        thrown = "unknown exception";
    }
    co_return handler_error{std::move(thrown)};
}

/// What an `agent_service` is made of. Each connection is a coroutine; so is each command, which may outlive it.
class agent_core : public std::enable_shared_from_this<agent_core> {
public:
    using stop_signature = void(net_error_code);

    agent_core(const net::any_io_executor& on, std::shared_ptr<agent_handler> handler, agent_service_options options)
        : executor_(on),
          handler_(std::move(handler)),
          options_(std::move(options)),
          admission_(options_.limits),
          activity_(clock::now()),
          sessions_(options_.limits, activity_),
          books_{admission_, activity_, [this](ticket who) { evict(who); }, [this] { make_room(); }},
          tick_timer_(on) {}

    net::any_io_executor get_executor() const { return executor_; }

    void serve(any_acceptor acceptor, session::guest::channel_kind kind) {
        auto on = std::make_shared<listener>(std::move(acceptor), executor_, kind);
        net::dispatch(executor_, [self = shared_from_this(), on = std::move(on)] {
            if (!self->refusing_)
                self->spawn(self->accept(self->listeners_.emplace_back(on)));
        });
    }

    void refuse_requests() {
        net::dispatch(executor_, [self = shared_from_this()] { self->begin_refusing(); });
    }

    void stop(any_handler<stop_signature> handler = {}) {
        // `post`: a handler of ours may be what calls, and is cancelled
        net::post(executor_, [self = shared_from_this(), h = std::move(handler)]() mutable {
            if (h)
                self->stopped_.emplace_back(std::move(h));
            self->begin_stopping();
        });
    }

private:
    using ticket = gate::ticket;
    using gate_run = driver<gate>;
    using plain_exec_run = driver<watched<session::guest::plain_exec>>;
    using attachment_run = driver<watched<session::guest::attachment>>;
    template <class T>
    using awaitable = net::awaitable<T>;

    struct listener {
        listener(any_acceptor a, const net::any_io_executor& on, session::guest::channel_kind k)
            : acceptor(std::move(a)), pause(on), kind(k) {}
        any_acceptor acceptor;
        net::steady_timer pause;  ///< until there is room for another connection
        session::guest::channel_kind kind;
    };

    /// A connection whose request was read.
    struct conversation {
        any_stream stream;
        session::frame_channel channel;
    };

    static std::int64_t unix_now() {
        const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
    }

    // --- running things ----------------------------------------------------------------------------------------------

    task_set::handle spawn(awaitable<void> what) { return spawn_in(tasks_, std::move(what)); }
    task_set::handle spawn_in(task_set& where, awaitable<void> what) {
        return where.spawn(executor_, std::move(what), [self = shared_from_this()] { self->check_stopped(); });
    }

    template <class Machine, class... Args>
    std::shared_ptr<driver<Machine>> make_driver(any_stream stream, Args&&... args) {
        return std::make_shared<driver<Machine>>(std::move(stream), driver_options{.side = role::guest},
                                                 std::forward<Args>(args)...);
    }

    template <class Run, class OnEvent>
    static awaitable<void> drive(std::shared_ptr<Run> run, OnEvent on_event) {
        net_error_code cancelled;
        co_await run->async_run(std::move(on_event), net::redirect_error(net::use_awaitable, cancelled));
    }
    template <class Run>
    static awaitable<void> drive(std::shared_ptr<Run> run) {
        return drive(std::move(run), [](const auto&) {});
    }

    template <class Run>
    static std::function<void()> waking(const std::shared_ptr<Run>& whom) {
        return [weak = std::weak_ptr<Run>(whom)] {
            if (const auto it = weak.lock())
                it->wake();
        };
    }

    // --- the way down ------------------------------------------------------------------------------------------------

    void begin_refusing() {
        if (std::exchange(refusing_, true))
            return;
        for (const auto& each : listeners_) {
            each->acceptor.close();
            each->pause.cancel();
        }
        for (const auto& [who, run] : gates_) {
            run->machine().refuse(errc::shutting_down, wire::error_text::shutting_down);
            run->wake();
        }
    }

    void begin_stopping() {
        begin_refusing();
        if (!std::exchange(stopping_, true)) {
            tick_timer_.cancel();
            for (const auto& [port, link] : links_)
                link->shut_down();
            tasks_.cancel_all();
        }
        check_stopped();
    }

    void check_stopped() {
        if (!stopping_ || !tasks_.empty() || !commands_.empty())
            return;
        for (auto& each : std::exchange(stopped_, {}))
            each.post({});
    }

    // --- connections -------------------------------------------------------------------------------------------------

    /// \req P-CONN-13
    awaitable<void> accept(std::shared_ptr<listener> on) {
        const bool stranger = !options_.token.empty();
        while (!refusing_) {
            net_error_code ec;
            const time_point now = clock::now();
            if (const time_point at = admission_.accept_at(stranger, now); at > now) {
                on->pause.expires_at(at);
                co_await on->pause.async_wait(net::redirect_error(net::use_awaitable, ec));
                continue;
            }
            any_stream stream =
                co_await on->acceptor.async_accept(executor_, net::redirect_error(net::use_awaitable, ec));
            if (ec)
                break;
            const auto arrived = admission_.enter(stranger, clock::now());
            if (arrived.what.evict)
                evict(*arrived.what.evict);
            spawn(converse(std::move(stream), on->kind, arrived));
        }
        listeners_.remove(on);
    }

    void evict(ticket who) {
        const auto found = gates_.find(who);
        if (found == gates_.end())
            return;
        gate_run& run = *found->second;
        if (run.machine().known())
            run.machine().refuse(errc::request_timeout, wire::error_text::request_timeout);
        else
            run.machine().refuse(errc::auth_required, wire::error_text::auth_required);
        run.wake();
    }

    /// A connection, from its first byte to its last.
    awaitable<void> converse(any_stream stream, session::guest::channel_kind kind,
                             session::guest::admission::arrival arrived) {
        const ticket who = arrived.who;
        auto run =
            make_driver<gate>(std::move(stream), kind, options_.token, options_.limits, clock::now(), books_, who);
        if (refusing_)
            run->machine().refuse(errc::shutting_down, wire::error_text::shutting_down);
        else if (!arrived.what.admitted)
            run->machine().refuse(errc::connection_limit, wire::error_text::connection_limit);
        gates_.emplace(who, run);
        std::optional<session::guest::any_request> asked;
        net_error_code ended;
        // Not cancelled with the rest: whoever is refused is told why.
        co_await run->async_run(
            [&asked]<class Event>(Event& event) {
                if constexpr (std::is_same_v<Event, session::guest::connection::received>) {
                    asked = std::move(event.what);
                    return flow::release;
                } else {
                    return flow::more;
                }
            },
            net::bind_cancellation_slot(net::cancellation_slot(), net::redirect_error(net::use_awaitable, ended)));
        gates_.erase(who);
        if (asked) {
            conversation with{run->take_stream(), run->machine().take_channel()};
            run.reset();
            try {
                if (admission_.serve(who, *asked))
                    co_await begin(std::move(with), *std::move(asked));
                else
                    co_await turn_away(std::move(with), *asked);
            } catch (...) {  // NOLINT(bugprone-empty-catch): cancelled or out of memory, this connection is over
            }
        }
        admission_.leave(who);
        make_room();
    }

    /// Connections have come, gone or moved on: those that wait may have a place now.
    void make_room() {
        for (const auto& each : listeners_)
            each->pause.cancel();
    }

    /// \req P-CONN-12, P-FWD-13
    awaitable<void> turn_away(conversation with, const session::guest::any_request& asked) {
        if (std::holds_alternative<wire::forward_request>(asked))
            return reply(std::move(with),
                         [](session::guest::reply& r) { r.forward_error(wire::error_text::tunnel_limit); });
        const auto* asked_upload = std::get_if<wire::file_write_request>(&asked);
        const auto announced =
            static_cast<std::uint64_t>(asked_upload ? std::max<std::int64_t>(asked_upload->size, 0) : 0);
        return refuse(std::move(with), std::string(wire::error_text::connection_limit), announced);
    }

    awaitable<void> begin(conversation with, session::guest::any_request asked) {
        return std::visit([&](auto& what) { return serve(std::move(with), std::move(what)); }, asked);
    }

    /// \param fill       Gives the answer.
    /// \param announced  Bytes that the host goes on sending.
    template <class Fill>
    awaitable<void> reply(conversation with, Fill fill, std::uint64_t announced = 0) {
        auto run = make_driver<session::guest::reply>(std::move(with.stream), std::move(with.channel), options_.limits,
                                                      announced);
        fill(run->machine());
        co_await drive(run);
    }
    awaitable<void> refuse(conversation with, std::string text, std::uint64_t announced = 0) {
        return reply(std::move(with), [text = std::move(text)](session::guest::reply& r) { r.error(text); }, announced);
    }
    awaitable<void> answer_json(conversation with, wire::frame_type type, std::string json) {
        return reply(std::move(with),
                     [type, json = std::move(json)](session::guest::reply& r) { r.answer(type, json); });
    }

    // --- questions about the agent itself ----------------------------------------------------------------------------

    awaitable<void> serve(conversation with, session::guest::session_list_request) {
        std::string json;
        wire::write_session_list(sessions_.list(), json);
        return answer_json(std::move(with), wire::frame_type::session_list_response, std::move(json));
    }
    awaitable<void> serve(conversation with, session::guest::activity_request) {
        std::string json;
        wire::write_activity_info(activity_.info(sessions_.running(), sessions_.attached(), clock::now(), unix_now()),
                                  json);
        return answer_json(std::move(with), wire::frame_type::activity_response, std::move(json));
    }
    awaitable<void> serve(conversation with, wire::hello_request) {
        wire::hello_reply out = session::guest::make_hello(options_.name, options_.features, options_.limits);
        out.version = options_.version;
        std::string json;
        wire::write_hello_reply(out, json);
        return answer_json(std::move(with), wire::frame_type::hello_response, std::move(json));
    }
    awaitable<void> serve(conversation with, wire::clock_set_request what) {
        const auto set = co_await caught([&] { return handler_->on_clock_set(std::move(what)); });
        co_await reply(std::move(with), [&](session::guest::reply& r) {
            if (const auto* failed = std::get_if<handler_error>(&set))
                r.error(failed->text);
            else
                r.exit(0);
        });
    }

    // --- commands ----------------------------------------------------------------------------------------------------

    awaitable<void> serve(conversation with, wire::exec_request what) {
        switch (wire::kind_of(what)) {
        case wire::exec_kind::attach: return attach(std::move(with), what);
        case wire::exec_kind::empty_argv: return refuse(std::move(with), std::string(wire::error_text::empty_argv));
        case wire::exec_kind::detached: return run_detached(std::move(with), std::move(what));
        case wire::exec_kind::plain: return run_plain(std::move(with), std::move(what));
        default: return create_session(std::move(with), std::move(what));
        }
    }

    std::shared_ptr<process_link> link_to(std::shared_ptr<session::guest::process_port> port) {
        return std::make_shared<process_link>(executor_, std::move(port), options_.limits.kill_grace / 2);
    }

    /// Has the handler run the command.
    void start(const std::shared_ptr<process_link>& link, wire::exec_request what) {
        links_.emplace(link->port(), link);
        const auto task = spawn_in(commands_, run_command(link, std::move(what)));
        link->on_overdue([task] { task_set::cancel(task); });
    }
    awaitable<void> run_command(std::shared_ptr<process_link> link, wire::exec_request what) {
        std::optional<std::string> thrown;
        try {
            co_await handler_->on_exec(std::move(what), process_channel(link));
        } catch (const std::exception& e) {
            thrown = e.what();
        } catch (...) {
            thrown = "unknown exception";
        }
        link->on_handler_ended(thrown);
        links_.erase(link->port());
    }

    awaitable<void> run_plain(conversation with, wire::exec_request what) {
        auto run = make_driver<watched<session::guest::plain_exec>>(std::move(with.stream), std::move(with.channel),
                                                                    options_.limits);
        auto& machine = run->machine();
        const auto link = link_to(std::shared_ptr<session::guest::process_port>(run, &*machine));
        machine->on_connection_wake(waking(run));
        machine->on_wake(waking(link));
        machine.on_room(waking(link));
        ++activity_.execs;
        link->on_ended([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                --self->activity_.execs;
        });
        start(link, std::move(what));
        co_await drive(run);
    }

    /// \req P-DET-03, P-DET-04, P-DET-09
    awaitable<void> run_detached(conversation with, wire::exec_request what) {
        if (activity_.detached >= options_.limits.detached)
            co_return co_await refuse(std::move(with), std::string(wire::error_text::too_many_detached));
        counted running(activity_.detached);
        auto started = co_await caught([&] { return handler_->on_detach(std::move(what)); });
        if (const auto* failed = std::get_if<handler_error>(&started))
            co_return co_await refuse(std::move(with), failed->text);
        auto& command = std::get<detached_command>(started);
        if (command.until_end.valid())
            spawn(await_end(std::move(command.until_end), std::move(running)));
        co_await reply(std::move(with), [&](session::guest::reply& r) { r.detached(command.started); });
    }
    static awaitable<void> await_end(awaitable<void> until_end, counted) { co_await std::move(until_end); }

    awaitable<void> create_session(conversation with, wire::exec_request what) {
        auto made = sessions_.create(what, clock::now(), unix_now());
        if (!made)
            return refuse(std::move(with), std::string(wire::error_text::session_limit));
        const auto link = link_to(*made);
        (*made)->on_wake([wake_link = waking(link), weak = weak_from_this()] {
            wake_link();
            if (const auto self = weak.lock())
                self->tick_soon();
        });
        return join(std::move(with), *std::move(made), std::nullopt, link, std::move(what));
    }

    awaitable<void> attach(conversation with, const wire::exec_request& what) {
        auto found = sessions_.to_attach(*what.session_id, what.if_detached);
        if (!found)
            return refuse(std::move(with),
                          std::string(found.error() == errc::session_attached ? wire::error_text::session_attached
                                                                              : wire::error_text::session_not_found));
        std::optional<wire::terminal_size> size;
        if (what.rows || what.cols)
            size = what.size();
        return join(std::move(with), *std::move(found), size);
    }

    /// Attaches a connection to a session, which is started if it is new. The attachment happens at once.
    awaitable<void> join(conversation with, std::shared_ptr<session::guest::session> to,
                         std::optional<wire::terminal_size> size, const std::shared_ptr<process_link>& link = {},
                         wire::exec_request what = {}) {
        auto run = make_driver<watched<session::guest::attachment>>(std::move(with.stream), std::move(with.channel), to,
                                                                    size, options_.limits, clock::now());
        run->machine()->on_connection_wake(waking(run));
        run->machine().on_room([weak = weak_from_this(), port = to.get()] {
            if (const auto self = weak.lock())
                self->wake_link(port);
        });
        if (link)
            start(link, std::move(what));
        return stay_attached(std::move(run));
    }
    void wake_link(const session::guest::process_port* port) {
        if (const auto found = links_.find(port); found != links_.end())
            found->second->wake();
    }
    awaitable<void> stay_attached(std::shared_ptr<attachment_run> run) {
        co_await drive(run);
        run.reset();
        tick_soon();
    }

    awaitable<void> serve(conversation with, wire::session_kill_request what) {
        const auto whom = sessions_.find(what.session_id);
        if (!whom)
            co_return co_await refuse(std::move(with), std::string(wire::error_text::session_not_found));
        auto run = make_driver<session::guest::kill_acknowledgement>(std::move(with.stream), std::move(with.channel),
                                                                     whom, options_.limits, clock::now());
        run->machine().on_connection_wake(waking(run));
        co_await drive(run);
    }

    /// Sessions have deadlines of their own; after anything that happened to one of them they are looked at again.
    void tick_soon() {
        if (std::exchange(ticking_, true))
            return;
        net::post(executor_, [self = shared_from_this()] {
            self->ticking_ = false;
            self->tick();
        });
    }
    void tick() {
        const time_point next = sessions_.tick(clock::now());
        tick_timer_.cancel();
        if (next == no_deadline || stopping_)
            return;
        tick_timer_.expires_at(next);
        tick_timer_.async_wait([weak = weak_from_this()](net_error_code ec) {
            if (const auto self = weak.lock(); self && !ec)
                self->tick();
        });
    }

    // --- files -------------------------------------------------------------------------------------------------------

    awaitable<void> serve(conversation with, session::guest::stat_request what) {
        const auto found = co_await caught([&] { return handler_->on_stat(std::move(what.path)); });
        if (const auto* failed = std::get_if<handler_error>(&found))
            co_return co_await refuse(std::move(with), failed->text);
        std::string json;
        wire::write_file_info(std::get<wire::file_info>(found), json);
        co_await answer_json(std::move(with), wire::frame_type::file_stat_response, std::move(json));
    }

    /// \req P-FILE-80, P-FILE-85, P-FILE-86, P-FILE-87, P-FILE-88
    awaitable<void> serve(conversation with, session::guest::list_request what) {
        const std::size_t cap = options_.limits.ls_cap;
        auto found = co_await caught([&] { return handler_->on_list(std::move(what.path), cap); });
        if (const auto* failed = std::get_if<handler_error>(&found))
            co_return co_await refuse(std::move(with), failed->text);
        auto& [entries, total] = std::get<directory_listing>(found);
        total = std::max<std::uint64_t>(total, entries.size());
        std::ranges::sort(entries, {}, &wire::file_info::name);
        entries.resize(std::min(entries.size(), cap));
        std::string json;
        wire::write_file_list(entries, total, json);
        co_await answer_json(std::move(with), wire::frame_type::file_list_response, std::move(json));
    }

    struct download {
        using machine = watched<session::guest::file_read>;

        download(std::unique_ptr<file_source> from, std::shared_ptr<driver<machine>> to)
            : source(std::move(from)), run(std::move(to)), room(run->get_executor()) {}

        std::unique_ptr<file_source> source;
        std::shared_ptr<driver<machine>> run;
        wake_up room;
    };

    struct opened_file {
        std::unique_ptr<file_source> source;
        wire::file_read_reply info;
    };
    awaitable<answer<opened_file>> open(std::string path) {
        auto got = co_await handler_->on_read(std::move(path));
        if (auto* failed = std::get_if<handler_error>(&got))
            co_return std::move(*failed);
        auto& source = std::get<std::unique_ptr<file_source>>(got);
        wire::file_read_reply info = source->info();
        co_return opened_file{std::move(source), std::move(info)};
    }

    awaitable<void> serve(conversation with, wire::file_read_request what) {
        auto got = co_await caught([&] { return open(what.path); });
        if (const auto* failed = std::get_if<handler_error>(&got))
            co_return co_await refuse(std::move(with), failed->text);
        auto& [source, info] = std::get<opened_file>(got);
        auto run = make_driver<download::machine>(std::move(with.stream), std::move(with.channel), what, info,
                                                  options_.limits);
        const auto op = std::make_shared<download>(std::move(source), run);
        run->machine().on_room([weak = std::weak_ptr<download>(op)] {
            if (const auto it = weak.lock(); it && !it->run->machine()->data_buffer().empty())
                it->room.notify();
        });
        const auto reading = spawn(read_file(op));
        co_await drive(run);
        task_set::cancel(reading);
    }
    static awaitable<void> read_file(std::shared_ptr<download> op) {
        session::guest::file_read& machine = *op->run->machine();
        for (;;) {
            const mutable_bytes into = machine.data_buffer();
            if (into.empty()) {
                co_await op->room.async_wait(net::use_awaitable);
                continue;
            }
            const auto got = co_await caught([&] { return op->source->read(into); });
            if (const auto* failed = std::get_if<handler_error>(&got))
                machine.on_error(failed->text, clock::now());
            else
                machine.on_data(std::min(std::get<std::size_t>(got), into.size()), clock::now());
            op->run->wake();
        }
    }

    struct upload : std::enable_shared_from_this<upload> {
        std::unique_ptr<file_sink> sink;
        std::shared_ptr<driver<session::guest::file_write>> run;
        task_set::handle step;  ///< what the machine waits for
    };

    awaitable<void> serve(conversation with, wire::file_write_request what) {
        using machine = session::guest::file_write;
        const counted running(activity_.uploads);
        const auto op = std::make_shared<upload>();
        op->run =
            make_driver<machine>(std::move(with.stream), std::move(with.channel), what, options_.limits, clock::now());
        co_await drive(op->run, [this, &it = *op, &what]<class Event>(const Event& event) {
            const auto hold_for = [this, &it](awaitable<void> step) {
                it.step = spawn(std::move(step));
                return flow::hold;
            };
            if constexpr (std::is_same_v<Event, machine::begin>)
                return hold_for(begin_upload(it.shared_from_this(), what));
            else if constexpr (std::is_same_v<Event, machine::data>)
                return hold_for(continue_upload(it.shared_from_this(), event.bytes));
            else if constexpr (std::is_same_v<Event, machine::commit>)
                return hold_for(commit_upload(it.shared_from_this()));
            else if constexpr (std::is_same_v<Event, machine::abandon>)
                it.sink.reset();
            return flow::more;
        });
        task_set::cancel(op->step);
    }
    awaitable<void> begin_upload(std::shared_ptr<upload> op, wire::file_write_request what) {
        auto opened = co_await caught([&] { return handler_->on_write(std::move(what)); });
        if (auto* sink = std::get_if<std::unique_ptr<file_sink>>(&opened))
            op->sink = std::move(*sink);
        else
            op->run->machine().on_error(std::get<handler_error>(opened).text, clock::now());
        op->run->resume();
    }
    static awaitable<void> continue_upload(std::shared_ptr<upload> op, bytes_view bytes) {
        const auto wrote = co_await caught([&] { return op->sink->write(bytes); });
        if (const auto* failed = std::get_if<handler_error>(&wrote)) {
            op->sink.reset();
            op->run->machine().on_error(failed->text, clock::now());
        }
        op->run->resume();
    }
    static awaitable<void> commit_upload(std::shared_ptr<upload> op) {
        const auto committed = co_await caught([&] { return op->sink->commit(); });
        op->sink.reset();
        if (const auto* failed = std::get_if<handler_error>(&committed))
            op->run->machine().on_error(failed->text, clock::now());
        else
            op->run->machine().on_committed(clock::now());
        op->run->resume();
    }

    // --- tunnels -----------------------------------------------------------------------------------------------------

    struct forward : std::enable_shared_from_this<forward> {
        std::shared_ptr<driver<session::guest::tunnel>> run;
        any_stream target;
        task_set::handle connecting;
    };

    /// \req P-FWD-01, P-FWD-02, P-FWD-11, P-FWD-12
    awaitable<void> serve(conversation with, wire::forward_request what) {
        using machine = session::guest::tunnel;
        const auto op = std::make_shared<forward>();
        op->run =
            make_driver<machine>(std::move(with.stream), std::move(with.channel), what, options_.limits, clock::now());
        bool opened = false;
        co_await drive(op->run, [this, &it = *op, &opened]<class Event>(const Event& event) {
            if constexpr (std::is_same_v<Event, machine::connect_target>) {
                it.connecting = spawn(connect(it.shared_from_this(), event));
            } else if constexpr (std::is_same_v<Event, machine::opened>) {
                opened = true;
                return flow::release;
            }
            return flow::more;
        });
        task_set::cancel(op->connecting);
        if (!opened)
            co_return;
        const counted open(activity_.tunnels);
        const auto relay = std::make_shared<relay_run>(op->run->take_stream(), std::move(op->target),
                                                       op->run->machine().take_channel());
        op->run.reset();
        net_error_code ended;
        co_await relay->async_run(net::redirect_error(net::use_awaitable, ended));
    }
    awaitable<void> connect(std::shared_ptr<forward> op, session::guest::tunnel::connect_target where) {
        const auto address = where.address == session::guest::tunnel::family::v4
                                 ? net::ip::address(net::ip::address_v4::loopback())
                                 : net::ip::address(net::ip::address_v6::loopback());
        const net::ip::tcp::endpoint target(address, where.port);
        auto got = co_await caught([&] { return handler_->on_forward(target); });
        if (auto* stream = std::get_if<any_stream>(&got)) {
            op->target = std::move(*stream);
            op->run->machine().on_connected();
        } else {
            op->run->machine().on_refused(std::get<handler_error>(got).text);
        }
        op->run->wake();
    }

    net::any_io_executor executor_;
    std::shared_ptr<agent_handler> handler_;
    agent_service_options options_;
    session::guest::admission admission_;
    session::guest::activity activity_;
    session::guest::session_registry sessions_;
    gate::books books_;
    net::steady_timer tick_timer_;
    task_set tasks_;     ///< cancelled when the service stops
    task_set commands_;  ///< told to kill, and cancelled if they do not
    std::list<std::shared_ptr<listener>> listeners_;
    std::map<ticket, std::shared_ptr<gate_run>> gates_;
    std::map<const session::guest::process_port*, std::shared_ptr<process_link>> links_;
    std::vector<pending_handler<stop_signature>> stopped_;
    bool refusing_{false};
    bool stopping_{false};
    bool ticking_{false};
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif

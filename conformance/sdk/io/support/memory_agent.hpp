#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_MEMORY_AGENT_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_MEMORY_AGENT_HPP

#include <hearth/io/agent_handler.hpp>
#include <hearth/wire/file_mode.hpp>
#include <hearth/wire/session_info.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace test {

namespace net = hearth::net;

/// An agent whose programs are coroutines and whose files are strings. What it counts, tests look at.
class memory_agent : public hearth::io::agent_handler {
public:
    using process_channel = hearth::io::process_channel;
    using stream = process_channel::stream;
    template <class T>
    using answer = hearth::io::answer<T>;
    template <class T>
    using awaitable = net::awaitable<T>;

    std::map<std::string, std::string> files;  ///< path → content; a content of "<throw>" throws when it is opened
    std::size_t running{0};                    ///< coroutines of commands
    std::size_t written{0};                    ///< bytes of output handed over
    std::size_t cancelled{0};                  ///< commands whose coroutine was cancelled
    std::size_t sinks{0};                      ///< uploads that are open
    std::string events;                        ///< what the commands were told, one letter each
    std::size_t clock_steps{0};
    bool slow_disk{false};  ///< file operations hang until they are cancelled

    awaitable<void> on_exec(hearth::wire::exec_request what, process_channel process) override {
        const busy counted(running);
        const auto stop = co_await net::this_coro::cancellation_state;
        try {
            co_await run(std::move(what), process);
        } catch (...) {
            cancelled += stop.cancelled() != net::cancellation_type::none;
            throw;
        }
    }

    awaitable<answer<hearth::io::detached_command>> on_detach(hearth::wire::exec_request what) override {
        if (what.argv[0] == "missing")
            co_return hearth::io::handler_error{"start: missing: no such file or directory"};
        hearth::io::detached_command out;
        out.started = {42, what.output_file.empty() ? "/tmp/generated" : what.output_file};
        if (what.argv[0] == "sleep")
            out.until_end = sleep();
        co_return out;
    }

    awaitable<answer<hearth::wire::file_info>> on_stat(std::string path) override {
        co_await disk();
        const auto found = files.find(path);
        if (found == files.end())
            co_return missing("stat", path);
        co_return describe(found->first, found->second);
    }

    awaitable<answer<hearth::io::directory_listing>> on_list(std::string path, std::size_t) override {
        co_await disk();
        hearth::io::directory_listing out;
        for (auto each = files.rbegin(); each != files.rend(); ++each)  // the service sorts
            if (each->first.starts_with(path + '/'))
                out.entries.push_back(describe(each->first, each->second));
        if (out.entries.empty())
            co_return hearth::io::handler_error{hearth::wire::error_text::is_not_a_directory(path)};
        co_return out;
    }

    awaitable<answer<std::unique_ptr<hearth::io::file_source>>> on_read(std::string path) override {
        co_await disk();
        const auto found = files.find(path);
        if (found == files.end())
            co_return missing("open", path);
        if (found->second == "<throw>")
            throw std::runtime_error("the disk is on fire");
        co_return std::make_unique<source>(found->second);
    }

    awaitable<answer<std::unique_ptr<hearth::io::file_sink>>> on_write(hearth::wire::file_write_request what) override {
        co_await disk();
        if (what.path == "/read-only")
            co_return hearth::io::handler_error{hearth::wire::error_text::system("open", what.path, EROFS)};
        co_return std::make_unique<sink>(*this, std::move(what.path));
    }

    awaitable<answer<hearth::io::done>> on_clock_set(hearth::wire::clock_set_request) override {
        ++clock_steps;
        co_return hearth::io::done{};
    }

private:
    class busy {
    public:
        explicit busy(std::size_t& what) : what_(what) { ++what_; }
        busy(const busy&) = delete;
        busy& operator=(const busy&) = delete;
        ~busy() { --what_; }

    private:
        std::size_t& what_;
    };

    class source : public hearth::io::file_source {
    public:
        explicit source(std::string content) : content_(std::move(content)) {}
        hearth::wire::file_read_reply info() const override {
            return {static_cast<std::int64_t>(content_.size()), "0640"};
        }
        awaitable<answer<std::size_t>> read(hearth::mutable_bytes into) override {
            if (content_.substr(at_).starts_with("<bad sector>"))
                co_return hearth::io::handler_error{"read: input/output error"};
            const auto rest = hearth::as_bytes(content_).subspan(at_);
            const std::size_t n = std::min({into.size(), rest.size(), content_.find("<bad sector>", at_) - at_});
            std::copy_n(rest.begin(), n, into.begin());
            at_ += n;
            co_return n;
        }

    private:
        std::string content_;
        std::size_t at_{0};
    };

    class sink : public hearth::io::file_sink {
    public:
        sink(memory_agent& agent, std::string path) : agent_(agent), path_(std::move(path)) { ++agent_.sinks; }
        ~sink() override { --agent_.sinks; }
        awaitable<answer<hearth::io::done>> write(hearth::bytes_view bytes) override {
            co_await agent_.disk();
            if (path_ == "/full")
                co_return hearth::io::handler_error{"write /full: no space left on device"};
            content_ += hearth::as_text(bytes);
            co_return hearth::io::done{};
        }
        awaitable<answer<hearth::io::done>> commit() override {
            if (path_ == "/unsafe")
                throw std::runtime_error("fsync: input/output error");
            agent_.files[path_] = content_;
            co_return hearth::io::done{};
        }

    private:
        memory_agent& agent_;
        std::string path_;
        std::string content_;
    };

    static hearth::io::handler_error missing(std::string_view operation, const std::string& path) {
        return {hearth::wire::error_text::system(operation, path, ENOENT)};
    }
    static hearth::wire::file_info describe(const std::string& path, const std::string& content) {
        return {std::string(hearth::wire::last_path_element(path)), static_cast<std::int64_t>(content.size()), "0640",
                false, 1'700'000'000};
    }
    static awaitable<void> sleep() {
        net::steady_timer forever(co_await net::this_coro::executor, hearth::no_deadline);
        co_await forever.async_wait(net::use_awaitable);
    }
    awaitable<void> disk() {
        if (slow_disk)
            co_await sleep();
    }

    awaitable<void> run(hearth::wire::exec_request what, process_channel process) {
        const std::string& program = what.argv[0];
        if (program == "echo")
            co_await say(process, stream::out, hearth::wire::display_argv(std::span(what.argv).subspan(1)) + '\n');
        else if (program == "warn")
            co_await say(process, stream::err, "careful\n");
        else if (program == "false")
            process.exit(1);
        else if (program == "missing")
            process.start_failed("start: missing: no such file or directory");
        else if (program == "throw")
            throw std::runtime_error("cannot even begin");
        else if (program == "throw late")
            co_await fail(process);
        else if (program == "sleep")
            co_await idle(process);
        else if (program == "yes")
            co_await repeat(process, std::string(100'000, 'y'));
        else if (program == "daemon")
            co_await leave_a_child(process);
        else
            co_await converse(process, program);
    }

    awaitable<void> say(process_channel process, stream to, std::string text) {
        co_await process.async_write(to, hearth::as_bytes(text));
        written += text.size();
    }
    awaitable<void> fail(process_channel process) {
        co_await say(process, stream::out, "so far\n");
        throw std::runtime_error("went wrong");
    }
    awaitable<void> idle(process_channel process) {
        process.started();
        co_await sleep();
    }
    awaitable<void> repeat(process_channel process, std::string text) {
        for (;;)
            co_await say(process, stream::out, text);
    }
    /// The process ends, a descendant holds its output.
    awaitable<void> leave_a_child(process_channel process) {
        co_await say(process, stream::out, "up\n");
        process.exited(7);
        for (bool draining = false; !draining;) {
            const process_channel::event told = co_await process.async_next();
            draining = std::holds_alternative<process_channel::drain>(told);
        }
        events += 'd';
        co_await say(process, stream::out, "rest\n");
        process.drained();
        co_await sleep();
    }
    /// Ends when it is told to. `cat` repeats its input meanwhile, `shell` does not care for its end.
    awaitable<void> converse(process_channel process, std::string program) {
        for (;;) {
            const process_channel::event told = co_await process.async_next();
            if (const auto* in = std::get_if<process_channel::input>(&told)) {
                events += 'i';
                if (program == "cat")
                    co_await process.async_write(stream::out, in->bytes);
            } else if (const auto* to = std::get_if<process_channel::resize>(&told)) {
                co_await say(process, stream::out,
                             std::to_string(to->size.rows) + 'x' + std::to_string(to->size.cols) + '\n');
            } else if (program != "shell" || !std::holds_alternative<process_channel::input_end>(told)) {
                events += std::holds_alternative<process_channel::kill>(told)        ? 'k'
                          : std::holds_alternative<process_channel::terminate>(told) ? 't'
                                                                                     : 'e';
                const char last = events.back();
                co_return process.exit(last == 'k' ? 137 : last == 't' ? 143 : 0);
            }
        }
    }
};

}  // namespace test

#endif

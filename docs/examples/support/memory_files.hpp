// Files that live as long as the agent: an example of the file half of a handler.

#ifndef HEARTH_EXAMPLES_MEMORY_FILES_HPP
#define HEARTH_EXAMPLES_MEMORY_FILES_HPP

#include <hearth/io.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace example {

namespace net = hearth::net;
namespace wire = hearth::wire;

class memory_files : public hearth::io::agent_handler {
public:
    template <class T>
    using answer = hearth::io::answer<T>;

    net::awaitable<answer<wire::file_info>> on_stat(std::string path) override {
        const auto found = files_.find(path);
        if (found == files_.end())
            co_return missing("stat", path);
        co_return describe(*found);
    }
    net::awaitable<answer<hearth::io::directory_listing>> on_list(std::string path, std::size_t cap) override {
        hearth::io::directory_listing all;
        for (const auto& file : files_)
            if (file.first.starts_with(path) && ++all.total <= cap)
                all.entries.push_back(describe(file));
        co_return all;
    }
    net::awaitable<answer<std::unique_ptr<hearth::io::file_source>>> on_read(std::string path) override {
        const auto found = files_.find(path);
        if (found == files_.end())
            co_return missing("open", path);
        co_return std::make_unique<source>(found->second);
    }
    net::awaitable<answer<std::unique_ptr<hearth::io::file_sink>>> on_write(wire::file_write_request what) override {
        co_return std::make_unique<sink>(files_[what.path]);
    }

private:
    struct source final : hearth::io::file_source {
        explicit source(std::string bytes) : content(std::move(bytes)) {}
        wire::file_read_reply info() const override { return {static_cast<std::int64_t>(content.size()), "0644"}; }
        net::awaitable<answer<std::size_t>> read(hearth::mutable_bytes into) override {
            const std::size_t n = std::min(into.size(), content.size() - at);
            std::memcpy(into.data(), content.data() + at, n);
            at += n;
            co_return n;
        }
        std::string content;
        std::size_t at{0};
    };
    struct sink final : hearth::io::file_sink {
        explicit sink(std::string& file) : target(file) {}
        net::awaitable<answer<hearth::io::done>> write(hearth::bytes_view bytes) override {
            content.append(hearth::as_text(bytes));
            co_return hearth::io::done{};
        }
        net::awaitable<answer<hearth::io::done>> commit() override {
            target = std::move(content);
            co_return hearth::io::done{};
        }
        std::string& target;
        std::string content;
    };

    static hearth::io::handler_error missing(std::string_view operation, std::string_view path) {
        return {wire::error_text::system(operation, path, ENOENT)};
    }
    static wire::file_info describe(const std::pair<const std::string, std::string>& file) {
        return {std::string{wire::last_path_element(file.first)}, static_cast<std::int64_t>(file.second.size()),
                "0644"};
    }

    std::map<std::string, std::string> files_;
};

}  // namespace example

#endif

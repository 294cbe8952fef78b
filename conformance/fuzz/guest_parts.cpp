// Parts of the agent that remember something, against the obvious way to do the same.

#include <hearth/session/guest/directory_collector.hpp>
#include <hearth/session/guest/input_queue.hpp>
#include <hearth/session/scrollback.hpp>

#include <support/input.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace hearth;
using namespace hearth::session;
using fuzz::require;

namespace {

void collect_a_directory(fuzz::input& in) {
    const std::size_t cap = in.below(16);
    guest::directory_collector collector{cap};
    std::vector<std::string> all;
    while (!in.empty()) {
        all.push_back(in.text(in.below(4)));
        collector.add(all.back());
    }
    std::ranges::sort(all);
    require(collector.total() == all.size(), "every name counts");
    all.resize(std::min(all.size(), cap));
    require(collector.take() == all, "the first names in byte order");
}

void queue_input(fuzz::input& in) {
    const std::size_t limit = in.byte();
    guest::input_queue queue{limit};
    std::string expected;
    bool ended = false, discarding = false;
    while (!in.empty()) {
        switch (in.below(8)) {
        case 0:
            queue.end();
            ended = true;
            break;
        case 1:
            queue.discard();
            discarding = true;
            expected.clear();
            break;
        case 2:
        case 3:
        case 4: {
            const bytes_view bytes = in.bytes(in.size());
            const std::size_t taken = queue.append(bytes);
            if (ended || discarding) {
                require(taken == bytes.size(), "late input is taken and dropped");
                break;
            }
            require(taken == std::min(bytes.size(), limit - std::min(limit, expected.size())),
                    "as much as the limit allows");
            expected += as_text(bytes.first(taken));
            break;
        }
        default: {
            const bytes_view front = queue.front();
            require(as_text(front) == std::string_view{expected}.substr(0, front.size()), "input keeps its order");
            require(front.empty() == expected.empty(), "what is queued can be written");
            const std::size_t n = std::min(in.size(), front.size());
            queue.on_written(n);
            expected.erase(0, n);
        }
        }
        require(discarding || queue.size() == expected.size(), "the size is what was taken and not written");
        require(queue.finished() == (ended && !discarding && expected.empty()),
                "input is finished behind its last byte");
    }
}

void scroll_back(fuzz::input& in) {
    scrollback ring;
    std::string expected;
    while (!in.empty()) {
        std::string text(in.size() * in.below(8), static_cast<char>(in.byte()));
        text += as_text(in.bytes(in.below(32)));
        ring.append(as_bytes(text));
        expected += text;
        expected.erase(0, expected.size() - std::min(expected.size(), scrollback_bytes));
        std::string found;
        for (const bytes_view piece : ring.contents())
            found += as_text(piece);
        require(found == expected && ring.size() == expected.size(), "the last bytes, in order");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    switch (in.below(4)) {
    case 0: scroll_back(in); break;
    case 1: collect_a_directory(in); break;
    default: queue_input(in); break;
    }
    return 0;
}

#include "floor/floor.hpp"
#include "memory.hpp"
#include "sample_messages.hpp"
#include "suite.hpp"

#include <hearth/session/scrollback.hpp>
#include <hearth/wire.hpp>

#include <cstring>
#include <stdexcept>

namespace hearth::bench {

namespace {

constexpr wire::frame_type sent_type = wire::frame_type::stdout_data;
constexpr std::size_t listed = 10'000;

void require(bool condition, const char* what) {
    if (!condition)
        throw std::runtime_error(what);
}

/// Header and payload into one buffer that has its memory already, as the send buffer of a connection has.
probe write_frame(std::size_t size, std::string name) {
    const auto make = [size] {
        std::string out;
        out.reserve(frame_header_size + size);
        return repeat([payload = placed_memory{size, away_from(out.data())}, out = std::move(out)]() mutable {
            out.clear();
            require(wire::append_frame(sent_type, payload.bytes(), out).has_value(),
                    "the payload does not fit a frame");
            keep(out);
        });
    };
    return {std::move(name), make, static_cast<double>(size)};
}

/// A frame that lies in the parser's buffer, where the kernel would have put it, is cut out, and its payload copied out
/// through the span.
class frame_reading final : public operation {
public:
    explicit frame_reading(std::size_t size)
        : frame_(frame_of(size)), filled_(parser_.prepare(frame_.size()).data()), copy_(size, away_from(filled_)) {
        std::memcpy(filled_, frame_.data(), frame_.size());
    }

    void run(std::size_t iterations) override {
        for (; iterations != 0; --iterations) {
            // With nothing unread the parser offers the same memory again, and the frame still lies there.
            require(parser_.prepare(frame_.size()).data() == filled_, "the parser moved its buffer");
            parser_.commit(frame_.size());
            const auto found = parser_.next();
            require(found.status == wire::parse_status::frame && found.frame.payload.size() == copy_.bytes().size(),
                    "no frame");
            std::memcpy(copy_.bytes().data(), found.frame.payload.data(), found.frame.payload.size());
            keep(copy_);
        }
    }

private:
    static std::string frame_of(std::size_t size) {
        std::string out;
        require(wire::append_frame(sent_type, as_bytes(std::string(size, 'x')), out).has_value(),
                "too long for a frame");
        return out;
    }

    std::string frame_;
    wire::frame_parser parser_;
    std::byte* filled_;
    placed_memory copy_;
};

probe read_frame(std::size_t size, std::string name) {
    return {std::move(name), [size] { return std::make_unique<frame_reading>(size); }, static_cast<double>(size)};
}

std::string encoded_listing() {
    std::string out;
    const auto entries = sample_listing(listed);
    wire::write_file_list(entries, entries.size(), out);
    return out;
}

probe exec_request_both_ways() {
    return {"sdk/exec-request/encode+decode", [] {
                return repeat([request = sample_exec_request(), json = std::string{}]() mutable {
                    json.clear();
                    wire::write_exec_request(request, json);
                    const auto back = wire::parse_exec_request(as_bytes(json));
                    require(back.has_value(), "exec request: not read back");
                    keep(back);
                });
            }};
}

probe encode_exec_request() {
    return {"sdk/exec-request/encode", [] {
                return repeat([request = sample_exec_request(), json = std::string{}]() mutable {
                    json.clear();
                    wire::write_exec_request(request, json);
                    keep(json);
                });
            }};
}

probe decode_exec_request() {
    return {"sdk/exec-request/decode", [] {
                std::string json;
                wire::write_exec_request(sample_exec_request(), json);
                return repeat([json] {
                    const auto back = wire::parse_exec_request(as_bytes(json));
                    require(back.has_value(), "exec request: not read back");
                    keep(back);
                });
            }};
}

probe encode_listing() {
    return {"sdk/listing/encode/10000",
            [] {
                return repeat([entries = sample_listing(listed), json = std::string{}]() mutable {
                    json.clear();
                    wire::write_file_list(entries, entries.size(), json);
                    keep(json);
                });
            },
            static_cast<double>(encoded_listing().size())};
}

probe decode_listing() {
    const std::string json = encoded_listing();
    return {"sdk/listing/decode/10000",
            [json] {
                return repeat([json] {
                    const auto list = wire::parse_file_list(as_bytes(json));
                    require(list && list->entries.size() == listed, "listing: not read back");
                    keep(list);
                });
            },
            static_cast<double>(json.size())};
}

/// Output of a session into the ring that a client gets to see when it attaches.
probe append_scrollback() {
    constexpr std::size_t chunk = 4096;
    const auto make = [] {
        return repeat([ring = session::scrollback{}, bytes = std::string(chunk, 'x')]() mutable {
            ring.append(as_bytes(bytes));
            keep(ring);
        });
    };
    return {"sdk/scrollback/append/4KiB", make, static_cast<double>(chunk)};
}

}  // namespace

std::vector<row> sdk_rows(const surroundings&) {
    using scale = bar::scale;
    constexpr std::size_t kib = 1024;
    // Where a payload lies in a frame: the smallest program that writes or reads one has to copy it there or from there.
    const auto behind_header = [](std::size_t size) { return floor::copy_memory(size, 0, frame_header_size); };
    const auto from_behind_header = [](std::size_t size) { return floor::copy_memory(size, frame_header_size, 0); };
    const auto listing_floor = floor::copy_memory(encoded_listing().size());
    return {
        {write_frame(kib, "sdk/frame-write/1KiB"), behind_header(kib), bar{scale::time_ratio, 2}},
        {read_frame(kib, "sdk/frame-read/1KiB"), from_behind_header(kib), bar{scale::time_ratio, 2}},
        {write_frame(64 * kib, "sdk/frame-write/64KiB"), behind_header(64 * kib), bar{scale::bandwidth_ratio, 0.8}},
        {read_frame(64 * kib, "sdk/frame-read/64KiB"), from_behind_header(64 * kib), bar{scale::bandwidth_ratio, 0.8}},
        {exec_request_both_ways(), std::nullopt, bar{scale::nanoseconds, 1'200}},
        {encode_exec_request(), std::nullopt, std::nullopt},
        {decode_exec_request(), std::nullopt, std::nullopt},
        {encode_listing(), listing_floor, bar{scale::nanoseconds, 2e6}},
        {decode_listing(), listing_floor, bar{scale::nanoseconds, 4e6}},
        {append_scrollback(), floor::copy_memory(4096), bar{scale::gigabytes, 5}},
    };
}

}  // namespace hearth::bench

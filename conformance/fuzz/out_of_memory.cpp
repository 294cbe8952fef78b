// Allocations fail where the input says. `std::bad_alloc` may reach the caller; nothing leaks, nothing is left half done so
// that its destruction or its next use would crash.

#include <hearth/session/host/attached_session.hpp>
#include <hearth/session/host/download.hpp>
#include <hearth/session/host/plain_exec.hpp>
#include <hearth/session/host/requests.hpp>
#include <hearth/wire.hpp>

#include <support/agent_life.hpp>
#include <support/input.hpp>
#include <support/machine.hpp>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

using namespace hearth;
using namespace hearth::fuzz;

namespace {

/// Which allocations fail: how many succeed before each failure.
struct {
    std::array<std::size_t, 8> gaps{};
    std::size_t next{0};
    bool armed{false};

    bool fails() noexcept {
        if (!armed || next == gaps.size() || gaps[next]-- != 0)
            return false;
        ++next;
        return true;
    }
} memory;

void* allocate_or_null(std::size_t size) noexcept {
    return memory.fails() ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void* allocate(std::size_t size) {
    void* const out = allocate_or_null(size);
    if (!out)
        throw std::bad_alloc{};
    return out;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate_or_null(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate_or_null(size); }
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }

namespace {

template <class T>
void read_and_write(bytes_view json, result<T> (*parse)(bytes_view), void (*write)(const T&, std::string&)) {
    const auto value = parse(json);
    std::string out;
    if (value)
        write(*value, out);
}

template <class Machine>
void converse(Machine machine, input& in) {
    life seen;
    time_point now = t0;
    const auto ignore = [](const auto&) { return verdict::more; };
    settle(machine, seen, now, ignore);
    while (!in.empty() && !seen.over()) {
        if (in.below(4) == 0)
            now = later(now, seen.until, in);
        else
            disturb(role::host, machine.channel(), seen, in);
        settle(machine, seen, now, ignore);
    }
}

void live(input& in) {
    namespace host = hearth::session::host;
    wire::exec_request request;
    switch (in.below(8)) {
    default: return live_as_agent(in, false);
    case 1:
        request.argv = {"a"};
        return converse(host::plain_exec{request, {.token = "a token that is not short"}}, in);
    case 2: request.session_id = "s1"; return converse(host::attached_session{request, {}}, in);
    case 3: return converse(host::download{{"/a", 0, 0, 0}, {}}, in);
    case 4: return converse(host::list_sessions({}), in);
    case 5: return read_and_write(in.rest(), wire::parse_exec_request, wire::write_exec_request);
    case 6: return read_and_write(in.rest(), wire::parse_sandbox_config, wire::write_sandbox_config);
    case 7: return read_and_write(in.rest(), wire::parse_hello_reply, wire::write_hello_reply);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in{data, size};
    for (std::size_t& gap : memory.gaps)
        gap = in.size();
    memory.next = 0;
    memory.armed = true;
    try {
        live(in);
    } catch (const std::bad_alloc&) {  // may reach the caller
    }
    memory.armed = false;
    return 0;
}

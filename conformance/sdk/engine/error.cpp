#include <hearth/engine/error.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <system_error>

using hearth::errc;
using hearth::fault;
using hearth::engine::class_of;
using hearth::engine::engine_errc;

namespace {

constexpr engine_errc all[] = {
    engine_errc::not_found,   engine_errc::not_running,        engine_errc::busy,
    engine_errc::unsupported, engine_errc::conflict,           engine_errc::invalid,
    engine_errc::timeout,     engine_errc::resource_exhausted, engine_errc::corrupt_snapshot,
    engine_errc::internal,    engine_errc::agent_unreachable,
};

}  // namespace

TEST_CASE("engine_errc: every class has a name, a sentence and itself as its class [D-103]") {
    std::set<std::string_view> names;
    std::set<std::string> sentences;
    for (const engine_errc e : all) {
        const std::error_code ec = e;
        CHECK(ec);
        CHECK(class_of(ec) == e);
        names.insert(name_of(e));
        sentences.insert(ec.message());
    }
    CHECK(names.size() == 11);
    CHECK(sentences.size() == 11);
    CHECK(name_of(engine_errc::corrupt_snapshot) == "corrupt_snapshot");
    CHECK(name_of(static_cast<engine_errc>(99)) == "internal");
    CHECK(std::error_code(99, hearth::engine::engine_category()).message() == "internal engine error");
}

TEST_CASE("engine_errc: a class says what a caller can do [D-103]") {
    const auto is = [](engine_errc e, fault f) { return std::error_code(e) == f; };
    CHECK(is(engine_errc::not_found, fault::refused));
    CHECK(is(engine_errc::not_running, fault::refused));
    CHECK(is(engine_errc::unsupported, fault::refused));
    CHECK(is(engine_errc::conflict, fault::refused));
    CHECK(is(engine_errc::corrupt_snapshot, fault::refused));
    CHECK(is(engine_errc::busy, fault::busy));
    CHECK(is(engine_errc::resource_exhausted, fault::busy));
    CHECK(is(engine_errc::invalid, fault::usage));
    CHECK(is(engine_errc::timeout, fault::timeout));
    CHECK(is(engine_errc::agent_unreachable, fault::transport));
    for (const fault f : {fault::protocol, fault::transport, fault::timeout, fault::cancelled, fault::refused,
                          fault::busy, fault::usage})
        CHECK(!is(engine_errc::internal, f));
}

TEST_CASE("class_of: what engines pass on from the system and from the agent has a class too [D-103]") {
    CHECK(class_of(std::make_error_code(std::errc::no_space_on_device)) == engine_errc::resource_exhausted);
    CHECK(class_of(std::make_error_code(std::errc::not_enough_memory)) == engine_errc::resource_exhausted);
    CHECK(class_of({28, std::system_category()}) == engine_errc::resource_exhausted);  // ENOSPC
    CHECK(class_of(std::make_error_code(std::errc::device_or_resource_busy)) == engine_errc::busy);
    CHECK(class_of(std::make_error_code(std::errc::address_in_use)) == engine_errc::conflict);
    CHECK(class_of(std::make_error_code(std::errc::operation_not_supported)) == engine_errc::unsupported);
    CHECK(class_of(std::make_error_code(std::errc::timed_out)) == engine_errc::timeout);
    CHECK(class_of(std::make_error_code(std::errc::permission_denied)) == engine_errc::internal);
    CHECK(class_of(errc::connect_failed) == engine_errc::agent_unreachable);
    CHECK(class_of(errc::handshake_refused) == engine_errc::agent_unreachable);
    CHECK(class_of(errc::bad_frame_length) == engine_errc::agent_unreachable);
    CHECK(class_of(errc::deadline_exceeded) == engine_errc::timeout);
    CHECK(class_of(errc::operation_cancelled) == engine_errc::timeout);
    CHECK(class_of(errc::not_supported) == engine_errc::unsupported);
    CHECK(class_of(errc::invalid_argument) == engine_errc::invalid);
    CHECK(class_of(errc::connection_limit) == engine_errc::busy);
    CHECK(class_of(errc::peer_error) == engine_errc::internal);
}

#include <hearth/session/host/output_collector.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace hearth;
using namespace hearth::session::host;

TEST_CASE("output_collector: keeps both streams apart, and all of them below the limit [P-CLI-04]") {
    output_collector kept{6};
    kept.add(output_stream::out, as_bytes("abc"));
    kept.add(output_stream::err, as_bytes("de"));
    kept.add(output_stream::out, as_bytes("f"));
    CHECK(kept.take() == collected_output{"abcf", "de", false});  // the limit itself is not above it
}

TEST_CASE("output_collector: beyond the limit the rest is dropped, without holes [P-CLI-04]") {
    output_collector kept{5};
    kept.add(output_stream::out, as_bytes("abc"));
    kept.add(output_stream::err, as_bytes("defg"));  // only two fit
    kept.add(output_stream::out, as_bytes("h"));
    kept.add(output_stream::err, as_bytes(""));
    CHECK(kept.take() == collected_output{"abc", "de", true});
}

TEST_CASE("output_collector: a limit of nothing keeps nothing and says so [P-CLI-04]") {
    output_collector kept{0};
    kept.add(output_stream::out, as_bytes(""));
    CHECK_FALSE(output_collector{kept}.take().truncated);
    kept.add(output_stream::out, as_bytes("x"));
    CHECK(kept.take() == collected_output{"", "", true});
}

TEST_CASE("output_collector: the default limit is 10 MiB [P-CLI-04]") {
    output_collector kept;
    kept.add(output_stream::out, as_bytes(std::string(10 * 1024 * 1024, 'x')));
    CHECK_FALSE(output_collector{kept}.take().truncated);
    kept.add(output_stream::err, as_bytes("x"));
    CHECK(kept.take().truncated);
}

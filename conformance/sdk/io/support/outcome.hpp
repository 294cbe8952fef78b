#ifndef HEARTH_CONFORMANCE_SDK_IO_SUPPORT_OUTCOME_HPP
#define HEARTH_CONFORMANCE_SDK_IO_SUPPORT_OUTCOME_HPP

#include <hearth/io/translate.hpp>

#include <memory>
#include <system_error>
#include <utility>
#include <variant>

namespace test {

/// Catches what an operation completes with.
///
///     test::outcome<any_stream> got;
///     connector.async_connect(on, deadline, got.handler());
///     loop.run_until(got);
///     REQUIRE(!got.error());
template <class Value = std::monostate>
class outcome {
public:
    auto handler() {
        return [seen = seen_](const hearth::net_error_code& ec, auto&&... value) {
            ++seen->times;
            seen->error = hearth::io::translate(ec);
            ((seen->value = std::forward<decltype(value)>(value)), ...);
        };
    }

    bool operator()() const { return seen_->times != 0; }  ///< for `loop::run_until`
    int times() const { return seen_->times; }
    std::error_code error() const { return seen_->error; }
    Value& value() { return seen_->value; }

private:
    struct seen {
        int times{0};
        std::error_code error;
        Value value{};
    };
    std::shared_ptr<seen> seen_{std::make_shared<seen>()};
};

}  // namespace test

#endif

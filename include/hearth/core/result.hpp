#ifndef HEARTH_CORE_RESULT_HPP
#define HEARTH_CORE_RESULT_HPP

#include <hearth/core/errc.hpp>

#include <cassert>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace hearth {

/// A value, or the reason why there is none. Member names are those of `std::expected`, but the type is the same under
/// every language standard, and `error()` of a success is an empty code instead of undefined behaviour.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): a value is a result
    result(std::error_code why) : error_(why) { assert(why); }  // NOLINT(google-explicit-constructor)
    template <class E>
        requires std::is_error_code_enum_v<E>
    result(E why) : error_(why) {}  // NOLINT(google-explicit-constructor)

    bool has_value() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }
    /// \returns The reason, or an empty code if there is a value.
    std::error_code error() const noexcept { return error_; }

    T& operator*() & noexcept { return *value_; }
    const T& operator*() const& noexcept { return *value_; }
    T&& operator*() && noexcept { return std::move(*value_); }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }

    /// \throws std::system_error if there is no value.
    T& value() & {
        throw_if_error();
        return *value_;
    }
    const T& value() const& {
        throw_if_error();
        return *value_;
    }
    T&& value() && {
        throw_if_error();
        return std::move(*value_);
    }
    template <class U>
    T value_or(U&& other) const& {
        return has_value() ? *value_ : static_cast<T>(std::forward<U>(other));
    }

private:
    void throw_if_error() const {
        if (!has_value())
            throw std::system_error(error_);
    }

    std::optional<T> value_;
    std::error_code error_;
};

/// Success, or the reason for failure.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    result() = default;
    result(std::error_code why) : error_(why) {}  // NOLINT(google-explicit-constructor)
    template <class E>
        requires std::is_error_code_enum_v<E>
    result(E why) : error_(why) {}  // NOLINT(google-explicit-constructor)

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    std::error_code error() const noexcept { return error_; }
    void value() const {
        if (error_)
            throw std::system_error(error_);
    }

private:
    std::error_code error_;
};

}  // namespace hearth

#endif

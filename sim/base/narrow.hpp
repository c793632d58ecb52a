// Where a number becomes an integer of fewer bits, or of another sign, or a double becomes an integer. A static_cast there
// goes on with another value when the number does not fit, or is undefined behaviour (of a double); these do not.
//
//   narrow<To>(n, what)       the same value, or the run stops and says which value of what did not fit: in every build
//   count_up(counter, what)   the counter's next value, or the run stops: a counter never stands still and never wraps
//   whole_part<To>(x, what)   of a double, towards zero; stops where that does not fit, and at NaN
//   saturated<To>(n)          the nearest value that To has: where "at least so many" is meant. Of a double, towards zero
//   truncated<To>(n)          the low bits: for hashes, and for fields that were packed into a word. Never of a count
//   underlying(e)             an enumerator's number
//
// Left out: conversions that keep every value (implicit), and those between integers of 64 bits that are indices and
// sizes by what they mean (static_cast). tests/style/narrowing_test.cpp holds sim/ and models/ to it.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mailquake {

/// An integer, of which the standard's comparisons know what they compare: neither bool nor a letter.
template <class T>
concept Whole = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

[[noreturn]] void narrowing_failed(std::int64_t value, std::string_view what, int bits, const char* file, int line);
[[noreturn]] void narrowing_failed(std::uint64_t value, std::string_view what, int bits, const char* file, int line);
[[noreturn]] void narrowing_failed(double value, std::string_view what, int bits, const char* file, int line);

/// The same value in another type. `what` is counted or numbered, in the plural: "tenant classes".
template <Whole To, Whole From>
[[nodiscard]] constexpr To narrow(From n, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!std::in_range<To>(n)) [[unlikely]] {
        using Wide = std::conditional_t<std::is_signed_v<From>, std::int64_t, std::uint64_t>;
        narrowing_failed(static_cast<Wide>(n), what, std::numeric_limits<To>::digits, file, line);
    }
    return static_cast<To>(n);
}

/// The next value of a counter.
template <Whole T>
constexpr void count_up(T& counter, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (counter == std::numeric_limits<T>::max()) [[unlikely]] {
        using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        narrowing_failed(static_cast<Wide>(counter), what, std::numeric_limits<T>::digits, file, line);
    }
    ++counter;
}

/// Whether the whole part of x is a value of To; the bounds are powers of two, so they are exact.
template <Whole To>
[[nodiscard]] constexpr bool holds_whole_part(double x) {
    constexpr double above = 2.0 * static_cast<double>(std::uint64_t{1} << (std::numeric_limits<To>::digits - 1));
    return x < above && (std::is_signed_v<To> ? x >= -above : x > -1.0);
}

/// Towards zero, as static_cast does where the value fits.
template <Whole To>
[[nodiscard]] constexpr To whole_part(double x, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!holds_whole_part<To>(x)) [[unlikely]] narrowing_failed(x, what, std::numeric_limits<To>::digits, file, line);
    return static_cast<To>(x);
}

/// The nearest value of To.
template <Whole To, Whole From>
[[nodiscard]] constexpr To saturated(From n) {
    if (std::in_range<To>(n)) [[likely]] return static_cast<To>(n);
    return std::cmp_less(n, 0) ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
}

/// The same of a double's whole part; NaN is a mistake and stops the run.
template <Whole To>
[[nodiscard]] constexpr To saturated(double x, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (holds_whole_part<To>(x)) [[likely]] return static_cast<To>(x);
    if (x != x) narrowing_failed(x, "numbers", std::numeric_limits<To>::digits, file, line);
    return x < 0 ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
}

/// The low bits, whatever the others are.
template <Whole To, Whole From>
[[nodiscard]] constexpr To truncated(From n) {
    static_assert(std::is_unsigned_v<To> && std::is_unsigned_v<From>, "bits are unsigned");
    return static_cast<To>(n);
}

/// The number of an enumerator.
template <class Enum>
[[nodiscard]] constexpr std::underlying_type_t<Enum> underlying(Enum e) {
    return static_cast<std::underlying_type_t<Enum>>(e);
}

}  // namespace mailquake

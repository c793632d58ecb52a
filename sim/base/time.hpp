// Simulated time: integer nanoseconds, so that sums are exact and runs repeat to the bit.
//
// SimTime is an instant (nanoseconds since the start of the run), SimDuration a length. They are strong types: an
// instant plus an instant does not compile. Sums over many messages and areas (count x time) go into TimeArea, 128 bits
// wide: 10^9 messages that wait 10^5 s each still fit. There is no floating-point time anywhere in the engine;
// seconds() exists for reports alone.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace mailquake {

/// A length of simulated time [ns]; may be negative in differences.
struct SimDuration {
    std::int64_t ns = 0;

    friend constexpr auto operator<=>(SimDuration, SimDuration) = default;
    constexpr SimDuration& operator+=(SimDuration d) { ns += d.ns; return *this; }
    constexpr SimDuration& operator-=(SimDuration d) { ns -= d.ns; return *this; }
    friend constexpr SimDuration operator+(SimDuration a, SimDuration b) { return {a.ns + b.ns}; }
    friend constexpr SimDuration operator-(SimDuration a, SimDuration b) { return {a.ns - b.ns}; }
    friend constexpr SimDuration operator-(SimDuration a) { return {-a.ns}; }
    friend constexpr SimDuration operator*(SimDuration a, std::int64_t k) { return {a.ns * k}; }
    friend constexpr SimDuration operator*(std::int64_t k, SimDuration a) { return {a.ns * k}; }
    friend constexpr SimDuration operator/(SimDuration a, std::int64_t k) { return {a.ns / k}; }
    friend constexpr std::int64_t operator/(SimDuration a, SimDuration b) { return a.ns / b.ns; }

    /// Seconds, for reports; never feed it back into the engine.
    [[nodiscard]] constexpr double seconds() const { return static_cast<double>(ns) * 1e-9; }
    [[nodiscard]] static constexpr SimDuration max() { return {std::numeric_limits<std::int64_t>::max()}; }
    [[nodiscard]] static constexpr SimDuration zero() { return {0}; }
};

/// An instant of simulated time [ns since the start of the run].
struct SimTime {
    std::int64_t ns = 0;

    friend constexpr auto operator<=>(SimTime, SimTime) = default;
    constexpr SimTime& operator+=(SimDuration d) { ns += d.ns; return *this; }
    friend constexpr SimTime operator+(SimTime t, SimDuration d) { return {t.ns + d.ns}; }
    friend constexpr SimTime operator-(SimTime t, SimDuration d) { return {t.ns - d.ns}; }
    friend constexpr SimDuration operator-(SimTime a, SimTime b) { return {a.ns - b.ns}; }

    [[nodiscard]] constexpr double seconds() const { return static_cast<double>(ns) * 1e-9; }
    /// Later than everything that happens: "never" in an event list.
    [[nodiscard]] static constexpr SimTime never() { return {std::numeric_limits<std::int64_t>::max()}; }
    [[nodiscard]] static constexpr SimTime zero() { return {0}; }
};

/// Sum of durations, or an area under a count over time [ns, or count x ns].
__extension__ using TimeArea = __int128;

/// t + d, but never() when the sum does not fit.
[[nodiscard]] constexpr SimTime saturating_add(SimTime t, SimDuration d) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(t.ns, d.ns, &sum) ? SimTime::never() : SimTime{sum};
}

/// d x k, but the longest there is when the product does not fit; neither is negative.
[[nodiscard]] constexpr SimDuration saturating_mul(SimDuration d, std::int64_t k) {
    std::int64_t product = 0;
    return __builtin_mul_overflow(d.ns, k, &product) ? SimDuration::max() : SimDuration{product};
}

/// The second in which t lies: what a clock without fractions of a second tells.
[[nodiscard]] constexpr SimTime whole_second(SimTime t) {
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t over = t.ns % second;
    return {t.ns - over - (over < 0 ? second : 0)};
}

inline namespace literals {
constexpr SimDuration operator""_ns(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr SimDuration operator""_us(unsigned long long n) { return {static_cast<std::int64_t>(n) * 1'000}; }
constexpr SimDuration operator""_ms(unsigned long long n) { return {static_cast<std::int64_t>(n) * 1'000'000}; }
constexpr SimDuration operator""_s(unsigned long long n) { return {static_cast<std::int64_t>(n) * 1'000'000'000}; }
constexpr SimDuration operator""_min(unsigned long long n) { return {static_cast<std::int64_t>(n) * 60'000'000'000}; }
constexpr SimDuration operator""_h(unsigned long long n) { return {static_cast<std::int64_t>(n) * 3'600'000'000'000}; }
constexpr SimDuration operator""_d(unsigned long long n) { return {static_cast<std::int64_t>(n) * 86'400'000'000'000}; }
}  // namespace literals

}  // namespace mailquake

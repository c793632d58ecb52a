// Quantities as a scenario writes them: a number with its unit. Each has a type of its own, so that a ratio cannot be
// passed for a rate. Times are SimDuration (sim/base/time.hpp). Text forms: `50ms`, `5%`, `20/s`, `10Mbps`, `64KiB`,
// `2d`, `2x`; a bare number where a unit is needed is an error (models/spec/quantity_text.hpp parses and prints).
#pragma once

#include <compare>
#include <cstdint>

#include "sim/base/time.hpp"

namespace mailquake {

/// A share; `5%`, or a bare `0.05` is refused. Ranges are declared with the key (most are 0..1).
struct Ratio {
    double value = 0;
    friend constexpr auto operator<=>(Ratio, Ratio) = default;
};

/// Events per time; `20/s`, `5/min`, `100/h`, `1000000/d`.
struct Rate {
    double per_second = 0;
    friend constexpr auto operator<=>(Rate, Rate) = default;
};

/// Bits per second; `10Mbps`, `1Gbps`, `64kbps`.
struct Bandwidth {
    double bits_per_second = 0;
    friend constexpr auto operator<=>(Bandwidth, Bandwidth) = default;
};

/// A size in octets; `64KiB`, `10MB`, `512B`.
struct Bytes {
    std::int64_t count = 0;
    friend constexpr auto operator<=>(Bytes, Bytes) = default;
};

/// A multiple of something; `2x` or a bare `2`.
struct Factor {
    double value = 1;
    friend constexpr auto operator<=>(Factor, Factor) = default;
};

/// A place on the run's time axis; written as an offset from its start (`14h`) or as an ISO UTC instant
/// (`2014-06-24T14:00:00Z`). `14:00` is an error that names both.
struct Instant {
    SimTime at;
    friend constexpr auto operator<=>(Instant, Instant) = default;
};

}  // namespace mailquake

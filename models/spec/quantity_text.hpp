// Quantities as text: a number with its unit. Parsing is exact where the type is (times to the nanosecond, sizes to the
// octet) and correctly rounded elsewhere; print() gives a text that parses to the same value, bit by bit.
//
//   durations  ns us ms s min (or m) h d w; also in parts: `1h30m`      ratios      %
//   rates      /s /min /h /d                                            bandwidths  bps kbps Mbps Gbps Tbps (bits)
//   sizes      B kB KB MB GB (powers of 1000), KiB MiB GiB (of 1024)    factors     `2x`, or a bare `2`
//   instants   an offset from the start (`14h`) or an ISO UTC instant (`2014-06-24T14:00:00Z`)
//
// A bare number where a unit is needed is an error that shows examples; so is `14:00`, which could mean either form.
// Left out: local time, leap seconds, calendar lengths (months, years).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "models/spec/quantity.hpp"

namespace mailquake {

/// What is wrong with a text, for people: what it is, what is needed, an example.
struct TextError {
    std::string message;
};

/// Either the value, or why there is none.
template <class T>
using Parsed = std::variant<T, TextError>;

/// A decimal digit, whatever the locale.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Seconds since 1970-01-01T00:00:00Z, and the nanoseconds after them (0..999999999).
struct UtcInstant {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    friend constexpr auto operator<=>(UtcInstant, UtcInstant) = default;
};

[[nodiscard]] Parsed<SimDuration> parse_duration(std::string_view text);
[[nodiscard]] Parsed<Ratio> parse_ratio(std::string_view text);
[[nodiscard]] Parsed<Rate> parse_rate(std::string_view text);
[[nodiscard]] Parsed<Bandwidth> parse_bandwidth(std::string_view text);
[[nodiscard]] Parsed<Bytes> parse_bytes(std::string_view text);
[[nodiscard]] Parsed<Factor> parse_factor(std::string_view text);
[[nodiscard]] Parsed<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] Parsed<double> parse_number(std::string_view text);
[[nodiscard]] Parsed<bool> parse_boolean(std::string_view text);
/// `2014-06-24T14:00:00Z`; seconds may be left out or carry a fraction; a date alone is midnight.
[[nodiscard]] Parsed<UtcInstant> parse_utc(std::string_view text);
/// An offset, or an instant relative to `start`; before the start is an error.
[[nodiscard]] Parsed<Instant> parse_instant(std::string_view text, UtcInstant start);

[[nodiscard]] std::string print(SimDuration value);
[[nodiscard]] std::string print(Ratio value);
[[nodiscard]] std::string print(Rate value);
[[nodiscard]] std::string print(Bandwidth value);
[[nodiscard]] std::string print(Bytes value);
[[nodiscard]] std::string print(Factor value);
[[nodiscard]] std::string print(Instant value);  // as an offset
[[nodiscard]] std::string print(UtcInstant value);
[[nodiscard]] std::string print_number(double value);

/// The instant at `offset` after `start`.
/// `14:00` and the like: an offset, or a time of day? Refused wherever a time is meant.
[[nodiscard]] bool looks_like_clock(std::string_view text);

[[nodiscard]] UtcInstant utc_at(UtcInstant start, SimDuration offset);

}  // namespace mailquake

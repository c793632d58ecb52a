// Values of axes as text: a number and its unit, apart, so that a range can be counted through and printed again as
// people write it. The subject knows what a value means; here it is known only that `10ms` and `1s` are of one family, and
// how many of the one make the other.
//
// Families: lengths of time (ns us ms s min m h d w), rates (/s /min /h /d), bits per second (bps kbps Mbps Gbps Tbps),
// sizes (B kB KB MB GB, KiB MiB GiB), `%`, `x`, and plain numbers. Any other unit is a family of its own. A value that
// does not begin with a number, or holds more than one unit (`1h30m`), is a word: it can be listed, not counted through.
//
// A value of a range is printed in one of the units that its ends are written in, or one between these: the greatest in
// which it is at least 1 (`10ms..1s:x10` is 10ms, 100ms, 1s; `30s..2min:30s` is 30s, 1min, 1.5min, 2min). The ends
// themselves stay as written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailquake {

/// A number with its unit, as written.
struct NumberText {
    double      number = 0;
    std::string unit;   // empty: a plain number
};

/// None for a word.
[[nodiscard]] std::optional<NumberText> split_number(std::string_view text);

/// A value in the base unit of its family.
struct BaseValue {
    double      value = 0;
    std::string family;   // values of one family can be compared
};
[[nodiscard]] std::optional<BaseValue> base_value_of(std::string_view text);

/// -1, 0 or 1 where the order is known: two numbers of a family, or two texts that are equal (0). None otherwise.
[[nodiscard]] std::optional<int> compare_values(std::string_view a, std::string_view b);

/// How a range goes on from one value to the next.
struct Progression {
    std::string from, to;   // with units of one family
    std::string step;       // `5`, `10ms`; `x10` is a factor; empty: no steps said
};

/// The values of a range, `to` included where a step lands on it. Errors name the faulty text; then there are no values.
[[nodiscard]] std::vector<std::string> values_of(const Progression& range, std::vector<std::string>& errors);

/// At most `n` (at least 2) values over a range without steps, ends included: equal ratios where both ends are positive
/// and a factor of 10 or more apart, else equal differences; whole numbers where `integer`. Three digits, all different.
[[nodiscard]] std::vector<std::string> spread_values(const Progression& range, std::size_t n, bool integer,
                                                     std::vector<std::string>& errors);

/// `factor` times the value, in its unit: `10ms` and 0.5 give `5ms`. None for a word.
[[nodiscard]] std::optional<std::string> scaled_value(std::string_view text, double factor);

/// No range has more values.
inline constexpr std::size_t kMostValues = 100'000;

}  // namespace mailquake

// Figures as people read them: `7h 12m`, `2,912,334`, `612 of 1,000 tenants (61.2 %)`, `4.2/s`, `+14h 05m (24 Jun 14:05Z)`.
// Rounded for the eye; --json has them exact. A lower bound is printed `>= x`, an absent figure `-`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailquake::human {

/// A length of time [s]: two units at most (`7h 12m`, `3m 20s`, `4.2 s`, `38 ms`).
[[nodiscard]] std::string duration(double seconds);
[[nodiscard]] std::string duration(const std::optional<double>& seconds, bool at_least = false);

/// A count, thousands apart; a mean that is not whole with one decimal.
[[nodiscard]] std::string count(double n);
/// `1 tenant`, `2 tenants`.
[[nodiscard]] std::string count(double n, std::string_view noun);

/// `61.2 %`; of nothing: `-`. A share that is not zero never prints as zero: `< 0.1 %`.
[[nodiscard]] std::string percent(double share);
/// `612 of 1,000 NOUN (61.2 %)`, `NOUN` may be empty.
[[nodiscard]] std::string share(double part, double whole, std::string_view noun);

/// `4.2/s`, signed if asked for.
[[nodiscard]] std::string rate(double per_second, bool with_sign = false);

/// An offset from the start [s]: `+14h 05m`.
[[nodiscard]] std::string offset(double seconds);
/// The scenario's clock at that offset: `24 Jun 14:05`; empty if `start` is no UTC instant.
[[nodiscard]] std::string clock(const std::string& start, double seconds);

}  // namespace mailquake::human

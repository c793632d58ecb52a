#include "models/report/human.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <variant>

#include "models/spec/quantity_text.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake::human {

namespace {

std::string with_commas(std::int64_t n) {
    std::string digits = std::to_string(n);
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > (n < 0 ? 1 : 0); at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

}  // namespace

std::string duration(double s) {
    if (!std::isfinite(s)) return "-";
    if (s < 0) return "-" + duration(-s);
    if (s == 0) return "0 s";
    if (s < 1e-3) return fmt::format("{:.0f} us", s * 1e6);
    if (s < 0.9995) return fmt::format("{:.0f} ms", s * 1e3);
    if (s < 59.95) return s < 9.95 ? fmt::format("{:.1f} s", s) : fmt::format("{:.0f} s", s);
    const auto whole = saturated<std::int64_t>(std::round(s));
    if (whole < 3600 && whole % 60 == 0) return fmt::format("{}m", whole / 60);
    if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
    const auto minutes = saturated<std::int64_t>(std::round(s / 60));
    if (minutes < 48 * 60) return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
    return fmt::format("{}d {:02}h", minutes / 1440, minutes % 1440 / 60);
}

std::string duration(const std::optional<double>& seconds, bool at_least) {
    if (!seconds) return "-";
    return (at_least ? ">= " : "") + duration(*seconds);
}

std::string count(double n) {
    if (!holds_whole_part<std::int64_t>(n)) return fmt::format("{:g}", n);
    if (n == std::floor(n)) return with_commas(static_cast<std::int64_t>(n));
    if (n >= 1000) return with_commas(std::llround(n));
    return fmt::format("{:.1f}", n);
}

std::string count(double n, std::string_view noun) {
    return fmt::format("{} {}{}", count(n), noun, n == 1 ? "" : "s");
}

std::string percent(double share) {
    if (!std::isfinite(share)) return "-";
    if (share > 0 && share < 0.0005) return "< 0.1 %";
    if (share < 1 && share >= 0.9995) return "> 99.9 %";
    return fmt::format("{:.1f} %", share * 100);
}

std::string share(double part, double whole, std::string_view noun) {
    return fmt::format("{} of {}{}{} ({})", count(part), count(whole), noun.empty() ? "" : " ", noun,
                       percent(whole > 0 ? part / whole : std::nan("")));
}

std::string rate(double per_second, bool with_sign) {
    const char* sign = with_sign && per_second > 0 ? "+" : "";
    if (std::abs(per_second) >= 99.95) return fmt::format("{}{}/s", sign, count(std::round(per_second)));
    if (per_second != 0 && std::abs(per_second) < 0.095) return fmt::format("{}{:.1f}/min", sign, per_second * 60);
    return fmt::format("{}{:.1f}/s", sign, per_second);
}

std::string offset(double s) {
    if (!std::isfinite(s)) return "-";
    const auto whole = saturated<std::int64_t>(std::floor(s));
    if (whole % 60 != 0 && whole < 3600) return fmt::format("+{}m {:02}s", whole / 60, whole % 60);
    return fmt::format("+{}h {:02}m", whole / 3600, whole % 3600 / 60);
}

std::string clock(const std::string& start, double seconds) {
    static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto parsed = parse_utc(start);
    const auto* utc = std::get_if<UtcInstant>(&parsed);
    if (utc == nullptr || !std::isfinite(seconds)) return "";
    const std::string iso = print(UtcInstant{utc->seconds + saturated<std::int64_t>(std::floor(seconds)), 0});
    if (iso.size() < 16) return "";
    const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0'));
    if (month < 1 || month > kMonths.size()) return "";
    return fmt::format("{} {} {}", iso.substr(8, 2), kMonths[month - 1], iso.substr(11, 5));
}

}  // namespace mailquake::human

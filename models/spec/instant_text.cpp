// Instants: UTC as ISO 8601 writes it, and the place of an instant on a run's time axis.
#include <chrono>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "models/spec/quantity_text.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

__extension__ using Wide = __int128;

/// Takes `width` digits off the front of `text`.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    unsigned value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_digit(text[i])) return std::nullopt;
        value = value * 10 + narrow<unsigned>(text[i] - '0', "digits");
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

bool looks_like_clock(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == 0 || colon > 2 || colon == std::string_view::npos || text.size() < colon + 3) return false;
    for (char c : text)
        if (!is_digit(c) && c != ':') return false;
    return true;
}

Parsed<UtcInstant> parse_utc(std::string_view text) {
    const TextError shape{fmt::format("'{}' is not a UTC instant; write it as 2014-06-24T14:00:00Z", text)};
    std::string_view rest = text;
    const auto year = take_digits(rest, 4);
    if (!year || !take(rest, '-')) return shape;
    const auto month = take_digits(rest, 2);
    if (!month || !take(rest, '-')) return shape;
    const auto day = take_digits(rest, 2);
    if (!day) return shape;
    const std::chrono::year_month_day date{std::chrono::year{narrow<int>(*year, "years")}, std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) return TextError{fmt::format("there is no such day as '{}'", text.substr(0, 10))};
    UtcInstant result{.seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400}};
    if (rest.empty()) return result;
    if (!take(rest, 'T')) return shape;
    const auto hour = take_digits(rest, 2);
    if (!hour || !take(rest, ':')) return shape;
    const auto minute = take_digits(rest, 2);
    if (!minute) return shape;
    unsigned second = 0;
    if (take(rest, ':')) {
        const auto digits = take_digits(rest, 2);
        if (!digits) return shape;
        second = *digits;
        if (take(rest, '.')) {
            std::int64_t scale = 100'000'000;
            while (!rest.empty() && is_digit(rest.front()) && scale > 0) {
                result.nanoseconds += (rest.front() - '0') * scale;
                scale /= 10;
                rest.remove_prefix(1);
            }
        }
    }
    if (rest != "Z") return TextError{fmt::format("'{}' does not end in Z; instants are UTC, as 2014-06-24T14:00:00Z", text)};
    if (*hour > 23 || *minute > 59 || second > 59) return TextError{fmt::format("there is no such time of day as in '{}'", text)};
    result.seconds += *hour * 3600 + *minute * 60 + second;
    return result;
}

Parsed<Instant> parse_instant(std::string_view text, UtcInstant start) {
    if (looks_like_clock(text)) {
        const auto hours = text.substr(0, text.find(':'));
        const bool midnight = hours == "00" || hours == "0";
        const std::string minutes(text.substr(text.find(':') + 1, 2));
        const std::string offset = fmt::format("{}h{}", midnight ? "0" : hours.front() == '0' ? hours.substr(1) : hours,
                                               minutes == "00" ? "" : minutes + "min");
        return TextError{fmt::format("'{}' could be an offset or a time of day; write {} for an offset from the start, or the instant {}T{}{}:{}:00Z",
                                     text, offset, print(start).substr(0, 10), hours.size() < 2 ? "0" : "", hours, minutes)};
    }
    if (text.size() >= 10 && text[4] == '-' && is_digit(text[0])) {
        const auto utc = parse_utc(text);
        if (const auto* error = std::get_if<TextError>(&utc)) return *error;
        const auto instant = std::get<UtcInstant>(utc);
        const Wide ns = static_cast<Wide>(instant.seconds - start.seconds) * 1'000'000'000 + (instant.nanoseconds - start.nanoseconds);
        if (ns < 0) return TextError{fmt::format("'{}' is before the start of the run, {}", text, print(start))};
        if (ns > std::numeric_limits<std::int64_t>::max()) return TextError{fmt::format("'{}' is too long after the start, {}", text, print(start))};
        return Instant{SimTime{static_cast<std::int64_t>(ns)}};
    }
    const auto offset = parse_duration(text);
    if (const auto* error = std::get_if<TextError>(&offset)) {
        const bool unit_known = error->message.find("unit") != std::string::npos;
        return TextError{unit_known ? error->message
                                    : fmt::format("'{}' is neither an offset from the start, such as 14h, nor an instant, such as {}", text, print(start))};
    }
    const auto value = std::get<SimDuration>(offset);
    if (value < SimDuration::zero()) return TextError{fmt::format("'{}' is before the start of the run", text)};
    return Instant{SimTime{value.ns}};
}

std::string print(Instant value) { return print(SimDuration{value.at.ns}); }

std::string print(UtcInstant value) {
    std::int64_t days = value.seconds / 86400;
    std::int64_t second = value.seconds % 86400;
    if (second < 0) second += 86400, --days;
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    std::string fraction;
    if (value.nanoseconds != 0) {
        fraction = fmt::format(".{:09}", value.nanoseconds);
        while (fraction.back() == '0') fraction.pop_back();
    }
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", int{date.year()}, unsigned{date.month()},
                       unsigned{date.day()}, second / 3600, second / 60 % 60, second % 60, fraction);
}

UtcInstant utc_at(UtcInstant start, SimDuration offset) {
    const std::int64_t ns = start.nanoseconds + offset.ns % 1'000'000'000;
    std::int64_t seconds = start.seconds + offset.ns / 1'000'000'000 + ns / 1'000'000'000;
    std::int64_t rest = ns % 1'000'000'000;
    if (rest < 0) rest += 1'000'000'000, --seconds;
    return {seconds, rest};
}

}  // namespace mailquake

#include "models/spec/quantity_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "models/spec/diagnostic.hpp"
#include "sim/base/check.hpp"

namespace mailquake {
namespace {

__extension__ using Wide = __int128;

/// A unit of a kind of quantity: `factor` of the base unit (ns, octet) or, where the base is a double, the double itself.
struct Unit {
    std::string_view text;
    std::int64_t factor;
};

constexpr std::array time_units{Unit{"ns", 1},
                                Unit{"us", 1'000},
                                Unit{"ms", 1'000'000},
                                Unit{"s", 1'000'000'000},
                                Unit{"min", 60'000'000'000},
                                Unit{"m", 60'000'000'000},
                                Unit{"h", 3'600'000'000'000},
                                Unit{"d", 86'400'000'000'000},
                                Unit{"w", 604'800'000'000'000}};
constexpr std::array rate_units{Unit{"/s", 1}, Unit{"/min", 60}, Unit{"/h", 3600}, Unit{"/d", 86400}};
constexpr std::array bandwidth_units{Unit{"bps", 1}, Unit{"kbps", 1'000}, Unit{"Mbps", 1'000'000},
                                     Unit{"Gbps", 1'000'000'000}, Unit{"Tbps", 1'000'000'000'000}};
constexpr std::array size_units{Unit{"B", 1},
                                Unit{"kB", 1'000},
                                Unit{"KB", 1'000},
                                Unit{"MB", 1'000'000},
                                Unit{"GB", 1'000'000'000},
                                Unit{"KiB", 1 << 10},
                                Unit{"MiB", 1 << 20},
                                Unit{"GiB", 1 << 30}};

constexpr std::string_view time_examples = "such as 50ms, 30s, 15min or 14h";
constexpr std::string_view rate_examples = "such as 20/s, 5/min or 100000/d";
constexpr std::string_view bandwidth_examples = "such as 64kbps, 10Mbps or 1Gbps";
constexpr std::string_view size_examples = "such as 512B, 64KiB or 10MB";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A decimal number as written: sign, digits without the point, and how many digits stand behind the point.
struct Decimal {
    std::string_view text;   // as written, sign and exponent included
    std::string_view rest;   // what follows: the unit, without blanks before it
};

/// Splits `text` into a leading number and the rest; nothing when no number leads.
std::optional<Decimal> leading_number(std::string_view text) {
    std::size_t i = 0;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t digits_from = i;
    std::size_t digits = 0;
    while (i < text.size() && is_digit(text[i])) ++i, ++digits;
    if (i < text.size() && text[i] == '.') {
        ++i;
        while (i < text.size() && is_digit(text[i])) ++i, ++digits;
    }
    if (digits == 0 || text[digits_from] == '.') return std::nullopt;
    // An exponent, unless the letter is that of a unit.
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        std::size_t j = i + 1;
        if (j < text.size() && (text[j] == '-' || text[j] == '+')) ++j;
        const std::size_t from = j;
        while (j < text.size() && is_digit(text[j])) ++j;
        if (j > from) i = j;
    }
    Decimal result{.text = text.substr(0, i), .rest = text.substr(i)};
    if (!result.rest.empty() && result.rest.front() == ' ') result.rest.remove_prefix(1);
    return result;
}

/// The exact product of a decimal and `factor`, if it is whole and fits 64 bits.
enum class Exactness { exact, too_fine, too_large };
struct WholeProduct {
    Exactness exactness = Exactness::exact;
    std::int64_t value = 0;
};
WholeProduct times(std::string_view decimal, std::int64_t factor) {
    bool negative = false;
    if (decimal.front() == '-' || decimal.front() == '+') {
        negative = decimal.front() == '-';
        decimal.remove_prefix(1);
    }
    Wide mantissa = 0;
    int scale = 0;  // value = mantissa x 10^scale
    bool fraction = false;
    std::size_t i = 0;
    for (; i < decimal.size() && decimal[i] != 'e' && decimal[i] != 'E'; ++i) {
        if (decimal[i] == '.') {
            fraction = true;
            continue;
        }
        if (mantissa > static_cast<Wide>(1e27)) return {decimal[i] == '0' || !fraction ? Exactness::too_large : Exactness::too_fine, 0};
        mantissa = mantissa * 10 + (decimal[i] - '0');
        if (fraction) --scale;
    }
    if (i < decimal.size()) {
        std::string_view exponent = decimal.substr(i + 1);
        if (exponent.front() == '+') exponent.remove_prefix(1);
        int value = 0;
        const auto [end, status] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
        if (status != std::errc{} || value > 40) return {mantissa == 0 ? Exactness::exact : Exactness::too_large, 0};
        scale += value < -60 ? -60 : value;
    }
    if (mantissa == 0) return {};
    // Below 10^28 x 10^15 a product could overflow: cancel zeros first.
    while (scale < 0 && mantissa % 10 == 0) mantissa /= 10, ++scale;
    Wide unit = factor;
    while (scale < 0 && unit % 10 == 0) unit /= 10, ++scale;
    if (mantissa > static_cast<Wide>(1e22)) return {scale < 0 ? Exactness::too_fine : Exactness::too_large, 0};
    Wide product = mantissa * unit;
    for (; scale < 0; ++scale) {
        if (product % 10 != 0) return {Exactness::too_fine, 0};
        product /= 10;
    }
    for (; scale > 0; --scale) {
        if (product > std::numeric_limits<std::int64_t>::max()) return {Exactness::too_large, 0};
        product *= 10;
    }
    if (product > std::numeric_limits<std::int64_t>::max()) return {Exactness::too_large, 0};
    return {Exactness::exact, static_cast<std::int64_t>(negative ? -product : product)};
}

/// The double nearest to decimal x 10^shift: the text is shifted, so that the value is rounded once.
double nearest(std::string_view decimal, int shift) {
    std::string text(decimal);
    int exponent = shift;
    if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
        exponent += std::atoi(text.c_str() + e + 1);
        text.resize(e);
    }
    return std::strtod(fmt::format("{}e{}", text, exponent).c_str(), nullptr);
}

template <std::size_t N>
std::vector<std::string> texts(const std::array<Unit, N>& units) {
    std::vector<std::string> result;
    for (const Unit& unit : units) result.emplace_back(unit.text);
    return result;
}

template <std::size_t N>
std::optional<Unit> find_unit(const std::array<Unit, N>& units, std::string_view text) {
    for (const Unit& unit : units)
        if (unit.text == text) return unit;
    return std::nullopt;
}

/// What a unit measures, to say "is a duration" of a text that came where a rate is needed.
std::string_view noun_of(std::string_view unit) {
    if (find_unit(time_units, unit)) return "a duration";
    if (unit == "%") return "a ratio";
    if (find_unit(rate_units, unit)) return "a rate";
    if (find_unit(bandwidth_units, unit)) return "a bandwidth";
    if (find_unit(size_units, unit)) return "a size";
    if (unit == "x") return "a factor";
    return {};
}

/// The error for a number whose unit is missing, of another kind, or unknown.
TextError unit_error(std::string_view text, std::string_view unit, std::string_view noun, std::string_view examples,
                     const std::vector<std::string>& units) {
    if (unit.empty()) return {fmt::format("'{}' has no unit; {} is needed, {}", text, noun, examples)};
    if (const auto other = noun_of(unit); !other.empty())
        return {fmt::format("'{}' is {}, but {} is needed, {}", text, other, noun, examples)};
    return {fmt::format("unknown unit '{}' in '{}'{}", unit, text, suggestion(unit, units, "units"))};
}

TextError shape_error(std::string_view text, std::string_view noun, std::string_view examples) {
    if (text.empty()) return {fmt::format("an empty text; {} is needed, {}", noun, examples)};
    return {fmt::format("'{}' is not {}; write a number with its unit, {}", text, noun, examples)};
}

bool looks_like_clock(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == 0 || colon > 2 || colon == std::string_view::npos || text.size() < colon + 3) return false;
    for (char c : text)
        if (!is_digit(c) && c != ':') return false;
    return true;
}

/// Shortest text that parses back to `value`, without an exponent where that is short.
std::string shortest(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{}", static_cast<std::int64_t>(value));
    return fmt::format("{}", value);
}

/// As shortest(), times 10^shift in the text alone.
std::string shifted(double value, int shift) {
    if (value == 0) return "0";
    std::string scientific = fmt::format("{:e}", value);
    // {:e} rounds to 6 digits; take the shortest digits instead.
    std::array<char, 64> buffer{};
    const auto [end, status] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    MQ_CHECK(status == std::errc{}, "a finite double has a text");
    scientific.assign(buffer.data(), end);
    const auto e = scientific.find('e');
    const int exponent = std::atoi(scientific.c_str() + e + 1) + shift;
    std::string digits;
    std::string sign;
    for (char c : scientific.substr(0, e)) {
        if (c == '-') sign = "-";
        else if (c != '.') digits += c;
    }
    const int point = exponent + 1;  // digits before the point
    const int count = static_cast<int>(digits.size());
    if (point > 18 || point < -8) return fmt::format("{}{}e{}", sign, scientific.substr(sign.size(), e - sign.size()), exponent);
    if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    if (point >= count) return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
    return sign + digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (H. Hinnant, days_from_civil).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
    const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct Date {
    std::int64_t year;
    unsigned month, day;
};

/// The inverse (civil_from_days, same source).
Date civil_from_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted_month = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month,
            day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

/// Takes `width` digits off the front of `text`.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    unsigned value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_digit(text[i])) return std::nullopt;
        value = value * 10 + static_cast<unsigned>(text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

constexpr std::array<unsigned, 12> month_days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/// A double with one of `units`: nearest(number) x factor.
template <std::size_t N>
Parsed<double> parse_scaled(std::string_view text, const std::array<Unit, N>& units, std::string_view noun,
                            std::string_view examples) {
    const auto number = leading_number(text);
    if (!number) return shape_error(text, noun, examples);
    const auto unit = find_unit(units, number->rest);
    if (!unit) return unit_error(text, number->rest, noun, examples, texts(units));
    const double value = nearest(number->text, 0) * static_cast<double>(unit->factor);
    if (!std::isfinite(value)) return TextError{fmt::format("'{}' is too large", text)};
    return value;
}

/// The text of a value in the first of `units` that gives a short number which parses back; else the shortest text.
template <std::size_t N>
std::string print_scaled(double value, const std::array<Unit, N>& units, bool largest_first, bool divide) {
    std::string best;
    for (std::size_t i = 0; i < N; ++i) {
        const Unit& unit = units[largest_first ? N - 1 - i : i];
        const auto factor = static_cast<double>(unit.factor);
        const double in_unit = divide ? value / factor : value * factor;
        if (in_unit != 0 && std::abs(in_unit) < 1 && !(divide && unit.factor == 1)) continue;
        for (const double candidate : {std::round(in_unit), std::strtod(fmt::format("{:.6g}", in_unit).c_str(), nullptr), in_unit}) {
            const std::string number = shifted(candidate, 0);
            const double again = divide ? nearest(number, 0) * factor : nearest(number, 0) / factor;
            if (again != value) continue;
            constexpr std::size_t short_number = 7;
            const std::string text = number + std::string(unit.text);
            if (number.size() <= short_number) return text;
            if (best.empty() || text.size() < best.size()) best = text;
        }
    }
    return best.empty() ? shifted(value, 0) + std::string(units.front().text) : best;
}

}  // namespace

Parsed<SimDuration> parse_duration(std::string_view text) {
    constexpr std::string_view noun = "a duration";
    if (looks_like_clock(text)) {
        const auto hours = text.substr(0, text.find(':'));
        return TextError{fmt::format("'{}' could be a length or a time of day; write {}h for a length, or an ISO instant such as "
                                     "2014-06-24T{}{}:00Z where an instant is needed",
                                     text, hours, hours.size() < 2 ? "0" : "", text.substr(0, text.find(':') + 3))};
    }
    std::string_view rest = text;
    std::int64_t sum = 0;
    std::int64_t previous = std::numeric_limits<std::int64_t>::max();
    bool negative = false;
    do {
        const auto number = leading_number(rest);
        if (!number || (sum != 0 && (rest.front() == '-' || rest.front() == '+'))) return shape_error(text, noun, time_examples);
        const std::size_t length = std::min(number->rest.find_first_of("0123456789.+-"), number->rest.size());
        const auto unit = find_unit(time_units, number->rest.substr(0, length));
        if (!unit) return unit_error(text, number->rest.substr(0, length), noun, time_examples, texts(time_units));
        if (unit->factor >= previous) return TextError{fmt::format("'{}' has its parts out of order; write the larger unit first, as in 1h30min", text)};
        const WholeProduct part = times(number->text, unit->factor);
        if (part.exactness == Exactness::too_fine) return TextError{fmt::format("'{}' is finer than a nanosecond", text)};
        if (part.exactness == Exactness::too_large) return TextError{fmt::format("'{}' is too long; the longest is 292 years", text)};
        if (rest.data() == text.data()) negative = text.front() == '-';
        if (__builtin_add_overflow(sum, negative && part.value > 0 ? -part.value : part.value, &sum))
            return TextError{fmt::format("'{}' is too long; the longest is 292 years", text)};
        previous = unit->factor;
        rest = number->rest.substr(length);
    } while (!rest.empty());
    return SimDuration{sum};
}

Parsed<Ratio> parse_ratio(std::string_view text) {
    constexpr std::string_view noun = "a ratio", examples = "such as 5% or 0.1%";
    const auto number = leading_number(text);
    if (!number) return shape_error(text, noun, examples);
    if (number->rest.empty()) {
        const double value = nearest(number->text, 0);
        return TextError{fmt::format("'{}' has no unit; a ratio is needed, in percent: {}% is {}, {}% is {}", text,
                                     shifted(value, 2), shifted(value, 0), shifted(value, 0), shifted(value, -2))};
    }
    if (number->rest != "%") return unit_error(text, number->rest, noun, examples, {"%"});
    return Ratio{nearest(number->text, -2)};
}

Parsed<Rate> parse_rate(std::string_view text) {
    constexpr std::string_view noun = "a rate";
    const auto number = leading_number(text);
    if (!number) return shape_error(text, noun, rate_examples);
    const auto unit = find_unit(rate_units, number->rest);
    if (!unit) return unit_error(text, number->rest, noun, rate_examples, texts(rate_units));
    const double value = nearest(number->text, 0) / static_cast<double>(unit->factor);
    if (!std::isfinite(value)) return TextError{fmt::format("'{}' is too large", text)};
    return Rate{value};
}

Parsed<Bandwidth> parse_bandwidth(std::string_view text) {
    auto value = parse_scaled(text, bandwidth_units, "a bandwidth", bandwidth_examples);
    if (auto* error = std::get_if<TextError>(&value)) return std::move(*error);
    return Bandwidth{std::get<double>(value)};
}

Parsed<Bytes> parse_bytes(std::string_view text) {
    constexpr std::string_view noun = "a size";
    const auto number = leading_number(text);
    if (!number) return shape_error(text, noun, size_examples);
    const auto unit = find_unit(size_units, number->rest);
    if (!unit) return unit_error(text, number->rest, noun, size_examples, texts(size_units));
    const WholeProduct octets = times(number->text, unit->factor);
    if (octets.exactness == Exactness::too_fine) return TextError{fmt::format("'{}' is not a whole number of octets", text)};
    if (octets.exactness == Exactness::too_large) return TextError{fmt::format("'{}' is too large", text)};
    return Bytes{octets.value};
}

Parsed<Factor> parse_factor(std::string_view text) {
    constexpr std::string_view noun = "a factor", examples = "such as 2x, 1.5x or 2";
    const auto number = leading_number(text);
    if (!number) return shape_error(text, noun, examples);
    if (!number->rest.empty() && number->rest != "x") return unit_error(text, number->rest, noun, examples, {"x"});
    const double value = nearest(number->text, 0);
    if (!std::isfinite(value)) return TextError{fmt::format("'{}' is too large", text)};
    return Factor{value};
}

Parsed<std::int64_t> parse_integer(std::string_view text) {
    const auto number = leading_number(text);
    if (!number) return TextError{text.empty() ? "an empty text; a whole number is needed, such as 4" : fmt::format("'{}' is not a whole number", text)};
    if (!number->rest.empty()) {
        const auto noun = noun_of(number->rest);
        return TextError{noun.empty() ? fmt::format("'{}' is not a whole number", text)
                                      : fmt::format("'{}' is {}, but a whole number without a unit is needed", text, noun)};
    }
    const WholeProduct value = times(number->text, 1);
    if (value.exactness == Exactness::too_fine) return TextError{fmt::format("'{}' is not a whole number", text)};
    if (value.exactness == Exactness::too_large) return TextError{fmt::format("'{}' is too large", text)};
    return value.value;
}

Parsed<double> parse_number(std::string_view text) {
    const auto number = leading_number(text);
    if (!number) return TextError{text.empty() ? "an empty text; a number is needed, such as 1.5" : fmt::format("'{}' is not a number", text)};
    if (!number->rest.empty()) {
        const auto noun = noun_of(number->rest);
        return TextError{noun.empty() ? fmt::format("'{}' is not a number", text)
                                      : fmt::format("'{}' is {}, but a number without a unit is needed", text, noun)};
    }
    const double value = nearest(number->text, 0);
    if (!std::isfinite(value)) return TextError{fmt::format("'{}' is too large", text)};
    return value;
}

Parsed<bool> parse_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return TextError{fmt::format("'{}' is neither true nor false", text)};
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
    const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
    if (*month < 1 || *month > 12 || *day < 1 || *day > month_days[*month - 1] || (*month == 2 && *day == 29 && !leap))
        return TextError{fmt::format("there is no such day as '{}'", text.substr(0, 10))};
    UtcInstant result{.seconds = days_from_civil(*year, *month, *day) * 86400};
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

std::string print(SimDuration value) {
    if (value.ns == 0) return "0s";
    if (value.ns == std::numeric_limits<std::int64_t>::min()) return fmt::format("{}ns", value.ns);
    const std::string sign = value.ns < 0 ? "-" : "";
    const std::int64_t ns = value.ns < 0 ? -value.ns : value.ns;
    constexpr std::int64_t second = 1'000'000'000, minute = 60 * second;
    if (ns < minute || ns % second != 0) {
        // One unit, with at most three decimals.
        for (const std::string_view text : {"s", "ms", "us"}) {
            const std::int64_t unit = find_unit(time_units, text)->factor;
            if (ns < unit || ns % (unit / 1000) != 0) continue;
            std::string decimals = ns % unit == 0 ? "" : fmt::format(".{:03}", ns % unit / (unit / 1000));
            while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
            return fmt::format("{}{}{}{}", sign, ns / unit, decimals, text);
        }
        return fmt::format("{}{}ns", sign, ns);
    }
    std::string parts;
    int count = 0;
    std::int64_t rest = ns;
    for (const std::string_view text : {"d", "h", "min", "s"}) {
        const std::int64_t unit = find_unit(time_units, text)->factor;
        if (rest < unit) continue;
        parts += fmt::format("{}{}", rest / unit, text);
        rest %= unit;
        ++count;
    }
    if (count > 2 && ns < 100'000 * second) return fmt::format("{}{}s", sign, ns / second);
    return sign + parts;
}

std::string print(Ratio value) { return shifted(value.value, 2) + "%"; }

std::string print(Rate value) {
    if (value.per_second == 0) return "0/s";
    return print_scaled(value.per_second, rate_units, false, false);
}

std::string print(Bandwidth value) {
    if (value.bits_per_second == 0) return "0bps";
    return print_scaled(value.bits_per_second, bandwidth_units, true, true);
}

std::string print(Bytes value) {
    std::string best = fmt::format("{}B", value.count);
    if (value.count == 0) return best;
    for (const std::string_view text : {"kB", "MB", "GB", "KiB", "MiB", "GiB"}) {
        const auto unit = find_unit(size_units, text);
        if (value.count % unit->factor != 0) continue;
        const std::string candidate = fmt::format("{}{}", value.count / unit->factor, text);
        if (candidate.size() <= best.size()) best = candidate;
    }
    return best;
}

std::string print(Factor value) { return shortest(value.value) + "x"; }

std::string print(Instant value) { return print(SimDuration{value.at.ns}); }

std::string print(UtcInstant value) {
    std::int64_t days = value.seconds / 86400;
    std::int64_t second = value.seconds % 86400;
    if (second < 0) second += 86400, --days;
    const Date date = civil_from_days(days);
    std::string fraction;
    if (value.nanoseconds != 0) {
        fraction = fmt::format(".{:09}", value.nanoseconds);
        while (fraction.back() == '0') fraction.pop_back();
    }
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", date.year, date.month, date.day, second / 3600, second / 60 % 60,
                       second % 60, fraction);
}

std::string print_number(double value) { return shortest(value); }

UtcInstant utc_at(UtcInstant start, SimDuration offset) {
    const std::int64_t ns = start.nanoseconds + offset.ns % 1'000'000'000;
    std::int64_t seconds = start.seconds + offset.ns / 1'000'000'000 + ns / 1'000'000'000;
    std::int64_t rest = ns % 1'000'000'000;
    if (rest < 0) rest += 1'000'000'000, --seconds;
    return {seconds, rest};
}

}  // namespace mailquake

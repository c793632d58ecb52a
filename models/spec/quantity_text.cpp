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
#include "sim/base/narrow.hpp"

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
    std::string text(decimal.substr(decimal.starts_with('+') ? 1 : 0));
    int exponent = shift;
    if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
        exponent += std::atoi(text.c_str() + e + 1);
        text.resize(e);
    }
    text += 'e';
    text += std::to_string(exponent);
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool fits = status == std::errc{} && end == text.data() + text.size();
    return fits ? value : std::strtod(text.c_str(), nullptr);   // infinite, or too small for any digit
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

/// Shortest text that parses back to `value`, without an exponent where that is short.
std::string shortest(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
    return fmt::format("{}", value);
}

/// As shortest(), times 10^shift in the text alone.
std::string shifted(double value, int shift) {
    if (value == 0) return "0";
    if (shift == 0 && value == std::floor(value) && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
    std::array<char, 64> buffer{};
    const auto [end, status] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    MQ_CHECK(status == std::errc{}, "a finite double has a text");
    const std::string scientific(buffer.data(), end);
    const auto e = scientific.find('e');
    const int exponent = std::atoi(scientific.c_str() + e + 1) + shift;
    std::string digits;
    std::string sign;
    for (char c : scientific.substr(0, e)) {
        if (c == '-') sign = "-";
        else if (c != '.') digits += c;
    }
    const int point = exponent + 1;  // digits before the point
    const int count = narrow<int>(digits.size(), "digits");
    if (point > 18 || point < -8) return fmt::format("{}{}e{}", sign, scientific.substr(sign.size(), e - sign.size()), exponent);
    if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    if (point >= count) return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
    return sign + digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
}

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
        for (int roughly = 2; roughly >= 0; --roughly) {
            const double candidate = roughly == 2 ? std::round(in_unit) : roughly == 1 ? std::strtod(fmt::format("{:.6g}", in_unit).c_str(), nullptr) : in_unit;
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

std::string print(Ratio value) {
    const double percent = std::round(value.value * 100);
    if (percent >= 0 && percent <= 100 && percent / 100 == value.value) return std::to_string(whole_part<int>(percent, "percents")) + "%";
    return shifted(value.value, 2) + "%";
}

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

std::string print_number(double value) { return shortest(value); }

}  // namespace mailquake

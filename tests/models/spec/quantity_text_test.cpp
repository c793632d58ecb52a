// Quantities as text: every unit, exactness, and the errors that people meet first.
#include <limits>

#include "tests/catch.hpp"

#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

template <class T>
T value_of(Parsed<T> parsed) {
    if (const auto* error = std::get_if<TextError>(&parsed)) FAIL(error->message);
    return std::get<T>(parsed);
}

template <class T>
std::string error_of(const Parsed<T>& parsed) {
    REQUIRE(std::holds_alternative<TextError>(parsed));
    return std::get<TextError>(parsed).message;
}

}  // namespace

TEST_CASE("durations are exact in every unit") {
    CHECK(value_of(parse_duration("7ns")) == 7_ns);
    CHECK(value_of(parse_duration("50us")) == 50_us);
    CHECK(value_of(parse_duration("1.5ms")) == 1500_us);
    CHECK(value_of(parse_duration("0.1s")) == 100_ms);
    CHECK(value_of(parse_duration("90min")) == 90_min);
    CHECK(value_of(parse_duration("90m")) == 90_min);
    CHECK(value_of(parse_duration("14h")) == 14_h);
    CHECK(value_of(parse_duration("2d")) == 2_d);
    CHECK(value_of(parse_duration("1w")) == 7_d);
    CHECK(value_of(parse_duration("1h30m")) == 90_min);
    CHECK(value_of(parse_duration("2d12h0.5s")) == 2_d + 12_h + 500_ms);
    CHECK(value_of(parse_duration("-5s")) == -5_s);
    CHECK(value_of(parse_duration("-1h30min")) == -90_min);
    CHECK(value_of(parse_duration("1e3s")) == 1000_s);
}

TEST_CASE("durations that cannot be held are refused") {
    CHECK(error_of(parse_duration("0.5ns")) == "'0.5ns' is finer than a nanosecond");
    CHECK(error_of(parse_duration("300000d")) == "'300000d' is too long; the longest is 292 years");
    CHECK(error_of(parse_duration("30min1h")) == "'30min1h' has its parts out of order; write the larger unit first, as in 1h30min");
    CHECK(error_of(parse_duration("50")) == "'50' has no unit; a duration is needed, such as 50ms, 30s, 15min or 14h");
    CHECK(error_of(parse_duration("5%")) == "'5%' is a ratio, but a duration is needed, such as 50ms, 30s, 15min or 14h");
    CHECK(error_of(parse_duration("5sec")).starts_with("unknown unit 'sec' in '5sec'"));
    CHECK(error_of(parse_duration("")).starts_with("an empty text"));
    CHECK(error_of(parse_duration("14:00")).find("write 14h for a length, or an ISO instant") != std::string::npos);
}

TEST_CASE("ratios, rates, bandwidths, sizes and factors read as written") {
    CHECK(value_of(parse_ratio("5%")) == Ratio{0.05});
    CHECK(value_of(parse_ratio("0.1%")) == Ratio{0.001});
    CHECK(value_of(parse_rate("20/s")) == Rate{20});
    CHECK(value_of(parse_rate("90/min")) == Rate{1.5});
    CHECK(value_of(parse_rate("36/h")) == Rate{0.01});
    CHECK(value_of(parse_rate("172800/d")) == Rate{2});
    CHECK(value_of(parse_bandwidth("10Mbps")) == Bandwidth{1e7});
    CHECK(value_of(parse_bandwidth("64 kbps")) == Bandwidth{64e3});
    CHECK(value_of(parse_bytes("64KiB")) == Bytes{65536});
    CHECK(value_of(parse_bytes("1.5kB")) == Bytes{1500});
    CHECK(value_of(parse_bytes("2GiB")) == Bytes{2147483648});
    CHECK(value_of(parse_factor("2x")) == Factor{2});
    CHECK(value_of(parse_factor("1.5")) == Factor{1.5});
    CHECK(value_of(parse_integer("1e6")) == 1'000'000);
    CHECK(value_of(parse_boolean("false")) == false);
    CHECK(error_of(parse_ratio("0.05")).find("0.05% is 0.0005") != std::string::npos);
    CHECK(error_of(parse_bytes("1.5B")) == "'1.5B' is not a whole number of octets");
    CHECK(error_of(parse_bandwidth("10MB")).find("is a size, but a bandwidth is needed") != std::string::npos);
    CHECK(error_of(parse_integer("2.5")) == "'2.5' is not a whole number");
    CHECK(error_of(parse_integer("4s")) == "'4s' is a duration, but a whole number without a unit is needed");
    CHECK(error_of(parse_boolean("yes")) == "'yes' is neither true nor false");
}

TEST_CASE("printing is the inverse of parsing") {
    for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1500}, std::int64_t{23'400'000}, std::int64_t{-5'000'000'000},
                                  std::int64_t{90'000'000'001}, std::int64_t{4'000'000'000'000}, std::int64_t{5'400'000'000'000},
                                  std::int64_t{432'000'000'000'000}, std::numeric_limits<std::int64_t>::max()})
        CHECK(value_of(parse_duration(print(SimDuration{ns}))).ns == ns);
    for (const double x : {0.0, 1.0, 0.05, 1.0 / 3, 0.07, 1e-12, 123456.789, 2.5e17, 0.1 + 0.2}) {
        CHECK(value_of(parse_ratio(print(Ratio{x}))).value == x);
        CHECK(value_of(parse_rate(print(Rate{x}))).per_second == x);
        CHECK(value_of(parse_bandwidth(print(Bandwidth{x}))).bits_per_second == x);
        CHECK(value_of(parse_factor(print(Factor{x}))).value == x);
        CHECK(value_of(parse_number(print_number(x))) == x);
    }
    for (const std::int64_t n : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1500}, std::int64_t{65536}, std::int64_t{75000}, std::int64_t{999'999'999'999}})
        CHECK(value_of(parse_bytes(print(Bytes{n}))).count == n);
}

TEST_CASE("printing chooses the unit that people would") {
    CHECK(print(4000_s) == "4000s");
    CHECK(print(90_min) == "1h30min");
    CHECK(print(5_d) == "5d");
    CHECK(print(1500_us) == "1.5ms");
    CHECK(print(Rate{1.0 / 6}) == "10/min");
    CHECK(print(Rate{200000.0 / 86400}) == "200000/d");
    CHECK(print(Bandwidth{1e10}) == "10Gbps");
    CHECK(print(Bytes{65536}) == "64KiB");
    CHECK(print(Bytes{75000}) == "75kB");
    CHECK(print(Ratio{0.07}) == "7%");
    CHECK(print(Factor{2}) == "2x");
}

TEST_CASE("instants are offsets or UTC") {
    const UtcInstant start = value_of(parse_utc("2014-06-24T00:00:00Z"));
    CHECK(start.seconds == 1'403'568'000);  // date -u -d 2014-06-24 +%s
    CHECK(print(start) == "2014-06-24T00:00:00Z");
    CHECK(value_of(parse_utc("2014-06-24")) == start);
    CHECK(value_of(parse_utc("1970-01-01T00:00:00.25Z")) == UtcInstant{0, 250'000'000});
    CHECK(print(UtcInstant{951'782'400, 0}) == "2000-02-29T00:00:00Z");
    CHECK(value_of(parse_instant("14h", start)).at == SimTime{(14_h).ns});
    CHECK(value_of(parse_instant("2014-06-24T14:00:00Z", start)).at == SimTime{(14_h).ns});
    CHECK(print(utc_at(start, -1_s)) == "2014-06-23T23:59:59Z");
    CHECK(error_of(parse_instant("14:00", start)) ==
          "'14:00' could be an offset or a time of day; write 14h for an offset from the start, or the instant 2014-06-24T14:00:00Z");
    CHECK(error_of(parse_instant("2014-06-23T00:00:00Z", start)).find("before the start") != std::string::npos);
    CHECK(error_of(parse_instant("-1h", start)).find("before the start") != std::string::npos);
    CHECK(error_of(parse_utc("2014-06-24T14:00:00")).find("does not end in Z") != std::string::npos);
    CHECK(error_of(parse_utc("2015-02-29")).find("no such day") != std::string::npos);
    CHECK(error_of(parse_utc("2014-06-24T25:00Z")).find("no such time of day") != std::string::npos);
}

}  // namespace mailquake

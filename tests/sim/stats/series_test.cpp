#include "sim/stats/series.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <map>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;
using Point = MinMaxSeries::Point;

TEST_CASE("each point has the least and the greatest value of its stretch") {
    MinMaxSeries series(100, 10_ns);
    series.set(SimTime{0}, 3);    // at the very start: the initial 0 has held for no time
    series.set(SimTime{4}, 8);
    series.set(SimTime{15}, 2);
    series.set(SimTime{40}, 5);   // begins its stretch
    series.finish(SimTime{60});
    CHECK(series.points() == std::vector<Point>{{3, 8}, {2, 8}, {2, 2}, {2, 2}, {5, 5}, {5, 5}});
    CHECK(series.start_of(4) == SimTime{40});
}

TEST_CASE("a value that holds for no time counts, also where its stretch begins") {
    MinMaxSeries series(100, 10_ns);
    series.set(SimTime{10}, 5);
    series.set(SimTime{10}, 9);
    series.set(SimTime{10}, 7);
    CHECK(series.points() == std::vector<Point>{{0, 0}, {5, 9}});
}

TEST_CASE("the value before the first change is the initial one") {
    MinMaxSeries series(100, 10_ns, 7);
    series.set(SimTime{25}, 1);
    CHECK(series.points() == std::vector<Point>{{7, 7}, {7, 7}, {1, 7}});
    CHECK_THROWS_AS(series.set(SimTime{24}, 1), EngineError);
}

TEST_CASE("down-sampling keeps the number of points bounded and the extremes exact") {
    MinMaxSeries series(64, 1_ns);
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> extremes;  // per ns: least and greatest value
    RandomStream coin(StreamKey(1, hash_name("series-test"), 0), 1);
    std::int64_t now = 0, value = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::int64_t next = now + static_cast<std::int64_t>(coin() % 20);
        for (std::int64_t t = now; t < next; ++t) extremes.try_emplace(t, value, value);
        now = next;
        value = static_cast<std::int64_t>(coin() % 1000) - 500;
        auto& e = extremes.try_emplace(now, value, value).first->second;
        e = {std::min(e.first, value), std::max(e.second, value)};
        series.set(SimTime{now}, value);
        REQUIRE(series.points().size() <= 64);
    }
    CHECK(series.points().size() > 32);
    for (std::size_t p = 0; p < series.points().size(); ++p) {
        Point expected{1'000'000, -1'000'000};
        for (std::int64_t t = series.start_of(p).ns; t < series.start_of(p + 1).ns && t <= now; ++t) {
            expected = {std::min(expected.min, extremes.at(t).first), std::max(expected.max, extremes.at(t).second)};
        }
        REQUIRE(series.points()[p] == expected);
    }
}

TEST_CASE("a spike of a second stays visible in a month") {
    MinMaxSeries series(256, 1_s);
    series.set(SimTime::zero() + 3_d, 99);
    series.set(SimTime::zero() + 3_d + 1_s, 0);
    series.finish(SimTime::zero() + 30_d);
    CHECK(series.points().size() > 128);
    CHECK(std::count_if(series.points().begin(), series.points().end(), [](Point p) { return p.max == 99; }) == 1);
}

#include "sim/stats/mser.hpp"

#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {
namespace {

std::vector<double> noise(std::size_t n, double (*trend)(double)) {
    RandomStream stream(StreamKey(3, hash_name("mser"), 0), 0);
    std::vector<double> series;
    while (series.size() < n) series.push_back(trend(static_cast<double>(series.size())) + stream.uniform());
    return series;
}

}  // namespace

TEST_CASE("what has not settled is left out, and little more") {
    const auto cut = mser5(noise(2000, [](double i) { return 10 * std::exp(-i / 50); }));
    REQUIRE(cut);
    CHECK(*cut % 5 == 0);
    CHECK(*cut >= 100);   // the trend is a tenth of its height after 115
    CHECK(*cut <= 500);
    const auto step = mser5(noise(1000, [](double i) { return i < 200 ? 5.0 : 0.0; }));
    REQUIRE(step);
    CHECK(*step >= 200);
    CHECK(*step <= 300);
}

TEST_CASE("a settled series loses little, a constant one nothing") {
    const auto settled = mser5(noise(2000, [](double) { return 0.0; }));
    REQUIRE(settled);
    CHECK(*settled < 1000);
    CHECK(mser5(std::vector<double>(500, 7.0)) == 0u);
}

TEST_CASE("a series that never settles, or is too short, has no answer") {
    CHECK_FALSE(mser5(noise(2000, [](double i) { return i; })));
    CHECK_FALSE(mser5(noise(2000, [](double i) { return i < 1700 ? 50.0 : 0.0; })));
    CHECK_FALSE(mser5(std::vector<double>(49, 1.0)));
    CHECK_FALSE(mser5({}));
}

}  // namespace mailquake

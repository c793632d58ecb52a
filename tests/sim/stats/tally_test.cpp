#include "sim/stats/tally.hpp"

#include "tests/catch.hpp"

#include <cmath>
#include <limits>

#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

using namespace mailquake;

TEST_CASE("a tally has the textbook's mean and variance") {
    Tally tally;
    for (int v : {2, 4, 4, 4, 5, 5, 7, 9}) tally.add(v);
    CHECK(tally.count() == 8);
    CHECK(tally.sum() == 40);
    CHECK(tally.mean() == 5);
    CHECK(tally.variance() == Approx(32.0 / 7));
    CHECK(tally.min() == 2);
    CHECK(tally.max() == 9);
    CHECK(Tally().mean() == 0);
    CHECK(Tally().min() == 0);
    CHECK(Tally().variance() == 0);
}

TEST_CASE("merging tallies gives the very tally of all values") {
    Tally whole, parts[3];
    const Law law = Law::lognormal(3_h, 3);
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        RandomStream stream(StreamKey(1, 2, 3), i);
        const SimDuration d = law.draw(stream);
        whole.add(d);
        parts[i % 3].add(d);
    }
    parts[2].merge(parts[0]);
    parts[2].merge(Tally());
    parts[2].merge(parts[1]);
    CHECK(parts[2].sum() == whole.sum());
    CHECK(parts[2].variance() == whole.variance());
    CHECK(parts[2].max() == whole.max());
    CHECK(parts[2].min() == whole.min());
    CHECK(std::sqrt(whole.variance()) / whole.mean() == Approx(3).epsilon(0.3));
}

TEST_CASE("squares of the longest times do not overflow") {
    Tally tally;
    const std::int64_t longest = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 10; ++i) {
        tally.add(longest);
        tally.add(0);
    }
    CHECK(tally.mean() == Approx(static_cast<double>(longest) / 2));
    CHECK(tally.variance() == Approx(std::pow(static_cast<double>(longest) / 2, 2) * 20 / 19).epsilon(1e-12));
}

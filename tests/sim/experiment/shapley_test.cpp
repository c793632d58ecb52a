#include "tests/catch.hpp"

#include "sim/experiment/shapley.hpp"

using namespace mailquake;

TEST_CASE("causes that do not meet have what they do alone, and shares sum to the whole") {
    // 3 and 5 alone, 8 together
    const auto shares = shapley_shares({0, 3, 5, 8});
    CHECK(shares[0] == Approx(3));
    CHECK(shares[1] == Approx(5));
}

TEST_CASE("a fault and a flaw that need each other share what they do together") {
    // The fault alone does 10, the flaw alone nothing, both 100.
    const auto shares = shapley_shares({0, 10, 0, 100});
    CHECK(shares[0] == Approx((10 + 100) / 2.0));
    CHECK(shares[1] == Approx(90 / 2.0));
}

TEST_CASE("the gloves: who has the one right glove is worth two thirds") {
    // Causes 0 and 1 have a left glove, cause 2 the right one; a pair is worth 1.
    const auto shares = shapley_shares({0, 0, 0, 0, 0, 1, 1, 1});
    CHECK(shares[0] == Approx(1 / 6.0));
    CHECK(shares[1] == Approx(1 / 6.0));
    CHECK(shares[2] == Approx(4 / 6.0));
}

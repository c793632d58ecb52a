#include "sim/base/stable_vector.hpp"

#include "tests/catch.hpp"

#include <utility>

using namespace mailquake;

TEST_CASE("items of a stable vector stay where they are, and are found by number and in order") {
    StableVector<int> vector;
    CHECK(vector.size() == 0);
    vector.push_back(0);
    int& first = vector[0];
    for (int i = 1; i < 1000; ++i) vector.push_back(i);
    CHECK(&first == &vector[0]);
    for (int& item : vector) item *= 2;
    int next = 0;
    for (const int& item : std::as_const(vector)) REQUIRE(item == 2 * next++);
    CHECK(next == 1000);
    CHECK(std::as_const(vector)[999] == 1998);
}

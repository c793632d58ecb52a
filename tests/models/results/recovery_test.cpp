// When a system has recovered: both conditions, the half hour, and what is not known yet at the end of the run.
#include <catch2/catch.hpp>

#include "models/results/recovery.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {
const SimTime kFaultEnd = SimTime::zero() + 3_h;
}

TEST_CASE("recovery is the first minute from which 30 are good") {
    const Outcome o = testing::small_outcome();   // bad up to minute 200; the fault ends with minute 180
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 20_min);
}

TEST_CASE("one late minute within the half hour puts recovery off") {
    Outcome o = testing::small_outcome();
    o.minutes[220].late = 1;   // 10 % of 10
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 41_min);
    o.minutes[220].accepted = 20;   // exactly 5 %
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 20_min);
}

TEST_CASE("copies older than the objective must be no more than before the fault") {
    Outcome o = testing::small_outcome();
    for (std::size_t m = 200; m < 260; ++m) o.minutes[m].overdue = 3;   // 2 before the fault
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 80_min);
    o.minutes[60].overdue = 3;
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 20_min);
}

TEST_CASE("a fault that ends within a minute is judged from the next one on") {
    Outcome o = testing::small_outcome();
    for (std::size_t m = 120; m < 200; ++m) o.minutes[m] = {10, 0, 2, 0};
    CHECK(recovered_after(o, 10_min, kFaultEnd + 30_s) == 30_s);
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 0_s);
}

TEST_CASE("recovery that the run is too short to show is none") {
    Outcome o = testing::small_outcome();
    for (std::size_t m = 200; m < 325; ++m) o.minutes[m].late = 5;   // 35 good minutes are left, 25 of them known
    CHECK_FALSE(recovered_after(o, 10_min, kFaultEnd));
    CHECK(recovered_after(o, 5_min, kFaultEnd) == 145_min);
}

}  // namespace mailquake

// When a system has recovered: both conditions, the half hour, and what is not known yet at the end of the run.
#include "tests/catch.hpp"

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

TEST_CASE("a population of clients recovers when 90 % stay signed in for the half hour") {
    Outcome o = testing::small_outcome();   // its mail recovers 20 min after the fault
    o.clients.resize(2);
    for (ClientOutcome& c : o.clients) {
        c.count = 10;
        c.signed_in.assign(6 * testing::kMinutes, 9);
    }
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 20_min);
    o.clients[1].signed_in[6 * 215 - 1] = 8;   // the last point of minute 214
    CHECK(recovered_after(o, 10_min, kFaultEnd) == 35_min);
    for (std::size_t k = 6 * 180; k < o.clients[1].signed_in.size(); ++k) o.clients[1].signed_in[k] = 0;
    CHECK_FALSE(recovered_after(o, 10_min, kFaultEnd));
}

}  // namespace mailquake

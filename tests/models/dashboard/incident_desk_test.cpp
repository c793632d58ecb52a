// The desk's states, and the looks of administrators, one by one.
#include "tests/catch.hpp"

#include "models/dashboard/admin_looks.hpp"
#include "models/dashboard/incident_desk.hpp"

namespace mailquake {

TEST_CASE("an incident begins with the first signal that speaks anywhere, and only once") {
    IncidentDesk desk(2);
    CHECK_FALSE(desk.hear(0, 0, SimTime{1}));
    CHECK(desk.hear(1, 0b100, SimTime{2}));
    CHECK(desk.state() == IncidentDesk::State::deciding);
    CHECK_FALSE(desk.hear(0, 0b1, SimTime{3}));
    CHECK(desk.incident() == 0);
}

TEST_CASE("an incident is over when every site has been quiet for long enough") {
    IncidentDesk desk(2);
    CHECK(desk.hear(0, 1, SimTime{0}));
    CHECK_FALSE(desk.hear(1, 1, SimTime{0}));
    CHECK_FALSE(desk.hear(0, 0, SimTime{10}));
    CHECK_FALSE(desk.is_over(SimTime{100}, SimDuration{50}));   // the other site still speaks
    CHECK_FALSE(desk.hear(1, 0, SimTime{100}));
    CHECK_FALSE(desk.is_over(SimTime{149}, SimDuration{50}));
    CHECK_FALSE(desk.hear(1, 2, SimTime{149}));                 // it speaks again: the quiet begins anew
    CHECK_FALSE(desk.hear(1, 0, SimTime{160}));
    CHECK_FALSE(desk.is_over(SimTime{209}, SimDuration{50}));
    CHECK(desk.is_over(SimTime{210}, SimDuration{50}));
    desk.end();
    CHECK(desk.incident() == 1);
    CHECK_FALSE(desk.is_over(SimTime{500}, SimDuration{50}));   // there is none
    CHECK(desk.hear(0, 1, SimTime{501}));
}

TEST_CASE("an administrator sees a notice at his first look after it, at his own phase") {
    const auto never_hidden = [](SimTime) { return false; };
    const auto at = [&](SimDuration phase, SimTime from, SimTime to) { return first_look(phase, 1_h, from, to, never_hidden); };
    const SimTime noon = SimTime::zero() + 12_h;
    CHECK(at(20_min, noon, SimTime::never()) == noon + 20_min);
    CHECK(at(20_min, noon + 20_min, SimTime::never()) == noon + 20_min);        // at that very instant
    CHECK(at(20_min, noon + 20_min + 1_ns, SimTime::never()) == noon + 80_min);
    CHECK(at(20_min, SimTime::zero(), SimTime::never()) == SimTime::zero() + 20_min);
    CHECK_FALSE(at(20_min, noon, noon + 20_min));                               // gone before he looks
    CHECK(first_look(20_min, 1_h, noon, SimTime::never(), [&](SimTime t) { return t < noon + 2_h; }) == noon + 140_min);
}

}  // namespace mailquake

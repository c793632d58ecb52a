// Postfix's concurrency feedback: how the window moves, and when a destination is dead (SCHEDULER_README).
#include "tests/catch.hpp"

#include "models/mta/destination_window.hpp"

using namespace mailquake;

namespace {

int successes_until(DestinationWindow& window, std::int64_t size) {
    int n = 0;
    for (; window.size() < size && n < 10'000; ++n) window.succeeded();
    return n;
}

}  // namespace

TEST_CASE("with feedback 1 each success opens a slot, from 5 to the limit of 20") {
    DestinationWindow window(ConcurrencySpec{}, 20);
    CHECK(window.size() == 5);
    CHECK(successes_until(window, 20) == 15);
    for (int k = 0; k < 100; ++k) window.succeeded();
    CHECK(window.size() == 20);
}

TEST_CASE("with feedback 1/N a window full of successes opens a slot, with 1/sqrt N its root") {
    DestinationWindow inverse(ConcurrencySpec{.positive = Feedback::inverse}, 20);
    CHECK(successes_until(inverse, 20) == 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19);
    DestinationWindow root(ConcurrencySpec{.initial = 16, .positive = Feedback::inverse_root}, 20);
    CHECK(successes_until(root, 17) == 4);
}

TEST_CASE("a destination is dead after a cohort of failures without a success") {
    DestinationWindow window(ConcurrencySpec{.negative = Feedback::inverse}, 20);
    for (int k = 0; k < 4; ++k) window.failed();
    CHECK(window.size() == 5);
    window.succeeded();
    CHECK(window.size() == 6);
    for (int k = 0; k < 5; ++k) window.failed();
    CHECK_FALSE(window.is_dead());
    window.failed();
    CHECK(window.is_dead());
    CHECK(window.size() == 0);
    window.succeeded();   // of an attempt from before
    CHECK(window.is_dead());
    window.start();
    CHECK(window.size() == 5);
}

TEST_CASE("with negative feedback 1 the window falls by one a failure, to one and no further") {
    DestinationWindow window(ConcurrencySpec{.failed_cohorts = 0}, 20);
    for (std::int64_t left : {4, 3, 2, 1, 1, 1}) {
        window.failed();
        CHECK(window.size() == left);
    }
    DestinationWindow quick(ConcurrencySpec{}, 20);
    for (int k = 0; k < 3; ++k) quick.failed();   // 1/5 + 1/4 + 1/3
    CHECK_FALSE(quick.is_dead());
    quick.failed();                               // + 1/2
    CHECK(quick.is_dead());
}

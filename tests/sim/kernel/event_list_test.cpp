#include "sim/kernel/event_list.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

struct InOrder {
    bool operator()(const Event& x, const Event& y) const { return before(x, y); }
};

/// An event list and the std::set that it must agree with, event for event.
class Pair {
public:
    explicit Pair(std::uint32_t origin) : list(origin), origin_(origin) {}

    EventHandle schedule(std::int64_t time, std::uint32_t kind) {
        const Event event{SimTime{time}, make_order(origin_, seq_++), kind, kind + 1, kind * 7ULL};
        reference.insert(event);
        const EventHandle handle = list.schedule_cancellable(event.time, kind, kind + 1, kind * 7ULL);
        handles.emplace_back(handle, event);
        return handle;
    }
    void insert(std::int64_t time, std::uint32_t origin, std::uint64_t seq) {
        const Event event{SimTime{time}, make_order(origin, seq), 5, 6, 7};
        if (reference.insert(event).second) list.insert(event);
    }
    void cancel(std::size_t which) {
        const auto& [handle, event] = handles[which];
        const bool was_pending = reference.erase(event) == 1;
        REQUIRE(list.pending(handle) == was_pending);
        REQUIRE(list.cancel(handle) == was_pending);
        REQUIRE_FALSE(list.cancel(handle));
    }
    void pop() {
        const Event event = list.pop(), expected = *reference.begin();
        reference.erase(reference.begin());
        REQUIRE(std::tie(event.time, event.order, event.kind, event.a, event.b) ==
                std::tie(expected.time, expected.order, expected.kind, expected.a, expected.b));
        now = event.time.ns;
    }
    void agree() const {
        REQUIRE(list.size() == reference.size());
        REQUIRE(list.empty() == reference.empty());
        REQUIRE(list.next_time() == (reference.empty() ? SimTime::never() : reference.begin()->time));
    }
    void pop_all() {
        while (!reference.empty()) {
            pop();
            agree();
        }
        REQUIRE(list.entries() == 0);
    }

    EventList list;
    std::set<Event, InOrder> reference;
    std::vector<std::pair<EventHandle, Event>> handles;
    std::int64_t now = 0;

private:
    std::uint32_t origin_;
    std::uint64_t seq_ = 0;
};

/// Random steps; `spread` is how far ahead events lie (0: all are ties), `cancels` the share of steps that cancel.
void stress(std::uint64_t seed, std::int64_t spread, double cancels, int steps) {
    Pair pair(3);
    RandomStream coin(StreamKey(seed, hash_name("event-list-test"), 0), 1);
    const auto ahead = [&] { return pair.now + static_cast<std::int64_t>(coin() % static_cast<std::uint64_t>(spread + 1)); };
    for (int step = 0; step < steps; ++step) {
        const double u = coin.uniform(), grow = step / (steps / 4) % 2 == 0 ? 0.6 : 0.25;
        if (u < cancels && !pair.handles.empty()) pair.cancel(coin() % pair.handles.size());
        else if (u < cancels + (1 - cancels) * grow || pair.reference.empty()) {
            if (coin() % 4 == 0) pair.insert(ahead(), coin() % 2 == 0 ? 2 : 9, coin() >> 20);
            else pair.schedule(ahead(), static_cast<std::uint32_t>(step));
        } else pair.pop();
        pair.agree();
    }
    pair.pop_all();
}

}  // namespace

TEST_CASE("the event list agrees with a std::set under random schedules, cancels and ties") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (std::int64_t spread : {0, 3, 100, 1'000'000'000}) {
            for (double cancels : {0.0, 0.2, 0.5}) stress(seed, spread, cancels, 4000);
        }
    }
}

TEST_CASE("events of the same time act in order of origin, then of their making") {
    EventList list(5);
    list.schedule(SimTime{10}, 1);
    list.insert(Event{SimTime{10}, make_order(7, 0), 4});
    list.schedule(SimTime{10}, 2);
    list.insert(Event{SimTime{10}, make_order(2, 99), 0});
    list.schedule(SimTime{10}, 3);
    list.insert(Event{SimTime{9}, make_order(9, 0), 9});
    std::vector<std::uint32_t> kinds;
    while (!list.empty()) kinds.push_back(list.pop().kind);
    CHECK(kinds == std::vector<std::uint32_t>{9, 0, 1, 2, 3, 4});
}

TEST_CASE("times that rise, fall, stay or swing are no trouble") {
    constexpr int n = 3000;
    for (int pattern = 0; pattern < 5; ++pattern) {
        Pair pair(1);
        for (int i = 0; i < n; ++i) {
            const std::int64_t times[] = {i, n - i, 7, i % 2 == 0 ? i : 2 * n - i, (i * 7919) % n};
            pair.schedule(times[pattern], static_cast<std::uint32_t>(i));
        }
        pair.agree();
        pair.pop_all();
    }
}

TEST_CASE("cancelling everything, from either end or every other one, leaves the rest in order") {
    constexpr std::size_t n = 2000;
    for (int pattern = 0; pattern < 4; ++pattern) {
        Pair pair(1);
        for (std::size_t i = 0; i < n; ++i) {
            pair.schedule(static_cast<std::int64_t>((i * 7919) % n), static_cast<std::uint32_t>(i));
        }
        for (std::size_t i = 0; i < n; ++i) {
            if (pattern == 0) pair.cancel(i);
            if (pattern == 1) pair.cancel(n - 1 - i);
            if (pattern == 2 && i % 2 == 0) pair.cancel(i);
            if (pattern == 3 && i > 2) pair.cancel(i);
            pair.agree();
        }
        pair.pop_all();
    }
}

TEST_CASE("the heap is in order after it was rebuilt without its dead entries") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Pair pair(1);
        RandomStream coin(StreamKey(seed, hash_name("event-list-test"), 1), 1);
        const std::uint64_t n = 200 + seed;
        for (std::uint64_t i = 0; i < n; ++i) pair.schedule(static_cast<std::int64_t>(coin() % n), 1);
        bool rebuilt = false;
        while (!rebuilt) {
            const std::size_t entries = pair.list.entries();
            pair.cancel(coin() % n);
            rebuilt = pair.list.entries() + 64 < entries;
        }
        REQUIRE(pair.list.size() > 20);
        pair.pop_all();
    }
}

TEST_CASE("a handle that is old does not touch the event that has its slot now") {
    EventList list(0);
    const EventHandle acted = list.schedule_cancellable(SimTime{1}, 1);
    list.pop();
    const EventHandle second = list.schedule_cancellable(SimTime{2}, 2);
    CHECK(second.slot == acted.slot);
    CHECK_FALSE(list.cancel(acted));
    CHECK(list.pending(second));
    CHECK(list.cancel(second));
    const EventHandle third = list.schedule_cancellable(SimTime{3}, 3);
    CHECK(third.slot == acted.slot);
    CHECK_FALSE(list.cancel(second));
    CHECK_FALSE(list.cancel(EventHandle::none()));
    CHECK_FALSE(EventHandle::none().valid());
    CHECK(list.size() == 1);
    CHECK(list.pop().kind == 3);
}

TEST_CASE("dead entries do not pile up: time-outs that are always cancelled cost bounded memory") {
    EventList list(0);
    for (std::int64_t i = 0; i < 100; ++i) list.schedule(SimTime{1'000'000'000 + i}, 1);
    std::size_t most = 0;
    for (std::int64_t i = 0; i < 50'000; ++i) {
        const EventHandle timeout = list.schedule_cancellable(SimTime{i + 2'000'000'000}, 2);
        list.schedule(SimTime{i}, 3);
        REQUIRE(list.pop().kind == 3);
        REQUIRE(list.cancel(timeout));
        most = std::max(most, list.entries());
    }
    CHECK(most <= 2 * (list.size() + 70));
    CHECK(list.size() == 100);
}

TEST_CASE("the past is closed, and an empty list has no next event") {
    EventList list(0);
    CHECK_THROWS_AS(list.pop(), EngineError);
    CHECK(list.next_time() == SimTime::never());
    list.schedule(SimTime{10}, 1);
    list.pop();
    CHECK_THROWS_AS(list.schedule(SimTime{9}, 1), EngineError);
    list.schedule(SimTime{10}, 2);
    CHECK(list.pop().kind == 2);
    CHECK_THROWS_AS(EventList(0x10000), EngineError);
}

TEST_CASE("orders that are taken for other processes come from the same count") {
    EventList list(4);
    list.schedule(SimTime{1}, 1);
    CHECK(list.take_order() == make_order(4, 1));
    list.schedule(SimTime{1}, 2);
    list.pop();
    CHECK(list.pop().order == make_order(4, 2));
}

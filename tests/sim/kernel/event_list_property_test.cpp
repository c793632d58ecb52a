// The event list against the reference heap, event for event, under the loads that break queues of this kind: laws of
// very different scales, ties, floods of one instant, times that fall, clusters within clusters, filling and draining.
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/kernel/event_list.hpp"
#include "sim/kernel/reference_event_list.hpp"

using namespace mailquake;

namespace {

constexpr std::uint32_t own_origin = 7;

/// The two lists, told the same; what they answer must be equal. One REQUIRE a step would take most of the time.
class Both {
public:
    void schedule(SimTime time) {
        const auto kind = static_cast<std::uint32_t>(made_ % 5);
        list_.schedule(time, kind, 3, made_);
        reference_.schedule(time, kind, 3, made_++);
    }
    void schedule_cancellable(SimTime time) {
        const auto a = static_cast<std::uint32_t>(mix64(made_));
        handles_.emplace_back(list_.schedule_cancellable(time, 1, a, made_),
                              reference_.schedule_cancellable(time, 1, a, made_));
        ++made_;
    }
    void insert(SimTime time, std::uint32_t origin) {
        const Event event{time, make_order(origin, made_), 2, 9, made_};
        ++made_;
        list_.insert(event);
        reference_.insert(event);
    }
    void cancel(std::size_t which) {
        const auto [ours, theirs] = handles_[which];
        agree(list_.pending(ours) == reference_.pending(theirs));
        agree(list_.cancel(ours) == reference_.cancel(theirs));
        agree(!list_.pending(ours));
        check_state();
    }
    void pop() {
        const Event ours = list_.pop(), theirs = reference_.pop();
        agree(std::tie(ours.time, ours.order, ours.kind, ours.a, ours.b) ==
              std::tie(theirs.time, theirs.order, theirs.kind, theirs.a, theirs.b));
        now_ = ours.time;
        check_state();
    }
    void pop_all() {
        while (!reference_.empty()) pop();
        agree(list_.entries() == 0);
    }

    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] std::size_t size() const { return reference_.size(); }
    [[nodiscard]] const std::vector<std::pair<EventHandle, EventHandle>>& handles() const { return handles_; }

private:
    static void agree(bool holds) {
        if (!holds) FAIL("the two lists disagree, or the dead pile up");
    }
    void check_state() {
        agree(list_.next_time() == reference_.next_time());
        agree(list_.size() == reference_.size() && list_.empty() == reference_.empty());
        agree(list_.entries() <= 2 * list_.size() + 2 * 64);  // so many dead are allowed, and in a bag until the next opens
    }

    EventList list_{own_origin};
    ReferenceEventList reference_{own_origin};
    std::vector<std::pair<EventHandle, EventHandle>> handles_;
    std::uint64_t made_ = 0;
    SimTime now_ = SimTime::zero();
};

/// How far ahead events lie: the laws of increments that the list must bear.
enum class Ahead { exponential, bimodal, retries, seconds, at_once, clusters, never };
constexpr Ahead all_laws[] = {Ahead::exponential, Ahead::bimodal,  Ahead::retries, Ahead::seconds,
                              Ahead::at_once,     Ahead::clusters, Ahead::never};

SimDuration draw(Ahead law, RandomStream& coin) {
    const double exponential = -std::log(coin.uniform_open());
    const auto ns = [](double value) { return SimDuration{static_cast<std::int64_t>(value)}; };
    switch (law) {
        case Ahead::exponential: return ns(exponential * 1e9);
        case Ahead::bimodal: return coin() % 10 == 0 ? 15_min : ns(exponential * 2e7);
        case Ahead::retries: return std::min(ns(2e6 * std::pow(coin.uniform_open(), -1.2)), 5_d);
        case Ahead::seconds: return static_cast<std::int64_t>(coin() % 4) * 1_s;
        case Ahead::at_once: return SimDuration::zero();
        case Ahead::clusters: return SimDuration{std::int64_t{1} << (coin() % 56)};
        case Ahead::never: return coin() % 3 == 0 ? SimDuration::max() : ns(exponential * 1e6);
    }
    return SimDuration::zero();
}

void schedule_some_kind(Both& both, SimTime time, RandomStream& coin) {
    switch (coin() % 4) {
        case 0: return both.schedule_cancellable(time);
        case 1: return both.insert(time, coin() % 2 == 0 ? own_origin - 1 : own_origin + 1);
        default: return both.schedule(time);
    }
}

RandomStream coin_of(std::uint64_t seed) {
    return RandomStream(StreamKey(seed, hash_name("event-list-property-test"), 0), 0);
}

}  // namespace

TEST_CASE("the event list gives the reference heap's events, whatever the law of times and the cancels") {
    for (const Ahead law : all_laws) {
        for (const std::size_t pending : {20U, 300U, 5'000U}) {
            Both both;
            RandomStream coin = coin_of(pending + static_cast<std::uint64_t>(law));
            const auto add = [&] { schedule_some_kind(both, saturating_add(both.now(), draw(law, coin)), coin); };
            while (both.size() < pending) add();
            for (int step = 0; step < 15'000 && both.now() < SimTime::never(); ++step) {
                both.pop();
                while (both.size() < pending) add();
                if (coin() % 2 == 0 && !both.handles().empty()) both.cancel(coin() % both.handles().size());
            }
            both.pop_all();
        }
    }
}

TEST_CASE("the event list gives the reference heap's events while it fills up and drains again") {
    for (const Ahead law : all_laws) {
        Both both;
        RandomStream coin = coin_of(100 + static_cast<std::uint64_t>(law));
        for (const std::size_t most : {1U, 40U, 700U, 3U, 20'000U, 0U, 100U}) {
            if (both.now() == SimTime::never()) break;
            while (both.size() > most) both.pop();
            if (both.now() == SimTime::never()) break;
            while (both.size() < most) schedule_some_kind(both, saturating_add(both.now(), draw(law, coin)), coin);
        }
        both.pop_all();
    }
}

TEST_CASE("time-outs that are cancelled soon leave the order of the rest as it is") {
    for (const SimDuration timeout : {1_ms, 30_s, 1_d}) {
        Both both;
        RandomStream coin = coin_of(200);
        while (both.size() < 1'000) both.schedule(both.now() + draw(Ahead::exponential, coin));
        for (std::size_t step = 0; step < 20'000; ++step) {
            both.pop();
            both.schedule(both.now() + draw(Ahead::exponential, coin));
            both.schedule_cancellable(both.now() + timeout);
            if (step >= 10) both.cancel(step - 10);
        }
        both.pop_all();
    }
}

TEST_CASE("a flood of one instant, met while others come before it and into it, costs no square") {
    constexpr int n = 100'000;
    const SimTime flood{1'000'000'000};
    for (const bool from_others : {false, true}) {
        Both both;
        for (int i = 0; i < n; ++i) both.schedule(flood);
        for (int i = 0; i < n / 4; ++i) both.schedule(SimTime{900'000'000 - i * 7'919 % 1'000'000});  // before it
        while (both.now() < flood) both.pop();
        for (int i = 0; i < n / 2; ++i) {  // and into it: before the rest of the flood, or after all of it
            if (from_others) both.insert(flood, own_origin - 1);
            else both.schedule(flood);
            if (i % 2 == 0) both.schedule(flood + SimDuration{i % 1'000});
            both.pop();
        }
        both.pop_all();
    }
}

TEST_CASE("times that fall without end, alone or in blocks, cost no square") {
    constexpr std::int64_t n = 100'000;
    for (const std::int64_t block : {1, 40, 70, 1'000}) {
        Both both;
        RandomStream coin = coin_of(300);
        for (std::int64_t i = 0; i < n; ++i) {
            const std::int64_t within = block > 1 ? static_cast<std::int64_t>(coin() % static_cast<std::uint64_t>(block)) : 0;
            both.schedule(SimTime{(n - i / block * block) * 1'000 + within});
        }
        for (std::int64_t i = 0; i < n / 2; ++i) {  // far ones while the near ones go
            both.pop();
            both.schedule(both.now() + 1_s);
        }
        both.pop_all();
    }
}

TEST_CASE("times from before the start to never lie in one list") {
    Both both;
    RandomStream coin = coin_of(400);
    for (int i = 0; i < 3'000; ++i) {
        both.schedule(SimTime{std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(coin() >> 40)});
        both.schedule(SimTime{static_cast<std::int64_t>(coin())});
        both.schedule(SimTime::never());
        both.schedule(SimTime{static_cast<std::int64_t>(coin() % 100)});
    }
    both.pop_all();
}

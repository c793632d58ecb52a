// Dividing a wait among the states of the workers, against a plain computation in wide numbers.
#include "models/mta/worker_states.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

/// The definition: areas by summing up step by step, checkpoints, interpolation, largest remainder.
class Definition {
public:
    explicit Definition(std::size_t states) : number_(states, 0), area_(states, 0) {}

    void add(std::size_t state, std::int64_t n, SimTime now) {
        advance(now);
        number_[state] += n;
    }
    void entered(SimTime now, SimTime oldest) {
        advance(now);
        if (!points_.empty()) {
            const std::int64_t gap = (now - points_.back().at).ns;
            if (gap == 0 || gap * 64 < (now - oldest).ns) return;
        }
        points_.push_back({now, area_});
    }
    std::vector<SimDuration> divide(SimTime entry, SimTime now) {
        advance(now);
        const auto after = std::upper_bound(points_.begin(), points_.end(), entry, [](SimTime t, const Point& p) { return t < p.at; });
        const Point& before = *std::prev(after);
        const Point next = after == points_.end() ? Point{now, area_} : *after;
        const std::int64_t whole = (next.at - before.at).ns, part = (entry - before.at).ns, wait = (now - entry).ns;
        std::vector<TimeArea> rest(area_.size());
        std::vector<SimDuration> parts(area_.size());
        TimeArea total = 0;
        for (std::size_t s = 0; s < area_.size(); ++s) {
            const TimeArea rise = next.area[s] - before.area[s];
            rest[s] = area_[s] - before.area[s] - (whole == 0 ? 0 : rise * part / whole);
            total += rest[s];
        }
        if (total == 0) {
            parts[0].ns = wait;
            return parts;
        }
        std::int64_t given = 0;
        for (std::size_t s = 0; s < area_.size(); ++s) {
            parts[s].ns = static_cast<std::int64_t>(rest[s] * wait / total);
            given += parts[s].ns;
            rest[s] = rest[s] * wait % total;
        }
        for (; given < wait; ++given) {
            const auto largest = std::max_element(rest.begin(), rest.end());
            ++parts[static_cast<std::size_t>(largest - rest.begin())].ns;
            *largest = -1;
        }
        return parts;
    }

private:
    struct Point {
        SimTime at;
        std::vector<TimeArea> area;
    };
    void advance(SimTime now) {
        for (std::size_t s = 0; s < area_.size(); ++s) area_[s] += static_cast<TimeArea>(number_[s]) * (now - updated_).ns;
        updated_ = now;
    }

    std::vector<std::int64_t> number_;
    std::vector<TimeArea> area_;
    SimTime updated_;
    std::deque<Point> points_;
};

/// `workers` move among five states at random; jobs come, wait and leave, mostly in order.
void hold_against_definition(std::int64_t workers, double mean_ns, std::uint64_t seed) {
    constexpr std::size_t states = 5;
    WorkerStates ours(states);
    Definition definition(states);
    std::vector<std::int64_t> number(states, 0);
    number[0] = workers;
    ours.add(0, workers, SimTime::zero());
    definition.add(0, workers, SimTime::zero());
    RandomStream dice(StreamKey(seed, hash_name("worker-states"), 0), 0);
    SimTime now = SimTime::zero();
    std::deque<SimTime> waiting;
    for (int step = 0; step < 4000; ++step) {
        now.ns += static_cast<std::int64_t>(dice.uniform() * mean_ns * (step % 3));
        const std::size_t from = dice() % states, to = step < 1000 ? dice() % 2 : dice() % states;
        if (number[from] > 0) {
            const std::int64_t n = std::max<std::int64_t>(1, number[from] / 3);
            for (std::int64_t k = 0; k < (n > 5 ? 0 : n); ++k) ours.move(from, to, now);
            if (n > 5) {
                ours.add(from, -n, now);
                ours.add(to, n, now);
            }
            definition.add(from, -n, now);
            definition.add(to, n, now);
            number[from] -= n;
            number[to] += n;
        }
        if (dice() % 2 == 0) {
            waiting.push_back(now);
            ours.entered(now, waiting.front());
            definition.entered(now, waiting.front());
        } else if (!waiting.empty()) {
            const std::size_t who = dice() % 8 == 0 ? dice() % waiting.size() : 0;
            const SimTime entry = waiting[who];
            waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(who));
            std::vector<SimDuration> parts(states);
            SimDuration sum = SimDuration::zero();
            for (const auto& [state, wait] : ours.divide(entry, now)) {
                parts[state] = wait;
                sum += wait;
            }
            REQUIRE(parts == definition.divide(entry, now));
            REQUIRE(sum == now - entry);
            ours.forget_before(waiting.empty() ? now : waiting.front());
        }
        for (std::size_t s = 0; s < states; ++s) REQUIRE(ours.number(s) == number[s]);
    }
}

}  // namespace

TEST_CASE("a wait is divided by what the workers did, to the nanosecond: one worker, milliseconds") { hold_against_definition(1, 1e6, 1); }
TEST_CASE("a wait is divided by what the workers did, to the nanosecond: ten workers, minutes") { hold_against_definition(10, 6e10, 2); }
TEST_CASE("a wait is divided by what the workers did, to the nanosecond: products beyond 64 bits") { hold_against_definition(50'000, 1e12, 3); }
TEST_CASE("a wait is divided by what the workers did, to the nanosecond: areas beyond 64 bits") { hold_against_definition(1'000'000, 4e12, 4); }
TEST_CASE("waits of no time at all are divided, too") { hold_against_definition(3, 1, 5); }

TEST_CASE("of a short wait nothing is a state's that makes nobody wait") {
    // Two milliseconds of service, again and again; the second job comes in the middle of each, and the oldest is known to a second.
    constexpr std::size_t idle = 0, serving = 1;
    WorkerStates states(2, serving), with_idle(2);
    SimDuration to_idle, to_serving, to_idle_of_all;
    const auto both = [&](auto&& act) { act(states), act(with_idle); };
    both([](WorkerStates& s) { s.add(idle, 1, SimTime::zero()); });
    for (int round = 0; round < 1000; ++round) {
        const SimTime begin = SimTime::zero() + round * 10_ms;
        const SimTime second = SimTime{begin.ns / 1'000'000'000 * 1'000'000'000};
        both([&](WorkerStates& s) {
            s.move(idle, serving, begin);
            s.entered(begin + 1_ms, second);
        });
        for (const auto& [state, wait] : states.divide(begin + 1_ms, begin + 2_ms)) (state == idle ? to_idle : to_serving) += wait;
        for (const auto& [state, wait] : with_idle.divide(begin + 1_ms, begin + 2_ms))
            if (state == idle) to_idle_of_all += wait;
        both([&](WorkerStates& s) { s.move(serving, idle, begin + 4_ms); });
    }
    CHECK(to_idle == SimDuration::zero());
    CHECK(to_serving == 1000 * 1_ms);
    CHECK(to_idle_of_all > 50_ms);   // what was said before
}

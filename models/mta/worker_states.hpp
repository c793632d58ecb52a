// What the workers of a queue were doing, over time: the basis on which waiting is booked (the delay ledger).
//
// For each state the area under its number of workers is kept. A message that waited from a to b in the queue of these
// workers has its wait divided as they spent that time: in service, waiting for a callee, held by a flaw, absent, idle.
// The message carries nothing for it: the areas at its entry are looked up in checkpoints by entry time. Checkpoints
// are taken at least as densely as a 64th of the oldest wait; between them areas are interpolated, so shares are exact
// to a few per cent while the parts always sum to the wait to the ns (largest remainder).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

class WorkerStates {
public:
    /// `states` kinds of occupation, numbered from 0; nobody is in any of them yet.
    explicit WorkerStates(std::size_t states) : states_(states), number_(states, 0), area_(states, 0) {}

    /// `n` more (or fewer) workers are in `state` from `now` on.
    void add(std::size_t state, std::int64_t n, SimTime now) {
        advance(now);
        number_[state] += n;
    }
    void move(std::size_t from, std::size_t to, SimTime now) {
        advance(now);
        --number_[from];
        ++number_[to];
    }
    [[nodiscard]] std::int64_t number(std::size_t state) const { return number_[state]; }
    [[nodiscard]] std::size_t states() const { return states_; }

    /// Area of a state up to `now` [worker x ns].
    [[nodiscard]] TimeArea area(std::size_t state, SimTime now) const {
        return area_[state] + static_cast<TimeArea>(number_[state]) * (now - updated_).ns;
    }

    /// When somebody starts to wait, whose oldest companion waits since `oldest`, then remember the areas if they are
    /// not known finely enough.
    void entered(SimTime now, SimTime oldest);

    /// Divides the wait from `entry` to `now` among the states: parts[s] sums to now - entry.
    void divide(SimTime entry, SimTime now, std::span<SimDuration> parts);

    /// Nobody waits since before `oldest` any more.
    void forget_before(SimTime oldest);

private:
    void advance(SimTime now) {
        const std::int64_t dt = (now - updated_).ns;
        if (dt == 0) return;
        for (std::size_t s = 0; s < states_; ++s) area_[s] += static_cast<TimeArea>(number_[s]) * dt;
        updated_ = now;
    }
    void area_at(SimTime t, SimTime now, std::span<TimeArea> out) const;

    std::size_t states_;
    std::vector<std::int64_t> number_;   // workers in each state
    std::vector<TimeArea> area_;         // up to updated_
    SimTime updated_;
    struct Checkpoint {
        SimTime at;
        std::vector<TimeArea> area;
    };
    std::deque<Checkpoint> checkpoints_;  // ascending
    std::vector<TimeArea> scratch_;
};

}  // namespace mailquake

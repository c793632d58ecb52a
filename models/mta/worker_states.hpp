// What the workers of a queue were doing, over time: the basis on which waiting is booked (the delay ledger).
//
// For each state the area under its number of workers is kept. A message that waited from a to b in the queue of these
// workers has its wait divided as they spent that time: in service, waiting for a callee, held by a flaw, absent, idle.
// The message carries nothing for it: the areas at its entry are looked up in checkpoints by entry time. Checkpoints
// are taken at least as densely as a 64th of the oldest wait, which is known to a second; between them areas are interpolated, so
// shares are exact to a few per cent of a wait of seconds, while the parts always sum to the wait to the ns (largest remainder). Of a
// wait of milliseconds the shares are those of up to a 64th of a second.
//
// An area is number x time + a constant that changes when the number does: a move touches two states, however many there
// are, and multiplies nothing. While all workers do the same, as those of a busy tier mostly do, a wait that began since is
// that state's alone, and is divided by nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/mta/area_checkpoints.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class WorkerStates {
public:
    /// `states` kinds of occupation, numbered from 0; nobody is in any of them yet. Those below `first` never make anybody wait.
    explicit WorkerStates(std::size_t states, std::size_t first = 0)
        : first_(first), states_(states), checkpoints_(states), parts_(states), spent_(states) {}

    /// `n` more (or fewer) workers are in `state` from `now` on.
    void add(std::size_t state, std::int64_t n, SimTime now) {
        workers_ += n;
        used_ = std::max(used_, state + 1);
        states_[state].number += n;
        states_[state].offset -= static_cast<TimeArea>(n) * now.ns;
        note_if_all(state, now);
    }
    void move(std::size_t from, std::size_t to, SimTime now) {
        used_ = std::max(used_, to + 1);
        --states_[from].number;
        states_[from].offset += now.ns;
        ++states_[to].number;
        states_[to].offset -= now.ns;
        note_if_all(to, now);
    }
    [[nodiscard]] std::int64_t number(std::size_t state) const { return states_[state].number; }
    [[nodiscard]] std::size_t states() const { return states_.size(); }

    /// Area of a state up to `now` [worker x ns]; `now` is no earlier than its last change.
    [[nodiscard]] TimeArea area(std::size_t state, SimTime now) const {
        return static_cast<TimeArea>(states_[state].number) * now.ns + states_[state].offset;
    }

    /// When somebody starts to wait, whose oldest companion waits since `oldest`, then remember the areas if they are
    /// not known finely enough, and forget what lies before.
    void entered(SimTime now, SimTime oldest) {
        if (!checkpoints_.empty()) {
            const SimDuration gap = now - checkpoints_.newest();
            if (gap.ns == 0 || gap.ns * 64 < (now - oldest).ns) return;
        }
        checkpoints_.forget_before(oldest);
        remember(now);
    }

    /// What part of a wait was which state's doing.
    struct Part {
        std::size_t state;
        SimDuration wait;
    };
    /// Divides the wait from `entry` to `now` among the states: the parts sum to now - entry, and are good until the next
    /// call.
    [[nodiscard]] std::span<const Part> divide(SimTime entry, SimTime now) {
        if (!checkpoints_.found_between(all_since_, entry)) return divide_among(entry, now);
        parts_[0] = {all_in_, now - entry};
        return {parts_.data(), 1};
    }

    /// Nobody waits since before `oldest` any more.
    void forget_before(SimTime oldest) { checkpoints_.forget_before(oldest); }

private:
    struct State {
        TimeArea     offset = 0;  // area = number x now + offset [worker x ns]
        std::int64_t number = 0;  // workers
    };
    /// A stretch of time with a checkpoint at its begin and at its end, or up to now, and the entry within.
    struct Stretch {
        const TimeArea* begin;    // areas
        const TimeArea* end;      // null: now
        std::int64_t    whole;    // [ns]
        std::int64_t    part;     // up to the entry [ns]
    };
    /// `state` has just changed: are all workers in it?
    void note_if_all(std::size_t state, SimTime now) {
        all_in_ = state;
        all_since_ = states_[state].number == workers_ && workers_ > 0 ? now : SimTime::never();
    }
    [[nodiscard]] std::span<const Part> divide_among(SimTime entry, SimTime now);
    void remember(SimTime now);
    [[nodiscard]] Stretch stretch_of(SimTime entry, SimTime now);
    template <class Area> std::size_t spend(const Stretch& stretch, SimTime now);
    template <class Area> void share(std::size_t count, std::int64_t wait);

    std::size_t first_;                   // that a wait may be the doing of
    std::vector<State> states_;
    std::int64_t workers_ = 0;            // in all states
    std::size_t used_ = 0;                // states beyond were never occupied: all areas zero
    std::size_t all_in_ = 0;              // the state that all workers are in
    SimTime all_since_ = SimTime::never();  // since when; never: they are in several
    AreaCheckpoints checkpoints_;
    std::vector<Part> parts_;
    std::vector<TimeArea> spent_;         // beside it: scratch
};

}  // namespace mailquake

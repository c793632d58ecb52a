#include "models/mta/worker_states.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace mailquake {

void WorkerStates::entered(SimTime now, SimTime oldest) {
    advance(now);
    if (!checkpoints_.empty()) {
        const SimDuration gap = now - checkpoints_.back().at;
        if (gap.ns == 0 || gap.ns * 64 < (now - oldest).ns) return;
    }
    checkpoints_.push_back({now, area_});
}

void WorkerStates::forget_before(SimTime oldest) {
    while (checkpoints_.size() > 1 && checkpoints_[1].at <= oldest) checkpoints_.pop_front();
}

void WorkerStates::area_at(SimTime t, SimTime now, std::span<TimeArea> out) const {
    const auto after = std::upper_bound(checkpoints_.begin(), checkpoints_.end(), t,
                                        [](SimTime x, const Checkpoint& c) { return x < c.at; });
    MQ_CHECK(after != checkpoints_.begin(), "a wait begins after the first checkpoint of its queue");
    const Checkpoint& before = *std::prev(after);
    const bool last = after == checkpoints_.end();
    const SimTime next_at = last ? now : after->at;
    const std::int64_t whole = (next_at - before.at).ns;
    const std::int64_t part = (t - before.at).ns;
    for (std::size_t s = 0; s < states_; ++s) {
        const TimeArea next_area = last ? area_[s] : after->area[s];
        out[s] = before.area[s] + (whole == 0 ? 0 : (next_area - before.area[s]) * part / whole);
    }
}

void WorkerStates::divide(SimTime entry, SimTime now, std::span<SimDuration> parts) {
    advance(now);
    scratch_.resize(states_);
    area_at(entry, now, scratch_);
    TimeArea total = 0;
    for (std::size_t s = 0; s < states_; ++s) {
        scratch_[s] = std::max<TimeArea>(0, area_[s] - scratch_[s]);
        total += scratch_[s];
    }
    const std::int64_t wait = (now - entry).ns;
    std::int64_t given = 0;
    for (std::size_t s = 0; s < states_; ++s) {
        parts[s].ns = total == 0 ? 0 : static_cast<std::int64_t>(scratch_[s] * wait / total);
        given += parts[s].ns;
        scratch_[s] = total == 0 ? 0 : scratch_[s] * wait % total;
    }
    if (total == 0) { parts[0].ns = wait; return; }
    for (; given < wait; ++given) {  // largest remainder first; fewer rounds than states
        const auto largest = std::max_element(scratch_.begin(), scratch_.end());
        ++parts[static_cast<std::size_t>(largest - scratch_.begin())].ns;
        *largest = -1;
    }
}

}  // namespace mailquake

// The desk of a dashboard: what it has heard of the signals, and how far its present incident has come. Knows no world: who tells
// it of signals and of time passing, and what is to be done then, is models/world/noticing.cpp.
//
//   quiet --any signal speaks--> deciding --> publishing --> published
//     ^------------------ all quiet for `clear` ----------------'   from each of them
//
// Invariant: incidents are numbered from 0 and never overlap; what was begun for an older one acts no more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

class IncidentDesk {
public:
    enum class State : std::uint8_t { quiet, deciding, publishing, published };

    explicit IncidentDesk(std::size_t sites) : speaking_(sites, 0) {}

    /// A site's report: which signals speak there now. True if an incident begins with it.
    bool hear(std::size_t site, std::uint64_t speaking, SimTime now) {
        speaking_[site] = speaking;
        if (std::any_of(speaking_.begin(), speaking_.end(), [](std::uint64_t s) { return s != 0; })) {
            quiet_since_.reset();
            if (state_ != State::quiet) return false;
            state_ = State::deciding;
            return true;
        }
        if (!quiet_since_) quiet_since_ = now;
        return false;
    }

    /// Is there an incident that all have been silent about for so long?
    [[nodiscard]] bool is_over(SimTime now, SimDuration clear) const {
        return state_ != State::quiet && quiet_since_ && now - *quiet_since_ >= clear;
    }
    /// The present incident has ended; the next one has another number.
    void end() {
        state_ = State::quiet;
        ++incident_;
    }
    void advance(State to) { state_ = to; }

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::uint32_t incident() const { return incident_; }

private:
    std::vector<std::uint64_t> speaking_;        // by site, a bit a signal: as last heard
    std::optional<SimTime>     quiet_since_;
    State                      state_ = State::quiet;
    std::uint32_t              incident_ = 0;
};

}  // namespace mailquake

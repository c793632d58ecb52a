// A throttle that spaces attempts evenly: the generic cell rate algorithm, as KumoMTA's throttles have it.
//
// The theoretical arrival time runs ahead by 1 / rate with each attempt; an attempt may start while it is no more than
// (burst - 1) / rate ahead of the clock (ITU-T I.371, virtual scheduling; equal to a leaky bucket of depth `burst`). KumoMTA's
// shaping has 100 messages a second and destination unless said otherwise. In a next-hop queue: one throttle a destination.
// Left out: a throttle over several destinations or nodes.
//
// Invariant: in any stretch of length t at most burst + rate x t attempts start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

struct GcraSpec {
    Rate         rate{100};
    std::int64_t burst = 1;

    template <class S = GcraSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("rate", &S::rate).required().above(0).at_most(1e9).says("attempts to one destination (KumoMTA's shaping: 100/s)"),
            key("burst", &S::burst).at_least(1).at_most(1e9).says("attempts that may start at once after a rest")};
    }
};

class Gcra {
public:
    explicit Gcra(const GcraSpec& spec)
        : step_{std::max<std::int64_t>(1, saturated<std::int64_t>(1e9 / spec.rate.per_second))}, tolerance_(TimeArea{step_.ns} * (spec.burst - 1)) {}

    /// When the next attempt may start: now, or later; never() when that is beyond all time.
    [[nodiscard]] SimTime next(SimTime now) const {
        const TimeArea due = theoretical_ - tolerance_;
        return due <= now.ns ? now : due < SimTime::never().ns ? SimTime{static_cast<std::int64_t>(due)} : SimTime::never();
    }
    /// An attempt starts; it may.
    void start(SimTime now) { theoretical_ = std::max<TimeArea>(now.ns, theoretical_) + step_.ns; }

private:
    SimDuration step_;              // between two attempts
    TimeArea    tolerance_;         // (burst - 1) steps [ns]: may be longer than any time
    TimeArea    theoretical_ = 0;   // [ns since the start]
};

}  // namespace mailquake

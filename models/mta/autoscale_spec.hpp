// Autoscaling: servers are added while a tier is busy, with the time that takes, and drained while it is idle.
//
// Looked at every `period`: the share of busy workers over that period, or the waiting ones per worker. Above `above`, `step`
// servers are ordered, which serve `lag` later; below `below`, as many get no more work, and go when they are done. After either,
// nothing is decided for `cooldown`. Bounded by `least` and `most`. No public defaults for mail: all figures are choices.
// Left out: servers that fail to come up; tiers whose servers have queues of their own (`spread` other than shared).
#pragma once

#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class ScaleSignal { busy, waiting };
template <>
struct EnumText<ScaleSignal> {
    static constexpr EnumTable<ScaleSignal, 2> table{{{ScaleSignal::busy, "busy"}, {ScaleSignal::waiting, "waiting"}}};
};

struct AutoscaleSpec {
    ScaleSignal  signal = ScaleSignal::busy;
    Ratio        above{0.7};
    Ratio        below{0.3};
    SimDuration  period = 1_min;
    SimDuration  lag = 3_min;
    SimDuration  cooldown = 5_min;
    std::int64_t least = 1;
    std::int64_t most = 1;
    std::int64_t step = 1;

    template <class S = AutoscaleSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("signal", &S::signal).says("busy: share of the workers that were busy over the period; waiting: jobs that wait, per worker"),
            key("above", &S::above).above(0).at_most(1000).says("servers are added above this"),
            key("below", &S::below).at_least(0).at_most(1000).says("servers are drained below this"),
            key("period", &S::period).at_least(0.001).says("how often it is looked at"),
            key("lag", &S::lag).at_least(0).says("from the order of a server until it serves"),
            key("cooldown", &S::cooldown).at_least(0).says("how long nothing is decided after a decision"),
            key("least", &S::least).at_least(1).at_most(100000).says("fewest servers at a site, or partition"),
            key("most", &S::most).required().at_least(1).at_most(100000).says("most servers at a site, or partition"),
            key("step", &S::step).at_least(1).at_most(100000).says("servers added or drained at once")};
    }
};

}  // namespace mailquake

// Fault: a dependency serves as ever, but its answers reach the caller late: each by the same time, with a probability. Who
// calls holds its worker meanwhile, or gives up at its time-out, and then the answer has been given in vain. It only adds,
// so the lookahead between sites holds. Left out: jitter of the delay.
// Elsewhere: Chaos Mesh HTTPChaos (delay) or NetworkChaos (delay); AWS FIS aws:network latency documents of SSM.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LateAnswerFault {
    static constexpr std::string_view kind = "late-answer";
    SimDuration added;
    Ratio       probability{1};
    template <class S = LateAnswerFault>
    static constexpr auto keys() {
        return std::tuple{key("added", &S::added).required().above(0).says("how much later each such answer comes"),
                          key("probability", &S::probability).above(0).at_most(1).says("chance of each answer to be late")};
    }
};

}  // namespace mailquake

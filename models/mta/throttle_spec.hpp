// Adaptive throttling by the caller: the fewer calls the callee answers, the fewer are made.
//
// SRE book, "Handling overload": over the last two minutes, a call is given up at once, unmade, with the probability
// max(0, (calls - k x answers) / (calls + 1)); calls count whether they were made or not. k = 2 lets the callee see twice what
// it can do, so that it is noticed soon when it can do more. Defaults: the book's. The window is ten slices that roll. One for
// each place that calls and each partition of the callee.
// Left out: criticality classes; throttling by each server of its own.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ThrottleSpec {
    Factor      k{2};
    SimDuration window = 2_min;

    template <class S = ThrottleSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("k", &S::k).at_least(1).at_most(100).says("calls made for each one answered, at most (SRE book: 2)"),
            key("window", &S::window).above(0).says("over how long calls and answers are counted (SRE book: 2min)")};
    }
};

}  // namespace mailquake

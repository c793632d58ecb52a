// Fault: a partition (or a whole tier) does not answer: each request is swallowed with a probability, or all of them in
// on / off stretches. A swallowed request takes no worker and is not answered when the fault ends.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct NoAnswerFault {
    static constexpr std::string_view kind = "no-answer";
    Ratio probability{1};                    // that a request is swallowed, drawn for each
    std::optional<SimDuration> on;           // length of stretches in which the fault acts; with `off`
    std::optional<SimDuration> off;
    template <class S = NoAnswerFault>
    static constexpr auto keys() {
        return std::tuple{key("probability", &S::probability).above(0).at_most(1).says("chance of each request to go unanswered"),
                          key("on", &S::on).above(0).says("length of each stretch in which the fault acts, which come first; needs `off`"),
                          key("off", &S::off).above(0).says("length of each healthy stretch between; needs `on`")};
    }
};

}  // namespace mailquake

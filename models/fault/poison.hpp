// Fault: poison messages. A share of the mail of a tenant class that is accepted while the fault lasts carries what some code
// cannot bear; it is harmless where no flaw has `trigger: poison`. Which copies carry it is drawn by their identity, so shares
// nest and all other luck stays. Reports about such mail do not carry it. Left out: kinds of poison.
// Source: the virus flood of 8 November 2012 at Office 365 (one of several scanning engines slowed sharply on it).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct PoisonFault {
    static constexpr std::string_view kind = "poison";
    Ratio share{1};
    template <class S = PoisonFault>
    static constexpr auto keys() {
        return std::tuple{key("share", &S::share).above(0).at_most(1).says("share of the class's mail that is poison")};
    }
};

}  // namespace mailquake

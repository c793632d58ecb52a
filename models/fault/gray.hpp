// Fault: a gray failure. A share of a tier's work goes wrong while health checks, which ask little, find nothing: of the
// requests to it some are dropped (the caller waits for its time-out), of the mail offered to it the same share is answered
// 4yz; other work is served, but slowly, as long as the fault lasts. Each message and request is drawn for itself.
// Left out: differential observability between callers (all see the same share), recovery by restarts.
// Source: Huang et al., Gray failure: the Achilles' heel of cloud-scale systems, HotOS'17. Elsewhere: Chaos Mesh HTTPChaos
// (abort, delay) by a percentage; AWS FIS aws:fis:inject-api-unavailable-error.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct GrayFault {
    static constexpr std::string_view kind = "gray";
    Ratio  dropped{0};
    Ratio  slowed{0};
    Factor factor{10};
    template <class S = GrayFault>
    static constexpr auto keys() {
        return std::tuple{key("dropped", &S::dropped).at_least(0).at_most(1).says("share of the work that is dropped: requests get no answer, mail gets 4yz"),
                          key("slowed", &S::slowed).at_least(0).at_most(1).says("share of the work whose own service takes longer"),
                          key("factor", &S::factor).above(1).at_most(1e6).says("by which the service of that share grows")};
    }
};

}  // namespace mailquake

// Publishing: from the decision that there is an incident to the notice that customers can see. Somebody writes it (`delay`), then
// it is tried, and tried again every `retry` until it succeeds or the incident is over. A try fails
//   - while the dashboard's own site is down,
//   - when one of the places that it `needs` does not answer a request within `timeout`: a real request, in the queue of that
//     very tier, so that publishing shares the fate of what it reports on,
//   - with a chance of its own (`fails`), and while it is `broken`.
// Left out: what the notice says, and whether it is right; notices that are corrected.
// Sources: AWS, 25 November 2020 (the tool that updates the status page depended on the failed authentication service);
// Exchange Online, 24 June 2014 (the publishing process of the Service Health Dashboard failed).
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// A time in which no try succeeds.
struct BrokenSpec {
    Instant     at;
    std::optional<SimDuration> length;   // key `for`; none: to the end
    template <class S = BrokenSpec>
    static constexpr auto keys() {
        return std::tuple{key("at", &S::at).required().says("when publishing breaks: an offset from the start, or an ISO instant"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid")};
    }
};

struct PublishSpec {
    SimDuration delay = 15_min;
    std::vector<std::string> needs;
    SimDuration timeout = 10_s;
    SimDuration retry = 10_min;
    Ratio       fails{0};
    std::optional<BrokenSpec> broken;

    template <class S = PublishSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("delay", &S::delay).at_least(0).says("from the decision to the first try: the notice is written and approved"),
            key("needs", &S::needs).naming(Refers::tier_place).says("tiers (tier, tier@site, tier/partition[@site]) that must answer a request, or a try fails"),
            key("timeout", &S::timeout).above(0).says("how long a try waits for their answers"),
            key("retry", &S::retry).above(0).says("from a failed try to the next one"),
            key("fails", &S::fails).at_least(0).at_most(1).says("share of the tries that fail by themselves"),
            key("broken", &S::broken).says("a time in which publishing does not work at all")};
    }
};

}  // namespace mailquake

// Load shedding at the door: a queue whose oldest waits for too long takes nobody in until it is younger again.
//
// The signal is the age of the oldest, not the length: it means the same whatever a service takes (AWS Builders' Library,
// "Avoiding insurmountable queue backlogs"; SRE book, "Addressing cascading failures"). What is turned away gets the answer of
// a full queue (`on_full`); shedding by length is the queue's `limit`. Classes that are more urgent can be spared. Left out:
// shedding by load average (sendmail's RefuseLA), by cost, by client.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ShedSpec {
    SimDuration  older_than = 10_s;
    std::int64_t spare = 0;

    template <class S = ShedSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("older_than", &S::older_than).required().above(0).says("nobody is taken in while the oldest one waits for longer"),
            key("spare", &S::spare).at_least(0).at_most(3).says("tenant classes with a `priority` below this are taken in all the same")};
    }
};

}  // namespace mailquake

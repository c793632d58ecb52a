// Greylisting: mail of somebody who has not written before is put off with a 4yz, until it is tried again late enough.
//
// postgrey(8): the first try of an unknown (sender, recipient, client) is refused; after 300 s it is let in, and known for 35
// days. What that costs is the sender's next try after the delay: 5 to 10 minutes with Postfix, 15 with Exim, 20 with KumoMTA.
// Here a share of inbound mail is a first contact, by chance and keyed by the message, so shares nest. The sender's first try is
// taken to be when he got the mail. Left out: the retry window of 2 days, each site's own memory (a copy is known to all or to
// none), and who is known later: the share does not fall over the run. The memory can be lost (models/fault/cache_loss.hpp).
// A copy that nothing but greylisting holds up at its sender does not count as late for that time.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct GreylistSpec {
    SimDuration delay = 300_s;
    Ratio       first_contacts{0.2};

    template <class S = GreylistSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("delay", &S::delay).above(0).says("how long after its first try a first contact is refused (postgrey: 300s)"),
            key("first_contacts", &S::first_contacts).required().above(0).at_most(1).says("share of inbound mail from outside that is a first contact; no public figure")};
    }
};

}  // namespace mailquake

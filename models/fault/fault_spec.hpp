// A fault: the environment's doing, at a time, for a time, on a target. What a fault may hit, by kind:
//   link-*        a link by name (`sat--dfw`)            site-down   a site
//   server-*      `tier`, `tier@site` or `tier/partition[@site]`
//   no-answer     the same; on a partition it means that partition in every site unless one is named
//   load-surge    a tenant class
// A new fault is a file of its own and one more alternative here.
#pragma once

#include <string>
#include <variant>

#include "models/fault/link_bandwidth.hpp"
#include "models/fault/link_black_hole.hpp"
#include "models/fault/link_down.hpp"
#include "models/fault/link_flap.hpp"
#include "models/fault/link_latency.hpp"
#include "models/fault/link_loss.hpp"
#include "models/fault/load_surge.hpp"
#include "models/fault/no_answer.hpp"
#include "models/fault/server_crash.hpp"
#include "models/fault/server_pause.hpp"
#include "models/fault/server_slow.hpp"
#include "models/fault/site_down.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

using FaultBody = std::variant<LinkDownFault, LinkBlackHoleFault, LinkLossFault, LinkLatencyFault, LinkBandwidthFault,
                               LinkFlapFault, SiteDownFault, ServerCrashFault, ServerPauseFault, ServerSlowFault,
                               NoAnswerFault, LoadSurgeFault>;

struct FaultSpec : Entry {
    bool        enabled = true;
    Instant     at;
    SimDuration length;   // key `for`
    std::string target;
    FaultBody   body;

    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<FaultSpec>(),
            std::tuple{
                key("enabled", &FaultSpec::enabled).says("false: the run goes on as if the entry were not there"),
                key("at", &FaultSpec::at).required().says("when it begins: an offset from the start, or an ISO instant"),
                key("for", &FaultSpec::length).required().above(0).says("how long it lasts"),
                key("target", &FaultSpec::target).required().naming(Refers::fault_target).says("what it hits: a link, a site, a tier (`tier`, `tier@site`, `tier/partition`, `tier/partition@site`) or a tenant class"),
                one_of("", "kind", &FaultSpec::body).says("what happens")});
    }
};

}  // namespace mailquake

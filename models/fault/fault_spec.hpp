// A fault: the environment's doing, on a target: at a time and for a time, or at random (models/fault/fault_timeline.hpp). What
// a fault may hit, by kind:
//   link-*                 a link by name (`sat--dfw`)            site-down   a site
//   server-*, tier-lost, gray, late-answer, wrong-answer          `tier`, `tier@site` or `tier/partition[@site]`
//   no-answer, cache-loss  the same; on a partition it means that partition in every site unless one is named
//   load-surge, campaign, poison                                  a tenant class
//   date-reached           a flaw
// A `group` names more targets of that sort, which fail as one. A new fault is a file of its own and one more alternative here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/fault/cache_loss.hpp"
#include "models/fault/campaign.hpp"
#include "models/fault/date_reached.hpp"
#include "models/fault/gray.hpp"
#include "models/fault/late_answer.hpp"
#include "models/fault/link_bandwidth.hpp"
#include "models/fault/link_black_hole.hpp"
#include "models/fault/link_down.hpp"
#include "models/fault/link_flap.hpp"
#include "models/fault/link_latency.hpp"
#include "models/fault/link_loss.hpp"
#include "models/fault/load_surge.hpp"
#include "models/fault/no_answer.hpp"
#include "models/fault/poison.hpp"
#include "models/fault/server_crash.hpp"
#include "models/fault/server_pause.hpp"
#include "models/fault/server_slow.hpp"
#include "models/fault/site_down.hpp"
#include "models/fault/tier_lost.hpp"
#include "models/fault/wrong_answer.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/law_spec.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

using FaultBody = std::variant<LinkDownFault, LinkBlackHoleFault, LinkLossFault, LinkLatencyFault, LinkBandwidthFault,
                               LinkFlapFault, SiteDownFault, ServerCrashFault, ServerPauseFault, ServerSlowFault,
                               NoAnswerFault, LoadSurgeFault, GrayFault, TierLostFault, WrongAnswerFault, LateAnswerFault,
                               DateReachedFault, PoisonFault, CampaignFault, CacheLossFault>;

struct FaultSpec : Entry {
    bool        enabled = true;
    Instant     at;
    SimDuration length;   // key `for`; zero: unsaid
    std::string target;
    std::vector<std::string> group;        // more targets, with the same timeline
    std::optional<LawSpec> mtbf, mttr;     // of a random fault: how long it is healthy, and how long it lasts
    bool        conditional = false;       // random: given that it happens within the run
    bool        each = false;              // random: every place of its targets by itself
    std::string with;                      // a mitigation that brings it about
    FaultBody   body;

    template <class S = FaultSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("enabled", &S::enabled).says("false: the run goes on as if the entry were not there"),
                key("at", &S::at).says("when it begins: an offset from the start, or an ISO instant; of a random fault when it is new and healthy (unsaid: at the end of the warm-up); of one that a mitigation brings, how long after that"),
                key("for", &S::length).at_least(0).says("how long it lasts, over 0s; a random fault lasts as `mttr` says, tier-lost and date-reached may last for good"),
                key("target", &S::target).naming(Refers::fault_target).says("what it hits: a link, a site, a tier (`tier`, `tier@site`, `tier/partition`, `tier/partition@site`), a tenant class or a flaw"),
                key("group", &S::group).naming(Refers::fault_target).says("more targets of the same sort, which it hits at the same times"),
                one_of("mtbf", "law", &S::mtbf).says("makes it random: time from a repair to the next failure, drawn before the run; with `mttr`"),
                one_of("mttr", "law", &S::mttr).says("time from a failure to its repair; with `mtbf`"),
                key("conditional", &S::conditional).says("of a random fault: its first failure is drawn given that it falls into the run; the chance of that is reported"),
                key("each", &S::each).says("of a random fault on tiers: every place that it names (a site's, a partition's) fails by itself, instead of all at the same times"),
                key("with", &S::with).naming(Refers::mitigation).says("the mitigation that brings it about: it acts only if that is enabled, and `at` counts from then"),
                one_of("", "kind", &S::body).says("what happens")});
    }
};

}  // namespace mailquake

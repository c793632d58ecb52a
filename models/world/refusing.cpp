// The flaw refuse-all (models/fault/flaw_refuse_all.hpp): what is overloaded once refuses everything, until its queue is short
// enough and it has refused for long enough. Where servers share a queue, the tier refuses; where each has a queue of its own,
// each refuses for itself, and what comes goes to those that are left: so one after the other is overloaded.
#include <algorithm>

#include "models/world/site.hpp"

namespace mailquake {

bool Site::refuses_all(std::uint32_t station) {
    const TierPlan& tier = tier_of(station);
    const Station& s = stations_[station];
    refusing_[station].resize(s.queue_count(), SimTime::never());
    for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
        const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
        if (flaw.kind != FlawKind::refuse_all) continue;
        bool refuses = false;
        if (s.queue_count() > 1) {
            refuses = all_servers_refuse(station, k);
        } else {
            const auto has_it = [&](const std::vector<Stretch>& server) { return server[k].covers(now_); };
            if (std::none_of(flawed_[station].begin(), flawed_[station].end(), has_it)) continue;
            refuses = goes_on_refusing(flaw, refusing_[station][0], s.waiting());
        }
        if (!refuses) continue;
        touch_flaw(tier.flaws[k]);
        return true;
    }
    return false;
}

/// Whether one that has refused since then (never: not so far) does so now.
bool Site::goes_on_refusing(const FlawPlan& flaw, SimTime& since, std::size_t waiting) const {
    const auto n = static_cast<std::int64_t>(waiting);
    if (n > flaw.queue_over) {
        if (since == SimTime::never()) since = now_;
    } else if (n <= flaw.resume && since != SimTime::never() && now_ - since >= flaw.length) {
        since = SimTime::never();
    }
    return since != SimTime::never();
}

/// Servers that refuse are closed: others get what comes. True when none is left.
bool Site::all_servers_refuse(std::uint32_t station, std::size_t position) {
    const std::uint32_t f = tier_of(station).flaws[position];
    Station& s = stations_[station];
    bool open = false;
    for (std::uint32_t server = 0; server < s.queue_count(); ++server) {
        SimTime& since = refusing_[station][server];
        if (!flawed_[station][server][position].covers(now_)) since = SimTime::never();
        const bool did = since != SimTime::never();
        const bool does = flawed_[station][server][position].covers(now_) && goes_on_refusing(plan_.flaw_plans[f], since, s.queue_of(server).size());
        if (does && !did) touch_flaw(f);
        s.close(server, does);
        open = open || (!does && s.servers()[server].up());
    }
    return !open;
}

}  // namespace mailquake

#include "models/report/cascade_topology.hpp"

#include <algorithm>
#include <variant>

#include "models/fault/fault_timeline.hpp"

namespace mailquake {

namespace {

/// `tier/partition@site`; what is not named is empty.
struct PlaceName {
    std::string tier, partition, site;
};

PlaceName place_named(const std::string& text) {
    const std::size_t at = text.find('@');
    const std::string head = text.substr(0, at);
    const std::size_t slash = head.find('/');
    return {head.substr(0, slash), slash == std::string::npos ? "" : head.substr(slash + 1),
            at == std::string::npos ? "" : text.substr(at + 1)};
}

bool is_place(const PlaceName& named, const CascadeNode& queue) {
    if (named.tier != queue.tier || (!named.site.empty() && named.site != queue.site)) return false;
    return named.partition.empty() || queue.name.starts_with(named.tier + "/" + named.partition + "@");
}

std::string_view kind_of_fault(const FaultSpec& fault) {
    return std::visit([](const auto& body) { return std::decay_t<decltype(body)>::kind; }, fault.body);
}
std::string_view kind_of_flaw(const FlawSpec& flaw) {
    return std::visit([](const auto& body) { return std::decay_t<decltype(body)>::kind; }, flaw.body);
}

/// Mail that is offered there is not taken.
bool turns_away(const FaultSpec& fault) {
    const std::string_view kind = kind_of_fault(fault);
    return kind == ServerCrashFault::kind || kind == ServerPauseFault::kind || kind == TierLostFault::kind || kind == GrayFault::kind;
}

enum class Hits { link, site, tenant_class, flaw, place };
Hits sort_of(const FaultSpec& fault) {
    const std::string_view kind = kind_of_fault(fault);
    if (kind.starts_with("link-")) return Hits::link;
    if (kind == SiteDownFault::kind) return Hits::site;
    if (kind == LoadSurgeFault::kind || kind == CampaignFault::kind || kind == PoisonFault::kind)
        return Hits::tenant_class;
    if (kind == DateReachedFault::kind) return Hits::flaw;
    return Hits::place;
}

bool contains(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

const TierSpec* CascadeTopology::tier(std::string_view name) const {
    for (const TierSpec& t : scenario_.tiers)
        if (t.name == name) return &t;
    return nullptr;
}

bool CascadeTopology::stands_at(std::string_view name, std::string_view site) const {
    const TierSpec* t = tier(name);
    return t != nullptr && contains(t->at, site);
}

bool CascadeTopology::is_outside(std::string_view site) const {
    return std::any_of(scenario_.sites.begin(), scenario_.sites.end(),
                       [&](const SiteSpec& s) { return s.name == site && s.outside; });
}

bool CascadeTopology::goes_there(std::string_view from, std::string_view name, std::string_view site) const {
    if (from == site) return true;
    const bool is_last = std::any_of(scenario_.tenants.begin(), scenario_.tenants.end(), [&](const TenantClassSpec& c) {
        const auto ends = [&](const std::vector<std::string>& path) { return !path.empty() && path.back() == name; };
        return ends(c.paths.inbound) || ends(c.paths.outbound) || ends(c.paths.internal);
    });
    return is_last || is_outside(from) || !stands_at(name, from);
}

/// Tiers that follow one on any path.
std::vector<std::string> CascadeTopology::after(std::string_view name) const {
    std::vector<std::string> next;
    for (const TenantClassSpec& c : scenario_.tenants)
        for (const std::vector<std::string>* path : {&c.paths.inbound, &c.paths.outbound, &c.paths.internal})
            for (std::size_t i = 0; i + 1 < path->size(); ++i)
                if ((*path)[i] == name) next.push_back((*path)[i + 1]);
    return next;
}

/// Tiers that the mail of a holder goes to, through proxies that hold.
std::vector<std::string> CascadeTopology::next_tiers(const CascadeNode& holder) const {
    std::vector<std::string> next;
    const auto first = [&](const std::vector<std::string>& path) {
        if (!path.empty()) next.push_back(path.front());
    };
    if (tier(holder.tier) != nullptr) {
        next = after(holder.tier);
    } else {
        for (const TenantClassSpec& c : scenario_.tenants) {
            if (is_outside(holder.site))
                first(c.paths.inbound);
            else
                first(c.paths.outbound), first(c.paths.internal);
        }
    }
    std::vector<std::string> all;
    while (!next.empty()) {
        const std::string one = next.back();
        next.pop_back();
        if (contains(all, one)) continue;
        all.push_back(one);
        const TierSpec* t = tier(one);
        if (t == nullptr || t->hand_over != HandOver::held) continue;
        for (const std::string& beyond : after(one)) next.push_back(beyond);
    }
    return all;
}

bool CascadeTopology::calls(const CascadeNode& caller, const CascadeNode& callee) const {
    const TierSpec* t = tier(caller.tier);
    if (t == nullptr || !goes_there(caller.site, callee.tier, callee.site)) return false;
    return std::any_of(t->calls.begin(), t->calls.end(), [&](const CallSpec& c) {
        return c.to == callee.tier && (!caller.next_hop || c.on_failure == OnFailure::defer);
    });
}

bool CascadeTopology::hands_to(const CascadeNode& from, const CascadeNode& to) const {
    return contains(next_tiers(from), to.tier) && goes_there(from.site, to.tier, to.site);
}

bool CascadeTopology::holds_for(const CascadeNode& proxy, const CascadeNode& to) const {
    const TierSpec* t = tier(proxy.tier);
    return t != nullptr && t->hand_over == HandOver::held && hands_to(proxy, to);
}

bool CascadeTopology::is_target(const FaultSpec& fault, std::string_view name) const {
    const std::vector<std::string> targets = targets_of(fault);
    switch (sort_of(fault)) {
        case Hits::place:
            return std::any_of(targets.begin(), targets.end(),
                               [&](const std::string& t) { return place_named(t).tier == name; });
        case Hits::site:
            return std::any_of(targets.begin(), targets.end(),
                               [&](const std::string& t) { return stands_at(name, t); });
        case Hits::link: return true;
        case Hits::tenant_class:
        case Hits::flaw: break;
    }
    return false;
}

bool CascadeTopology::is_on_servers(const FaultSpec& fault) const {
    const std::string_view kind = kind_of_fault(fault);
    return kind == ServerCrashFault::kind || kind == ServerPauseFault::kind || kind == TierLostFault::kind ||
           kind == SiteDownFault::kind;
}

bool CascadeTopology::hits(const FaultSpec& fault, const CascadeNode& queue) const {
    for (const std::string& target : targets_of(fault)) switch (sort_of(fault)) {
            case Hits::place:
                if (is_place(place_named(target), queue)) return true;
                if (queue.next_hop && contains(next_tiers(queue), place_named(target).tier) && turns_away(fault))
                    return true;
                break;
            case Hits::site: {
                const std::vector<std::string> next = next_tiers(queue);
                const auto goes = [&](const std::string& t) {
                    return stands_at(t, target) && goes_there(queue.site, t, target);
                };
                if (queue.site == target || (queue.next_hop && std::any_of(next.begin(), next.end(), goes)))
                    return true;
                break;
            }
            case Hits::link:
                for (const LinkSpec& l : scenario_.links)
                    if (l.name == target && queue.next_hop && (l.from == queue.site || l.to == queue.site)) return true;
                break;
            case Hits::tenant_class:
                for (const TenantClassSpec& c : scenario_.tenants)
                    for (const std::vector<std::string>* path :
                         {&c.paths.inbound, &c.paths.outbound, &c.paths.internal})
                        if (c.name == target && !queue.next_hop && contains(*path, queue.tier)) return true;
                break;
            case Hits::flaw: break;
        }
    return false;
}

bool CascadeTopology::cuts_off_clients(const FaultSpec& fault, const CascadeNode& queue) const {
    if (queue.next_hop || sort_of(fault) != Hits::link) return false;
    const auto on_the_way = [&](const ClientSpec& c, const LinkSpec& l) {
        return (l.from == c.at || l.to == c.at) && (l.from == c.site || l.to == c.site);
    };
    for (const std::string& target : targets_of(fault))
        for (const LinkSpec& l : scenario_.links)
            if (l.name == target)
                for (const ClientSpec& c : scenario_.clients)
                    if (c.tier == queue.tier && c.site == queue.site && on_the_way(c, l)) return true;
    return false;
}

bool CascadeTopology::hits_callee(const FaultSpec& fault, const CascadeNode& queue) const {
    const TierSpec* t = tier(queue.tier);
    if (t == nullptr) return false;
    for (const CallSpec& call : t->calls) {
        if (queue.next_hop && call.on_failure != OnFailure::defer) continue;
        for (const std::string& target : targets_of(fault)) switch (sort_of(fault)) {
                case Hits::place:
                    if (place_named(target).tier == call.to &&
                        (place_named(target).site.empty() || goes_there(queue.site, call.to, place_named(target).site)))
                        return true;
                    break;
                case Hits::site:
                    if (stands_at(call.to, target) && goes_there(queue.site, call.to, target)) return true;
                    break;
                case Hits::link:
                    for (const LinkSpec& l : scenario_.links)
                        if (l.name == target && !stands_at(call.to, queue.site) &&
                            (l.from == queue.site || l.to == queue.site))
                            return true;
                    break;
                case Hits::tenant_class:
                case Hits::flaw: break;
            }
    }
    return false;
}

bool CascadeTopology::wakes(const FaultSpec& fault, const FlawSpec& flaw) const {
    if (sort_of(fault) == Hits::flaw) return contains(targets_of(fault), flaw.name);
    if (flaw.trigger == Trigger::poison)
        return kind_of_fault(fault) == PoisonFault::kind || kind_of_fault(fault) == CampaignFault::kind;
    if (flaw.trigger == Trigger::queue) return true;
    if (!is_of_calls(flaw.trigger)) return false;
    const TierSpec* t = tier(flaw.in);
    return t != nullptr && std::any_of(t->calls.begin(), t->calls.end(), [&](const CallSpec& c) {
               return (flaw.call.empty() || flaw.call == c.name) && is_target(fault, c.to);
           });
}

bool CascadeTopology::hits(const FlawSpec& flaw, const CascadeNode& queue) const {
    const std::string_view kind = kind_of_flaw(flaw);
    if (kind == RefuseAllFlaw::kind) return queue.next_hop && contains(next_tiers(queue), flaw.in);
    if (flaw.in != queue.tier) return false;
    const bool of_queue = kind == CrashFlaw::kind || kind == RetryInPlaceFlaw::kind ||
                          kind == RequeueAtHeadFlaw::kind || kind == LeakWorkerFlaw::kind;
    const bool of_retries = kind == DiscardBackoffFlaw::kind || kind == SynchroniseFlaw::kind ||
                            kind == ResetTimersFlaw::kind || kind == MisreadReplyFlaw::kind ||
                            kind == FailClosedFlaw::kind;
    return queue.next_hop ? of_retries : of_queue;
}

bool CascadeTopology::shows(const FlawSpec& flaw, const WorkerDoing& doing) const {
    const std::string_view kind = kind_of_flaw(flaw);
    if (kind == CrashFlaw::kind) return doing.kind == WorkerDoing::Kind::absent;
    if (doing.kind != WorkerDoing::Kind::call && doing.kind != WorkerDoing::Kind::no_answer) return false;
    return (kind == RetryInPlaceFlaw::kind || kind == RequeueAtHeadFlaw::kind) &&
           (flaw.call.empty() || flaw.call == doing.name);
}

bool CascadeTopology::keeps_back(const MitigationSpec& mitigation, const CascadeNode& queue) const {
    const auto target = [](const auto* body) { return place_named(body->target); };
    if (!queue.next_hop) return false;
    if (const auto* hold = std::get_if<HoldMitigation>(&mitigation.body)) return is_place(target(hold), queue);
    if (const auto* aside = std::get_if<DrainAsideMitigation>(&mitigation.body)) return is_place(target(aside), queue);
    if (const auto* less = std::get_if<ThrottleMitigation>(&mitigation.body))
        return contains(next_tiers(queue), target(less).tier);
    if (const auto* no_more = std::get_if<SuspendMitigation>(&mitigation.body)) return is_place(target(no_more), queue);
    return false;
}

bool CascadeTopology::lets_go(const MitigationSpec& mitigation, const CascadeNode& queue) const {
    if (queue.next_hop) return false;
    if (const auto* again = std::get_if<ReplayMitigation>(&mitigation.body)) return is_place(place_named(again->target), queue);
    const auto* flush = std::get_if<FlushMitigation>(&mitigation.body);
    return flush != nullptr && contains(after(place_named(flush->target).tier), queue.tier);
}

}  // namespace mailquake

// Mitigations on conditions: looks, findings, orders, and what is done then.
#include "models/world/deciding.hpp"

#include <algorithm>

#include "models/fault/condition.hpp"
#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What findings of one or several sites say together: copies, [s], or a share of 1.
double value_of(Looked what, const std::vector<Finding>& findings) {
    std::uint64_t sum = 0, most = 0, whole = 0;
    for (const Finding& finding : findings) {
        sum += finding.part;
        most = std::max(most, finding.part);
        whole += finding.whole;
    }
    switch (what) {
        case Looked::queue:
        case Looked::deferred: return static_cast<double>(sum);
        case Looked::oldest: return SimDuration{static_cast<std::int64_t>(most)}.seconds();
        case Looked::busy: return whole > 0 ? static_cast<double>(sum) / static_cast<double>(whole) : 0;
    }
    return 0;
}

}  // namespace

Deciding::Deciding(Site& site)
    : site_(site),
      since_(site.plan_.mitigations.size(), SimTime::never()),
      over_since_(site.plan_.conditions.size(), SimTime::never()),
      heard_(site.plan_.conditions.size()),
      fail_overs_(site.plan_.fail_overs) {
    for (std::size_t c = 0; c < heard_.size(); ++c)
        if (site.plan_.conditions[c].desk == site.id_) heard_[c].resize(site.plan_.sites.size());
}

void Deciding::begin() {
    if (!site_.plan_.conditions.empty()) site_.at(SimTime::zero() + kLookEvery, Site::Act::look);
}

/// What a look at the condition's tier finds here.
Finding Deciding::find(const ConditionPlan& condition) const {
    Finding found{.at = site_.now_};
    const auto is_looked_at = [&](std::uint32_t holder) { return holder < site_.stations_.size() && site_.plan_of(holder).tier == condition.tier; };
    for (std::uint32_t s = 0; s < site_.stations_.size(); ++s) {
        if (!is_looked_at(s)) continue;
        const Station& station = site_.stations_[s];
        if (condition.what == Looked::queue) found.part += station.waiting();
        if (condition.what == Looked::oldest && station.waiting() > 0)
            found.part = std::max(found.part, static_cast<std::uint64_t>(station.ages().oldest(site_.now_).ns));
        for (const Server& server : station.servers()) {
            if (condition.what != Looked::busy || !server.up()) continue;
            found.part += server.busy;
            found.whole += server.workers;
        }
    }
    if (condition.what == Looked::deferred)
        for (std::uint32_t queue = 0; queue < site_.queues_.size(); ++queue)
            if (is_looked_at(site_.queues_[queue].holder)) found.part += site_.queues_[queue].queue.deferred.size();
    return found;
}

/// Has it been so for long enough?
bool Deciding::holds(std::size_t c, double seen) {
    const ConditionPlan& condition = site_.plan_.conditions[c];
    if (seen <= condition.over) over_since_[c] = SimTime::never();
    else if (over_since_[c] == SimTime::never()) over_since_[c] = site_.now_;
    return over_since_[c] != SimTime::never() && site_.now_ - over_since_[c] >= condition.length;
}

/// When operators look at the queues, then they act where a condition has held for long enough.
void Deciding::on_look() {
    for (std::size_t c = 0; c < site_.plan_.conditions.size(); ++c) {
        const ConditionPlan& condition = site_.plan_.conditions[c];
        if (since_[condition.mitigation] != SimTime::never()) continue;
        if (condition.desk) look_for_all(narrow<std::uint16_t>(c, "conditions"));
        else if (holds(c, value_of(condition.what, {find(condition)}))) act(condition);
    }
    site_.at(site_.now_ + kLookEvery, Site::Act::look);
}

/// When it is looked at for all, then the desk hears what is found here; the desk itself decides by what it has heard.
void Deciding::look_for_all(std::uint16_t c) {
    const ConditionPlan& condition = site_.plan_.conditions[c];
    if (site_.site_is_down()) return;
    const bool is_desk = condition.desk == site_.id_;
    if (condition.looks[site_.id_]) {
        const Finding found = find(condition);
        if (is_desk) {
            heard_[c][site_.id_] = found;
        } else {
            const auto look = static_cast<std::uint64_t>((site_.now_ - SimTime::zero()) / kLookEvery);
            RandomStream luck(site_.network_.finding, derived(condition.place, draws::look, look));
            const TransferPlan way = site_.links_.plan_packet({*condition.desk}, site_.now_, luck);
            if (way.end == TransferPlan::End::delivered)
                site_.send(*condition.desk, way.at, Parcel{.kind = ParcelKind::finding, .reply = Reply::pending, .from = site_.id_,
                                                           .population = c, .station = found.whole, .key = found.part, .since = found.at});
        }
    }
    if (is_desk && holds(c, value_of(condition.what, heard_[c]))) tell_all(c);
}

/// When a finding comes to the desk, then it is what the desk knows of that site, unless it knows something newer.
void Deciding::hear_finding(const Parcel& parcel) {
    Finding& heard = heard_[parcel.population][parcel.from];
    if (parcel.since >= heard.at) heard = {parcel.since, parcel.key, parcel.station};
}

/// The order goes out to all sites that can be reached at all, and is followed here.
void Deciding::tell_all(std::uint16_t c) {
    const auto sites = narrow<std::uint16_t>(site_.plan_.sites.size(), "sites");
    for (std::uint16_t to = 0; to < sites; ++to) {
        const SimDuration way = site_.plan_.lookahead.min_latency({site_.id_}, {to});
        if (to == site_.id_ || way == SimDuration::max()) continue;
        site_.send(to, site_.now_ + way, Parcel{.kind = ParcelKind::order, .reply = Reply::pending, .from = site_.id_,
                                                .population = c, .station = 0, .key = 0, .since = site_.now_});
    }
    act(site_.plan_.conditions[c]);
}

/// When a mitigation is to be done here, then all of it that is this site's business is done. (A cut-off, a hold and the like are asked
/// for since() when something meets them.)
void Deciding::act(const ConditionPlan& condition) {
    const std::uint32_t m = condition.mitigation;
    since_[m] = site_.now_;
    for (std::uint32_t s = 0; s < site_.stations_.size(); ++s) {
        for (std::size_t e = 0; e < site_.plan_of(s).measures.size(); ++e)
            if (site_.plan_of(s).measures[e].mitigation == m) site_.on_measure(s, e);
        for (std::size_t e = 0; e < site_.plan_of(s).added.size(); ++e)
            if (site_.plan_of(s).added[e].mitigation == m) site_.on_add_servers(s, e);
    }
    for (const FixPlan& fix : site_.plan_.fixes)
        if (fix.mitigation == m) remove_flaw(fix);
    for (FailOverPlan& move : fail_overs_)
        if (move.mitigation == m) move.at = site_.now_;
    std::stable_sort(fail_overs_.begin(), fail_overs_.end(), [](const FailOverPlan& a, const FailOverPlan& b) { return a.at < b.at; });
}

bool Deciding::cuts_off(const CutOffPlan& cut, SimTime now) const {
    const SimTime from = since_[cut.mitigation];
    return from != SimTime::never() && now < saturating_add(from, cut.length);
}

/// Servers here that have the flaw get fixed code in their turn.
void Deciding::remove_flaw(const FixPlan& fix) {
    for (std::uint32_t s = 0; s < site_.stations_.size(); ++s) {
        const std::vector<std::uint32_t>& flaws = site_.tier_of(s).flaws;
        const auto k = static_cast<std::size_t>(std::find(flaws.begin(), flaws.end(), fix.flaw) - flaws.begin());
        if (k == flaws.size()) continue;
        for (std::size_t server = 0; server < site_.flawed_[s].size(); ++server) {
            Stretch& flawed = site_.flawed_[s][server][k];
            const SimTime fixed = fixed_at(fix, s, server);
            if (flawed.to <= fixed) continue;
            flawed.to = fixed;
            ++site_.mitigation_touches_[fix.mitigation];
        }
    }
}

/// One after the other, over the sites that get the fix together.
SimTime Deciding::fixed_at(const FixPlan& fix, std::uint32_t station, std::size_t server) const {
    if (fix.rate <= 0) return since_[fix.mitigation];
    const TierId tier = site_.plan_of(station).tier;
    std::uint64_t before = server;
    for (std::uint32_t s = 0; s < site_.station_ids_[station]; ++s) {
        const StationPlan& other = site_.plan_.stations[s];
        if (other.tier == tier && (fix.everywhere || other.site == site_.id_)) before += other.servers;
    }
    return saturating_add(since_[fix.mitigation], {saturated<std::int64_t>(static_cast<double>(before) / fix.rate * 1e9)});
}

SimTime Deciding::fixed_at(std::uint32_t flaw, std::uint32_t station, std::size_t server) const {
    SimTime fixed = SimTime::never();
    for (const FixPlan& fix : site_.plan_.fixes)
        if (fix.flaw == flaw && since_[fix.mitigation] != SimTime::never()) fixed = std::min(fixed, fixed_at(fix, station, server));
    return fixed;
}

}  // namespace mailquake

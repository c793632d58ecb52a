// What holds traffic back: stations, limits of next hops, links; and what overload of one who is called makes of those who call.
#include <algorithm>
#include <cmath>

#include "models/world/traffic_equations.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

/// A link that is used to less is not worth a row.
constexpr double kUsedLink = 0.5;

bool same(double x, double y) { return x == y || std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y)); }

}  // namespace

void TrafficEquations::use_links(SiteId from, SiteId to, double rate) {
    for (const LinkId link : condition_.links_on(from, to))
        for (std::size_t h = 0; h < population_.hours.size(); ++h) link_bits_[{from, link}][h] += rate * population_.octets * 8 * population_.hours[h];
}

/// Of the links on the way, as the sending site uses them (each serves its transfers in order, models/net), the one that is used most: bit/s that mail needs of it by hour, and bit/s that it has.
TrafficEquations::LinkUse TrafficEquations::link_use(SiteId from, SiteId to) const {
    LinkUse most;
    for (const LinkId link : condition_.links_on(from, to)) {
        LinkUse use{.there = condition_.bandwidth(link)};
        const auto found = link_bits_.find({from, link});
        if (found == link_bits_.end()) continue;
        for (const double bits : found->second) {
            use.needed += bits / static_cast<double>(found->second.size());
            use.peak = std::max(use.peak, bits);
        }
        if (most.there <= 0 || use.needed / use.there > most.needed / most.there) most = use;
    }
    return most;
}

/// Share of the mail that the links on the way let through in the long run.
double TrafficEquations::links_pass(SiteId from, SiteId to) const {
    if (before_ == nullptr) return 1;
    const LinkUse use = before_->link_use(from, to);
    return use.needed > use.there ? use.there / use.needed : 1;
}

std::vector<NextHopRow> TrafficEquations::next_hops(const std::string& condition) const {
    std::vector<NextHopRow> rows = hops_.rows(condition);
    for (auto& [hop, row] : hops_.hops(condition)) {
        const LinkUse use = link_use(hop.site, hop.to);
        if (!row.gets_through || use.there <= 0 || use.peak / use.there < kUsedLink) continue;
        row.limit = HopLimit::bandwidth;
        row.needed = use.needed;
        row.there = use.there;
        row.utilization = use.needed / use.there;
        row.peak_utilization = use.peak / use.there;
        // What the hop's other limits let through has to share the links: the queue grows by all that does not pass both.
        row.growth_per_second = row.utilization > 1 ? row.arrivals_per_second * (1 - hops_.passes(hop) / row.utilization) : 0;
        rows.push_back(row);
    }
    return rows;
}

bool TrafficEquations::is_overloaded() const {
    for (const OfferedLoadRow& row : rows("")) if (row.utilization > 1) return true;
    for (const NextHopRow& row : next_hops("")) if (row.utilization > 1) return true;
    return false;
}

bool TrafficEquations::agrees_with(const TrafficEquations& other) const {
    for (std::size_t t = 0; t < loads_.size(); ++t)
        for (std::size_t s = 0; s < loads_[t].size(); ++s)
            for (std::size_t p = 0; p < loads_[t][s].size(); ++p)
                if (!same(loads_[t][s][p].arrivals, other.loads_[t][s][p].arrivals) || !same(loads_[t][s][p].work, other.loads_[t][s][p].work)) return false;
    return true;
}

/// Where callers want more than a callee can do, their workers wait in its queue until as few requests come as it can serve: that long a
/// request waits. Workers that wait elsewhere (`waits`) come less often. If nobody hears an answer that takes so long, the calls time out,
/// which call_demand() sees.
double TrafficEquations::wait_at(const StationKey& callee, double capacity, const CalleeWaits& waits) const {
    const auto& callers = requests_.at(callee);
    std::map<StationKey, double> work;   // of each caller, but for waits at this callee
    for (const auto& [caller, rate] : callers) {
        double& sum = work[caller] = loads_[caller.tier][caller.site][caller.partition].work;
        for (const auto& [other, wait] : waits) {
            if (other == callee || waits_.contains(other)) continue;   // those in waits_ are counted already
            const auto asked = requests_.at(other).find(caller);
            if (asked != requests_.at(other).end()) sum += asked->second * wait;
        }
    }
    const auto requests = [&](double wait) {
        double sum = 0;
        for (const auto& [caller, rate] : callers) {
            const double can = there(caller.tier, SiteId{narrow<std::uint32_t>(caller.site, "sites")}, caller.partition);
            const double needed = work.at(caller) + rate * wait;   // each of its jobs waits as often as it calls
            sum += needed > can ? rate * can / needed : rate;
        }
        return sum;
    };
    if (requests(0) <= capacity) return 0;
    double low = 0, high = 1;
    while (requests(high) > capacity && high < 1e9) high *= 2;
    for (int i = 0; i < 60; ++i) (requests((low + high) / 2) > capacity ? low : high) = (low + high) / 2;
    return high;
}

CalleeWaits TrafficEquations::waits_with_overload() const {
    constexpr int kSweeps = 10;   // one wait makes others shorter
    CalleeWaits waits = waits_;
    std::map<StationKey, double> capacities;
    for (const auto& [callee, callers] : requests_) {
        const StationLoad& load = loads_[callee.tier][callee.site][callee.partition];
        const double can = there(callee.tier, SiteId{narrow<std::uint32_t>(callee.site, "sites")}, callee.partition);
        if (waits_.contains(callee) || load.work <= can * (1 + 1e-9) || !std::isfinite(load.work) || can <= 0) continue;
        double& capacity = capacities[callee];
        for (const auto& [caller, rate] : callers) capacity += rate * can / load.work;
        waits[callee] = 0;
    }
    for (int sweep = 0; sweep < kSweeps; ++sweep)
        for (const auto& [callee, capacity] : capacities) waits[callee] = wait_at(callee, capacity, waits);
    return waits;
}

}  // namespace mailquake

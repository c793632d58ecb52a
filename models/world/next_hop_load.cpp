#include "models/world/next_hop_load.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace mailquake {

std::string_view text_of(HopLimit limit) {
    switch (limit) {
        case HopLimit::throttle: return "throttle";
        case HopLimit::connections: return "connections";
        case HopLimit::processes: return "processes";
        case HopLimit::bandwidth: return "bandwidth";
    }
    check_failed("a limit", __FILE__, __LINE__, "a next hop is limited by a throttle, connections, processes or bandwidth");
}

void NextHopLoads::Load::add(const Load& other) {
    rate += other.rate;
    slots += other.slots;
    for (std::size_t h = 0; h < rate_by_hour.size(); ++h) {
        rate_by_hour[h] += other.rate_by_hour[h];
        slots_by_hour[h] += other.slots_by_hour[h];
    }
    gets_through |= other.gets_through;
}

void NextHopLoads::add(const Hop& hop, double rate, double seconds, bool gets_through, const Hours& hours) {
    Load load{.rate = rate, .slots = rate * seconds, .rate_by_hour = hours, .slots_by_hour = hours, .gets_through = gets_through};
    for (double& hour : load.rate_by_hour) hour *= load.rate;
    for (double& hour : load.slots_by_hour) hour *= load.slots;
    loads_[hop].add(load);
}

std::string NextHopLoads::place(std::size_t tier, SiteId site, std::uint32_t partition) const {
    const TierSpec& spec = tiers_[tier];
    return spec.name + (spec.partitions.empty() ? "" : "/" + spec.partitions[partition]) + "@" + topology_.site_name(site);
}

NextHopRow NextHopLoads::row(const std::string& place, const std::string& destination, HopLimit limit, const Load& load, double there) const {
    const bool counts_rate = limit == HopLimit::throttle;
    const Hours& hours = counts_rate ? load.rate_by_hour : load.slots_by_hour;
    NextHopRow row{.place = place, .destination = destination, .condition = {}, .limit = limit, .arrivals_per_second = load.rate,
                   .needed = counts_rate ? load.rate : load.slots, .there = there};
    row.utilization = row.needed / there;
    row.peak_utilization = *std::max_element(hours.begin(), hours.end()) / there;
    row.gets_through = load.gets_through;
    row.growth_per_second = !load.gets_through ? load.rate : row.utilization > 1 ? load.rate * (1 - 1 / row.utilization) : 0;
    return row;
}

std::vector<NextHopRow> NextHopLoads::limits_of(const Hop& hop, const Load& load) const {
    const NextHopSpec& spec = tiers_[hop.tier].next_hop;
    const std::string from = place(hop.tier, hop.site, hop.partition), to = tiers_[hop.next].name + "@" + topology_.site_name(hop.to);
    std::vector<NextHopRow> rows;
    if (spec.throttle) rows.push_back(row(from, to, HopLimit::throttle, load, spec.throttle->rate.per_second));
    rows.push_back(row(from, to, HopLimit::connections, load, of_servers(hop, spec.connections)));
    return rows;
}

/// A limit that each server has is as many times that; a place's is what it is.
double NextHopLoads::of_servers(const Hop& hop, std::int64_t limit) const {
    const TierSpec& tier = tiers_[hop.tier];
    return static_cast<double>(limit * (tier.next_hop.is_per_server() ? tier.servers_at(topology_.site_name(hop.site)) : 1));
}

/// Share of the hop's mail that its own limits let through.
double NextHopLoads::own_share(const Hop& hop, const Load& load) const {
    double share = 1;
    for (const NextHopRow& limit : limits_of(hop, load)) share = std::min(share, limit.utilization > 1 ? 1 / limit.utilization : 1);
    return share;
}

/// What wants a process: of each destination no more than its own limits let through, and no more than `most` of its mail.
NextHopLoads::Load NextHopLoads::all_of(const Hop& hop, double most) const {
    Load all;
    for (const auto& [other, load] : loads_) {
        if (other.tier != hop.tier || other.site != hop.site || other.partition != hop.partition) continue;
        const double share = std::min(most, own_share(other, load));
        Load let = load;
        let.rate *= share;
        let.slots *= share;
        for (double& hour : let.rate_by_hour) hour *= share;
        for (double& hour : let.slots_by_hour) hour *= share;
        all.add(let);
    }
    return all;
}

/// Processes take copies in the order in which they came, whatever the destination: so where there are too few, the same share of each
/// destination's mail gets one, but for those that their own limits hold back more.
double NextHopLoads::process_share(const Hop& hop) const {
    const auto processes = tiers_[hop.tier].next_hop.processes;
    if (!processes) return 1;
    const double there = of_servers(hop, *processes);
    if (all_of(hop, 1).slots <= there) return 1;
    double low = 0, high = 1;
    for (int i = 0; i < 50; ++i) (all_of(hop, (low + high) / 2).slots > there ? high : low) = (low + high) / 2;
    return high;
}

/// Mail that waits for a process, beside what its destination holds back by itself [1/s].
double NextHopLoads::held_by_processes(const Hop& hop) const {
    const double most = process_share(hop);
    double held = 0;
    for (const auto& [other, load] : loads_) {
        if (other.tier != hop.tier || other.site != hop.site || other.partition != hop.partition || !load.gets_through) continue;
        held += load.rate * std::max(0.0, own_share(other, load) - most);
    }
    return held;
}

double NextHopLoads::passes(const Hop& hop) const {
    const auto found = loads_.find(hop);
    if (found == loads_.end()) return 1;
    double share = found->second.gets_through ? own_share(hop, found->second) : 0;
    return std::min(share, process_share(hop));
}

std::vector<std::pair<NextHopLoads::Hop, NextHopRow>> NextHopLoads::hops(const std::string& condition) const {
    std::vector<std::pair<Hop, NextHopRow>> all;
    for (const auto& [hop, load] : loads_)
        all.emplace_back(hop, NextHopRow{.place = place(hop.tier, hop.site, hop.partition), .destination = tiers_[hop.next].name + "@" + topology_.site_name(hop.to),
                                         .condition = condition, .arrivals_per_second = load.rate, .gets_through = load.gets_through});
    return all;
}

std::vector<NextHopRow> NextHopLoads::rows(const std::string& condition) const {
    std::vector<NextHopRow> rows;
    const Hop* before = nullptr;
    for (const auto& [hop, load] : loads_) {
        const bool is_new = before == nullptr || before->tier != hop.tier || before->site != hop.site || before->partition != hop.partition;
        if (const auto processes = tiers_[hop.tier].next_hop.processes; processes && is_new) {
            const Load all = all_of(hop, 1);
            rows.push_back(row(place(hop.tier, hop.site, hop.partition), "", HopLimit::processes, all, of_servers(hop, *processes)));
            rows.back().growth_per_second = held_by_processes(hop);
        }
        for (NextHopRow& limit : limits_of(hop, load)) rows.push_back(std::move(limit));
        before = &hop;
    }
    for (NextHopRow& row : rows) row.condition = condition;
    return rows;
}

}  // namespace mailquake

// What next-hop queues are offered, by arithmetic, against what limits them: a throttle, connections to one destination, processes that
// all destinations share, the bandwidth of the links on the way, which all mail shares that passes them. Attempts at once are arrivals x how long one lasts (Little's law): dialogue, data, the reply, and with a proxy
// behind it all that the proxy does before it replies; or the time-out where nobody answers.
//
// Connections and processes are each server's, unless the tier says that they are the place's (`next_hop.per`); a throttle is the place's.
// A destination is a tier at a site; of a partitioned one each partition is a destination, and the row is of the one that gets most.
// Left out: that a window of concurrency feedback is smaller than `connections`, retries, mail that other tiers of the path refuse,
// reports, waits for bandwidth, retransmissions.
//
// Invariants: a row has work above zero, or mail that nobody takes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/mta/tier_spec.hpp"
#include "models/net/topology.hpp"
#include "models/world/load_shares.hpp"

namespace mailquake {

enum class HopLimit : std::uint8_t { throttle, connections, processes, bandwidth };
[[nodiscard]] std::string_view text_of(HopLimit limit);

struct NextHopRow {
    std::string place;                // mta@dc, or mta/partition@dc
    std::string destination;          // isp@out; empty: all of them (processes)
    std::string condition;            // "normal", or a fault's name
    HopLimit    limit = HopLimit::connections;
    double arrivals_per_second = 0;   // mail for that destination, mean over the day
    double needed = 0;                // attempts at once, per second (throttle), or bit/s (bandwidth: of all mail on the narrowest link)
    double there = 0;                 // the most that there may be
    double utilization = 0;           // needed / there, not capped at 1
    double peak_utilization = 0;      // at the busiest hour of the day
    bool   gets_through = true;       // false: no attempt succeeds
    double growth_per_second = 0;     // of its queue, at the mean over the day
};

class NextHopLoads {
public:
    explicit NextHopLoads(const std::vector<TierSpec>& tiers, const Topology& topology) : tiers_(tiers), topology_(topology) {}

    /// Mail of a tier at a site (and partition) for another tier.
    struct Hop {
        std::size_t   tier, next;
        SiteId        site, to;
        std::uint32_t partition;
        auto operator<=>(const Hop& other) const {
            return std::tuple(tier, site.index(), partition, next, to.index()) <=> std::tuple(other.tier, other.site.index(), other.partition, other.next, other.to.index());
        }
        bool operator==(const Hop&) const = default;
    };
    /// `rate` [1/s] of mail, spread over the hours by factors of mean 1; each attempt holds its connection for `seconds`.
    void add(const Hop& hop, double rate, double seconds, bool gets_through, const Hours& hours);

    /// Share of the hop's mail that its limits let through in the long run.
    [[nodiscard]] double passes(const Hop& hop) const;
    [[nodiscard]] std::vector<NextHopRow> rows(const std::string& condition) const;
    /// A row of a hop, but for its limit; none if nothing is for it.
    [[nodiscard]] std::vector<std::pair<Hop, NextHopRow>> hops(const std::string& condition) const;

private:
    struct Load {
        double rate = 0;      // [1/s]
        double slots = 0;     // attempts at once
        Hours  rate_by_hour{};
        Hours  slots_by_hour{};
        bool   gets_through = false;
        void add(const Load& other);
    };
    [[nodiscard]] NextHopRow row(const std::string& place, const std::string& destination, HopLimit limit, const Load& load, double there) const;
    [[nodiscard]] std::vector<NextHopRow> limits_of(const Hop& hop, const Load& load) const;
    [[nodiscard]] double own_share(const Hop& hop, const Load& load) const;
    [[nodiscard]] Load all_of(const Hop& hop, double most) const;
    [[nodiscard]] double process_share(const Hop& hop) const;
    [[nodiscard]] double held_by_processes(const Hop& hop) const;
    [[nodiscard]] double of_servers(const Hop& hop, std::int64_t limit) const;
    [[nodiscard]] std::string place(std::size_t tier, SiteId site, std::uint32_t partition) const;

    const std::vector<TierSpec>& tiers_;
    const Topology&              topology_;
    std::map<Hop, Load>          loads_;
};

}  // namespace mailquake

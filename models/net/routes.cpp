#include "models/net/routes.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "models/net/least_paths.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// What routing sees of a link.
struct Routes::Seen {
    LinkMode    mode;
    SimDuration latency;  // zero of one that refuses: it is not taken
    friend auto operator<=>(const Seen&, const Seen&) = default;
};

Routes::Routes(const Topology& topology, const LinkTimeline& timeline, SimDuration convergence)
    : sites_(topology.site_count()) {
    std::map<std::vector<Seen>, std::uint32_t> known;
    const auto links_at = [&](SimTime t) {
        std::vector<Seen> links;
        for (std::uint32_t i = 0; i < timeline.link_count(); ++i) {
            const LinkState& state = timeline.at(LinkId{i}, t);
            links.push_back({state.mode, state.mode == LinkMode::refused ? SimDuration::zero() : state.latency});
        }
        return links;
    };
    const auto begin_epoch = [&](SimTime from, SimTime seen_at) {
        const auto [entry, is_new] = known.try_emplace(links_at(seen_at), narrow<std::uint32_t>(tables_.size(), "tables of routes"));
        if (is_new) tables_.push_back(table_of(topology, entry->first));
        if (epochs_.empty() || epochs_.back().table != entry->second) epochs_.push_back({from, entry->second});
    };
    const SimTime beginning{std::numeric_limits<std::int64_t>::min()};
    begin_epoch(beginning, beginning);
    for (SimTime change : timeline.change_times()) begin_epoch(saturating_add(change, convergence), change);
}

Routes::Table Routes::table_of(const Topology& topology, const std::vector<Seen>& links) {
    constexpr SimDuration not_there{-1};
    std::vector<SimDuration> over_good, over_any;
    for (const Seen& link : links) {
        over_good.push_back(link.mode == LinkMode::up ? link.latency : not_there);
        over_any.push_back(link.mode == LinkMode::refused ? not_there : link.latency);
    }
    const LeastPaths paths(topology, over_good), any_paths(topology, over_any);
    const bool has_holes = over_good != over_any;
    Table table;
    for (std::uint32_t from = 0; from < topology.site_count(); ++from) {
        const std::vector<LinkId> good = paths.last_links(SiteId{from});
        const std::vector<LinkId> any = has_holes ? any_paths.last_links(SiteId{from}) : good;
        for (std::uint32_t to = 0; to < topology.site_count(); ++to) {
            const std::vector<LinkId>& last = good[to].valid() ? good : any;
            const auto begin = static_cast<std::ptrdiff_t>(table.links.size());
            table.first.push_back(narrow<std::uint32_t>(table.links.size(), "links of all routes"));
            for (SiteId at{to}; at.value != from && last[at.index()].valid(); at = topology.link(last[at.index()]).from) {
                table.links.push_back(last[at.index()]);
            }
            std::reverse(table.links.begin() + begin, table.links.end());
        }
    }
    table.first.push_back(narrow<std::uint32_t>(table.links.size(), "links of all routes"));
    return table;
}

std::size_t Routes::epoch_at(SimTime t) const {
    const auto later = std::upper_bound(epochs_.begin(), epochs_.end(), t,
                                        [](SimTime x, const Epoch& epoch) { return x < epoch.from; });
    return static_cast<std::size_t>(later - epochs_.begin()) - 1;
}

std::span<const LinkId> Routes::route(SiteId from, SiteId to, SimTime t) const {
    const Table& table = tables_[epochs_[epoch_at(t)].table];
    const std::size_t pair = from.index() * sites_ + to.index();
    return std::span(table.links).subspan(table.first[pair], table.first[pair + 1] - table.first[pair]);
}

SimTime Routes::next_change(SimTime t) const {
    const std::size_t next = epoch_at(t) + 1;
    return next == epochs_.size() ? SimTime::never() : epochs_[next].from;
}

}  // namespace mailquake

// Where the page draws sites, tiers and links: computed here, once, so that a picture is the same on every machine and a
// browser has nothing to lay out.
//
// Outside sites stand in a row on top, data centers in rows below, as boxes with their tiers inside, in the order in which
// mail passes them; callees last. Up to seven data centers stand so that those with the least latency are neighbours (all orders
// are tried, the scenario's wins ties); more of them stand in the scenario's order. Outside sites stand above those that are
// near to them. Links are curves between borders: straight between neighbours, below the boxes past others in the row.
// Left out: geography, partitions (a tier says how many it has), links' bandwidths.
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

struct TierBox {
    std::string name;
    std::size_t partitions = 0;
    double x = 0, y = 0, width = 0, height = 0;   // absolute
};

struct SiteBox {
    std::string name;
    bool outside = false;
    double x = 0, y = 0, width = 0, height = 0;
    std::vector<TierBox> tiers;
};

struct LinkLine {
    std::string name, from, to;
    double latency = 0;          // [s]
    std::string path;            // SVG's `d`
};

struct TopologyLayout {
    double width = 0, height = 0;
    std::vector<SiteBox> sites;
    std::vector<LinkLine> links;
};

/// More sites than this are not drawn: nobody could read it.
inline constexpr std::size_t kMostDrawnSites = 60;

[[nodiscard]] TopologyLayout lay_out(const ScenarioSpec& scenario);

}  // namespace mailquake

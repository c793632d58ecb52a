// Sites and directed links, resolved from their specs: names become ids once, before the run.
//
// A two-way link becomes two directed ones, forth and back, with the same name and figures; whatever names a link means
// both. Every site forwards, also an outside one, and also one whose servers are down (its routers are not its servers).
// Inside a site there are no links: its servers are `inside_latency` apart and share no bandwidth.
// Left out: several routers within a site, links that share a fibre.
//
// Invariants: immutable after construction; ids are dense, sites and links in the order of the scenario. Ids never decide
// anything that a result rests on: ties are broken by name (models/net/routes.hpp).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/net/link_spec.hpp"
#include "models/net/site_spec.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

using SiteId = Id<struct SiteTag>;
using LinkId = Id<struct LinkTag>;

/// One direction of a link, with its figures when nothing is wrong.
struct DirectedLink {
    std::string name;               // shared by both directions
    SiteId      from;
    SiteId      to;
    SimDuration latency;            // one way [ns]; constant, faults add to it
    SimDuration jitter;             // largest extra delay of a transfer [ns]; constant
    double      bits_per_second;    // capacity in this direction; constant, faults lower it
    double      loss;               // of packets, 0..1; constant, faults raise it
};

class Topology {
public:
    /// Every link's ends must be among the sites (the loader has checked it).
    Topology(std::span<const SiteSpec> sites, std::span<const LinkSpec> links);

    [[nodiscard]] std::size_t site_count() const { return sites_.size(); }
    [[nodiscard]] std::size_t link_count() const { return links_.size(); }

    /// The site of that name; none() if there is none.
    [[nodiscard]] SiteId find_site(std::string_view name) const;
    [[nodiscard]] const std::string& site_name(SiteId site) const { return sites_[site.index()].name; }
    [[nodiscard]] bool is_outside(SiteId site) const { return sites_[site.index()].outside; }
    /// One way between two servers of the site.
    [[nodiscard]] SimDuration inside_latency(SiteId site) const { return sites_[site.index()].latency; }

    [[nodiscard]] const DirectedLink& link(LinkId link) const { return links_[link.index()]; }
    /// Both directions of a two-way link, one of a one-way link, none if no link has the name.
    [[nodiscard]] std::vector<LinkId> links_named(std::string_view name) const;

private:
    struct Site {
        std::string name;
        bool        outside;
        SimDuration latency;
    };
    std::vector<Site>         sites_;
    std::vector<DirectedLink> links_;
};

}  // namespace mailquake

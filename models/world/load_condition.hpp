// What a fault makes of the estate while it acts, as the arithmetic of offered load sees it: which servers serve, which
// requests hang, who takes over for a tier that is gone, how far sites are apart.
//
// A tier is gone at a site when the site is down or all of its servers there have crashed; the nearest other site where it is
// not gone takes over at once (in a run, only when health checks or failed attempts have told). So does it for a partition that is
// down alone, where health checks tell. Routes have converged. Random stretches act all the time; a link that flaps is up, and those whom it
// cuts off while it is down are so for its share of the time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/net/topology.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// A tier at one site, for one partition.
struct StationCondition {
    double up = 1;           // share of its servers that serve
    double hangs = 0;        // chance of a request not to be answered ...
    double on_seconds = 0, off_seconds = 0;  // ... in stretches that are so long, and not between them; 0: all the time
    double puts_off = 0;     // chance of an attempt to be answered 4yz; the next one may be taken
    double keeps_waiting = 0;  // the same of one that gets to a server that stands still, and no greeting
    bool   refuses = false;  // all requests fail fast
    bool   stands_still = false;  // no server serves: mail is not taken in, and requests wait
    double slower = 1;       // by which service times have grown, mean over the servers that serve
    double late = 0;         // of the answers: chance to come late ...
    double late_seconds = 0; // ... by so much
    double wrong = 0;        // of the answers: chance to be an error
    double no_recipient = 0; // of the answers: chance to say that there is no such recipient
    bool   cold = false;     // its caches have been lost
};

class LoadCondition {
public:
    /// `fault`: nullptr for normal load.
    LoadCondition(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault);

    [[nodiscard]] const StationCondition& station(std::size_t tier, SiteId site, std::size_t partition) const {
        return stations_[tier][site.index()][partition];
    }
    /// One way, on the routes in force; nothing where there is no route. Within a site: its inside latency.
    [[nodiscard]] std::optional<SimDuration> latency(SiteId from, SiteId to) const;
    /// Does a black hole swallow what goes from one site to another or comes back, as there is no other way?
    [[nodiscard]] bool is_swallowed(SiteId from, SiteId to) const;
    /// Share of the time for which a link that flaps cuts them off from each other.
    [[nodiscard]] double is_cut(SiteId a, SiteId b) const { return flaps(a, b) || flaps(b, a) ? cut_share_ : 0; }
    /// The links on the route in force, in no order; none within a site.
    [[nodiscard]] std::vector<LinkId> links_on(SiteId from, SiteId to) const;
    [[nodiscard]] double bandwidth(LinkId link) const { return bandwidth_[link.index()]; }   // [bit/s]
    /// All of it, or the partition alone.
    [[nodiscard]] bool is_gone(std::size_t tier, SiteId site, std::optional<std::size_t> partition = std::nullopt) const;
    [[nodiscard]] bool stands_at(std::size_t tier, SiteId site) const { return !stations_[tier][site.index()].empty(); }
    /// The site of the tier that serves somebody at `from`; if it is gone everywhere, as if it were nowhere.
    [[nodiscard]] SiteId serving(std::size_t tier, SiteId from, std::optional<std::size_t> partition = std::nullopt) const;
    /// What the class's normal load becomes [1/s].
    [[nodiscard]] double rate_of(std::string_view tenant_class, double normal) const;
    /// Share of the class's mail that is poison.
    [[nodiscard]] double poison(std::string_view tenant_class) const;
    /// Is this flaw's date reached?
    [[nodiscard]] bool is_reached(std::string_view flaw) const;
    /// Data of this size from one site to another, on the route in force [s]; without loss, and on a link of its own.
    [[nodiscard]] double data_seconds(SiteId from, SiteId to, double octets) const;
    /// The same as serving() for somebody who does not know what is gone.
    [[nodiscard]] SiteId first_choice(std::size_t tier, SiteId from) const { return nearest(tier, from, true); }

private:
    void hit(const ScenarioSpec& scenario, const FaultSpec& fault, const std::string& target);
    template <class Body>
    void hit_gradually(const ScenarioSpec& scenario, const Body& body, std::string_view target);
    template <class Body>
    void hit_answers(const ScenarioSpec& scenario, const Body& body, std::string_view target);
    template <class Body>
    void hit_mail(const FaultSpec& fault, const Body& body, const std::string& target);
    template <class Change>
    void change_stations(const ScenarioSpec& scenario, std::string_view target, Change change);
    template <class Change>
    void change_servers(const ScenarioSpec& scenario, std::string_view target, double share, Change change);
    [[nodiscard]] bool is_hit(std::string_view name) const;
    [[nodiscard]] bool flaps(SiteId from, SiteId to) const { return !flaps_.empty() && flaps_[from.index()][to.index()]; }
    [[nodiscard]] SiteId nearest(std::size_t tier, SiteId from, bool also_gone, std::optional<std::size_t> partition = std::nullopt) const;

    const Topology& topology_;
    std::vector<std::vector<std::vector<StationCondition>>> stations_;  // by tier, site, partition; none where it is not
    std::vector<bool>                       site_down_;
    std::vector<std::vector<SimDuration>>   distance_;  // by site; SimDuration::max() without a route
    std::vector<std::vector<SimDuration>>   leads_;     // the same, black holes taken for links
    std::vector<double> bandwidth_;  // by link [bit/s]
    std::vector<std::vector<LinkId>> last_links_;  // by site
    std::vector<std::vector<bool>> flaps_;         // by site: there is no route while the link that flaps is down; empty: none flaps
    double cut_share_ = 0;           // of the time that it is down, or not yet known to be up
    std::vector<std::string> hit_;   // tenant classes or flaws that are hit as follows
    double surge_ = 1;               // multiple of the class's mail
    double more_ = 0;                // mail beside it [1/s]
    double poison_ = 0;
    bool   date_ = false;
};

}  // namespace mailquake

// What operators at a site do on a condition: they look every 10 s (kLookEvery), and where it has held for long enough they act, once.
// A part of its site, with state of its own; its handlers are called by the site's loop. Either each site looks, decides and acts for
// itself, or one decides for all (ConditionPlan::desk):
//
//   on_look  --finding-->  hear_finding ... the desk's own on_look: judge  --order-->  act     (at every site)
//
// A finding between sites is a parcel as a dashboard's report is: it takes the links' latency, a broken link loses it, and the desk
// goes by what it heard last. An order takes the least way over links that are up in normal times and is not lost: operators have a
// telephone. Neither comes sooner than the lookahead. A site that is down finds nothing, and decides nothing for others.
// Left out: people who have to be woken; an order that is taken back.
// Invariants: each mitigation is done at most once at a site; nothing here draws from a stream of mail, calls or clients; without a
// mitigation on a condition there is no event.
#pragma once

#include <cstdint>
#include <vector>

#include "models/world/plan.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class Site;
struct Parcel;

/// What a look at a tier at one site has found.
struct Finding {
    SimTime       at = SimTime::zero();
    std::uint64_t part = 0;    // copies, age of the oldest [ns], or workers that are busy
    std::uint32_t whole = 0;   // workers
};

class Deciding {
public:
    explicit Deciding(Site& site);

    /// The first look is scheduled.
    void begin();
    void on_look();
    void hear_finding(const Parcel& parcel);
    void act(const ConditionPlan& condition);

    /// Since when a mitigation is done here because its condition held; never.
    [[nodiscard]] SimTime since(std::uint32_t mitigation) const { return since_[mitigation]; }
    /// The plan's, and those on conditions from when they are done here; ascending in time.
    [[nodiscard]] const std::vector<FailOverPlan>& fail_overs() const { return fail_overs_; }
    [[nodiscard, gnu::noinline]] bool cuts_off(const CutOffPlan& cut, SimTime now) const;
    /// Until when a server that has a flaw keeps it, as fixes on conditions have been ordered by now; never.
    [[nodiscard]] SimTime fixed_at(std::uint32_t flaw, std::uint32_t station, std::size_t server) const;

private:
    [[nodiscard]] Finding find(const ConditionPlan& condition) const;
    [[nodiscard]] bool holds(std::size_t condition, double seen);
    void look_for_all(std::uint16_t condition);
    void tell_all(std::uint16_t condition);
    void remove_flaw(const FixPlan& fix);
    [[nodiscard]] SimTime fixed_at(const FixPlan& fix, std::uint32_t station, std::size_t server) const;

    Site& site_;
    std::vector<SimTime> since_;                   // by mitigation
    std::vector<SimTime> over_since_;              // by condition: since when it has held, as seen from here; never
    std::vector<std::vector<Finding>> heard_;      // by condition that is decided here for all, and site: what came last
    std::vector<FailOverPlan> fail_overs_;
};

}  // namespace mailquake

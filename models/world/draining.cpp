#include "models/world/draining.hpp"

#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void Draining::begin() {
    for (std::uint32_t s = 0; s < site_.stations_.size(); ++s) {
        const auto tier = narrow<std::uint32_t>(site_.plan_of(s).tier.index(), "tiers");
        const auto found = std::find_if(places_.begin(), places_.end(), [&](const Place& p) { return p.tier == tier; });
        if (found == places_.end()) places_.push_back({tier, {s}});
        else found->stations.push_back(s);
    }
    if (places_.empty()) return;
    bool any_fault = false;
    for (std::uint32_t f = 0; f < site_.plan_.faults.size(); ++f) {
        const DisturbancePlan& fault = site_.plan_.faults[f];
        if (!fault.enabled || !fault.start || *fault.start >= site_.plan_.end) continue;
        any_fault = true;
        if (fault.end && *fault.end < site_.plan_.end) site_.at(*fault.end, Site::Act::fault_over, f);
    }
    if (!any_fault && !site_.plan_.backlog.empty()) site_.at(SimTime::zero(), Site::Act::fault_over, kStart);
}

std::uint64_t Draining::waiting_since(const Place& place, SimTime t) const {
    std::uint64_t waiting = 0;
    for (const std::uint32_t s : place.stations) waiting += site_.stations_[s].ages().up_to(t) + site_.holders_[s].ages.up_to(t);
    return waiting;
}

void Draining::on_end(std::uint32_t fault) {
    for (std::uint32_t p = 0; p < places_.size(); ++p) {
        const std::uint64_t waiting = waiting_since(places_[p], site_.now_);
        if (waiting > 0) watches_.push_back({p, fault, site_.now_, waiting, {}, {}});
    }
    look_again();
}

void Draining::on_look() {
    if (site_.now_ < next_look_) return;   // another fault has ended since, and looks sooner
    next_look_ = SimTime::never();
    for (Watch& w : watches_) {
        if (w.empty) continue;
        const std::uint64_t left = waiting_since(places_[w.place], w.from);
        if (!w.drained && left * 20 <= w.waiting) w.drained = site_.now_;
        if (left == 0) w.empty = site_.now_;
    }
    look_again();
}

void Draining::look_again() {
    SimTime next = SimTime::never();
    for (const Watch& w : watches_)
        if (!w.empty) next = std::min(next, site_.now_ + std::max(1_s, (site_.now_ - w.from) / 100));
    if (next >= next_look_ || next == SimTime::never()) return;
    next_look_ = next;
    site_.at(next, Site::Act::drain_look);
}

void Draining::collect(Outcome& outcome) const {
    for (const Watch& w : watches_)
        outcome.drains.push_back({.tier = site_.plan_.tiers[places_[w.place].tier].name,
                                  .site = site_.plan_.sites[site_.id_],
                                  .fault = w.fault == kStart ? "" : site_.plan_.faults[w.fault].name,
                                  .from = w.from,
                                  .waiting = w.waiting,
                                  .drained = w.drained,
                                  .empty = w.empty});
}

}  // namespace mailquake

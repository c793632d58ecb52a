// What a site keeps for the policies of its tiers and calls, beside what every message needs (site_records.hpp): bulkheads,
// deadlines, guards, autoscaling, back pressure and tarpits, greylisting; for flaws, and for what operators do. All of it is empty where no tier has the policy, and then
// nothing on the message path touches it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/mta/back_pressure.hpp"
#include "models/mta/call_guard.hpp"
#include "models/world/plan.hpp"
#include "models/world/site_records.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct SitePolicies {
    std::vector<std::uint32_t> bulkhead_group_;        // by worker, of stations with a bulkhead
    std::vector<SimTime>       deadlines_;             // by request
    std::vector<SimTime>       given_up_at_;           // by request; never: it is not taken back
    bool                       has_deadlines_ = false; // some call, somewhere, tells its callee
    std::vector<CallGuard>     guards_;
    std::vector<SiteRecords::Scale>         scales_;                // by station
    std::vector<std::optional<BackPressure>> pressures_;  // by station
    std::map<std::uint64_t, SimDuration> let_in_;  // by identity of a copy here that greylisting had put off: its age when it was let in
    std::vector<std::vector<std::uint32_t>> first_guard_;  // by station and call: of the callee's partition 0
    bool delays_offers_ = false;                       // some tier may keep offers waiting
    bool has_nets_ = false;                            // some tier keeps what it has handed on
    std::vector<std::vector<std::vector<Stretch>>> flawed_;  // by station, server, flaw of its tier: when its code has it
    std::map<std::uint32_t, std::vector<const GrayPlan*>> grays_;  // by worker: gray failures that slow its service (slowing.cpp)
    std::vector<std::vector<SimTime>> refusing_;       // by station and queue: since when a flaw makes it refuse all; never
    struct Gauge { SimTime next; std::uint64_t held = 0; };
    std::vector<std::vector<Gauge>> gauges_;           // by station and measure: of throttles and slow releases
};

}  // namespace mailquake

// Offered load by arithmetic, before anything runs: workers that each tier needs, against those that it has.
//
// Traffic equations over paths, MX, homes, partitions and calls give each station's arrivals; its work is arrivals x
// worker time, which is its calls (round trip and the callee's own worker time) and its own service. A caller waits in the queue of a callee
// only where that gets more than it can do: then as long as keeps its requests down to what it does, or until its time-out. Under
// a fault, `condition` names it, and the rows hold while it acts: a call that goes unanswered holds the worker for
// time-out x attempts (or what an enabled flaw makes of it), crashed and paused servers have no workers, a surge multiplies
// a class's mail. A tier that is gone at a site leaves its load to the nearest other site where that is found: by its health checks,
// by MX, or by whoever hands mail over and goes on at the next site (`fallback_on: connect`, or greeting); else the load stays away. Where
// all servers stand still no mail is taken in, and each attempt lasts for network.greeting_timeout.
// Cached calls cost nothing; answers that are late or wrong, flaws that wake and campaigns count, and next-hop queues against what
// limits them, bandwidth included (next_hop_load.hpp). What an overloaded queue or link holds back does not come to those behind it, or to
// those that are called from there; its growth is arrivals less what
// gets done. Counts first attempts only: retries of what was put off, bounces, notices, a backlog and sign-ins in a storm come on top.
// Random stretches are taken as acting all the time, on / off ones by their share. Tenants are where a run has them (load_shares.hpp).
// Check: 200/s x (0.049 + 2 % x 30 s) = 129.8 workers where 10 do without the fault, 11.8 with a time-out of 0.5 s; and beside what a run
// measures (tests/models/world/check_against_run_test.cpp).
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "models/world/next_hop_load.hpp"

namespace mailquake {

struct OfferedLoadRow {
    std::string place;                // tier@site, tier/partition@site
    std::string condition;            // "normal", or a fault's name
    double arrivals_per_second = 0;   // messages and requests, mean over the day
    double work = 0;                  // busy workers needed, mean over the day; infinite if a worker is never freed
    double workers = 0;               // there
    double utilization = 0;           // work / workers, not capped at 1
    double peak_utilization = 0;      // at the busiest hour of the day
    double growth_per_second = 0;     // of its queue, at the mean over the day
    bool   is_awaited = false;        // it gets all that it can do, and those who call it wait for it
    bool   is_missed = false;         // it is gone, and those who want it there try no other site
};

struct OfferedLoad {
    std::vector<OfferedLoadRow> tiers;
    std::vector<NextHopRow>     next_hops;
};

/// All stations and limits of next hops at normal load, then under each enabled fault: those whose figures the fault changes. Stations
/// in the order of the scenario.
[[nodiscard]] OfferedLoad offered_load(const ScenarioSpec& scenario);

/// At normal load alone.
[[nodiscard]] OfferedLoad normal_load(const ScenarioSpec& scenario);

}  // namespace mailquake

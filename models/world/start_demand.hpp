// What flaws that no call wakes make of a job when it gets a worker, by arithmetic: how long they hold the worker, and whether the job
// gets its calls and its service, and goes on.
//
// Triggers: always, a date that the condition has reached, poison (that share of the population's mail; requests never). A crash costs
// all workers of the server for the restart; what starts anew meets the flaw again, so poison crashes for ever unless a poison queue
// takes it. Flaws act one after the other, in the order of the scenario. Left out: trigger queue, refuse-all, builds that are rolled out
// during the run, fixes.
//
// Invariants: shares are from 0 to 1 but `copies`, which a duplicate makes greater; held_seconds is infinite if nothing ever frees the worker.
#pragma once

#include <span>
#include <string_view>

#include "models/fault/flaw_spec.hpp"
#include "models/world/load_condition.hpp"

namespace mailquake {

struct StartDemand {
    double held_seconds = 0;   // of the worker, beside calls and service
    double worked = 1;         // share of the jobs that get their calls and service
    double unworked = 0;       // share that goes on without (fail-open)
    double copies = 0;         // that go on beside them
};

struct StartChance {
    std::string_view tier;
    double poison = 0;         // share of the jobs
    double workers = 1;        // of a server, for what a crash costs
};

[[nodiscard]] StartDemand start_demand(const StartChance& start, std::span<const FlawSpec> flaws, const LoadCondition& condition);

}  // namespace mailquake

// The figures of a run, counted by brute force from what became of each piece of mail: design.md 6, "Words that the figures rest on".
//
// A copy that is under way when the run ends counts with its age. Only mail that was accepted between warm-up and cool-down is measured;
// bounces never are.
// Sources: design.md 6; ARCHITECTURE.md (23 November: own places of a tenant; excused by its own destination's trouble).
// Invariant: a figure is counted after the run, from all mail.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

struct Hour {
    std::uint64_t accepted = 0, late = 0, bad = 0;      // bad: lost, or bounced (here all recipients exist)
    SimTime trouble_from = SimTime::never(), trouble_to;
};
using Hours = std::map<std::int64_t, Hour>;             // by hour of acceptance

struct TenantFigures {
    bool own_healthy = true, affected = false, collateral = false, by_destination = false;
    std::uint64_t delivered = 0, lost = 0, returned = 0, false_failures = 0;   // pieces of mail; copies given up though their mail arrived
    std::uint64_t measured = 0, measured_delivered = 0, late = 0;
    TimeArea delay_sum = 0;                             // of what was delivered [ns]
    SimDuration delay_max;
    Hours hours, healthy_hours;                         // of all its mail; of mail whose own places were all healthy
    Hours hours_without_destination;                    // without what was lost at its own outside destination that was hit
};

struct ClassFigures {
    std::vector<std::int64_t> delays, ages, all;        // of what arrived, of what is under way, of both [ns]; ascending but `ages`
    std::uint64_t lost = 0, excused = 0;
};

struct Minute {
    std::uint64_t accepted = 0, late = 0, overdue = 0, retries = 0, bad = 0;
};

struct Figures {
    std::vector<TenantFigures> tenants;
    std::vector<ClassFigures> classes;
    std::vector<Minute> minutes;
    SimDuration oldest;
    /// From the end of a fault to the first minute from which on all is well for 30 minutes. None: not seen.
    [[nodiscard]] std::optional<SimDuration> recovered_after(SimTime fault_end, SimTime first_fault, const ScenarioSpec& scenario) const;
};

struct StationFigures {
    double busy = 0, workers = 0, queue_mean = 0;       // workers, and jobs that wait: means from the end of the warm-up on
    std::uint64_t queue_max = 0;
    SimTime queue_max_at;
    std::vector<std::int64_t> waits;                    // of the same time, ascending [ns]
};

/// The value of rank ceil(q n); `lost` more come after all others. None: it is one of these.
[[nodiscard]] std::optional<std::int64_t> quantile(const std::vector<std::int64_t>& ascending, std::uint64_t lost, double q);
[[nodiscard]] StationFigures figures_of(const StationRecord& record, const ScenarioSpec& scenario);
[[nodiscard]] Figures figures_of(const World& world, const ScenarioSpec& scenario);

}  // namespace mailquake::oracle

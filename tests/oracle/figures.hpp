// The figures of a run, counted by brute force from what became of each piece of mail: design.md 6, "Words that the figures rest on".
//
// A copy that is under way when the run ends counts with its age. Only mail that was accepted between warm-up and cool-down is measured;
// bounces never are.
// Sources: design.md 6; ARCHITECTURE.md (23 November: own places of a tenant; excused by its own destination's trouble).
// Invariant: a figure is counted from the mail each time; nothing is kept while the run lasts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// What the second world knows to be right, and whether figures are counted so, or as the engine is known to count (expected_differences.hpp).
enum class Rules { of_design, of_engine };

struct Hour {
    std::uint64_t accepted = 0, late = 0, bad = 0;      // bad: lost, or bounced though the recipient exists (here all of them exist)
    SimTime trouble_from = SimTime::never(), trouble_to;
    [[nodiscard]] bool is_hit() const { return bad > 0 || (late >= 3 && late * 100 > accepted * 5); }
};

struct TenantFigures {
    bool own_healthy = true, affected = false, collateral = false;
    std::uint64_t measured = 0, measured_delivered = 0, late = 0;
    TimeArea delay_sum = 0;                             // of what was delivered [ns]
    SimDuration delay_max;
    std::map<std::int64_t, Hour> hours;                 // by hour of acceptance
};

struct ClassFigures {
    std::vector<std::int64_t> delays;                   // [ns], ascending
    std::uint64_t censored = 0, lost = 0;
    /// Of rank ceil(q n); what was lost is later than all that came. None: it falls on lost mail.
    [[nodiscard]] std::optional<std::int64_t> quantile(double q, Rules rules) const;
};

struct Minute {
    std::uint64_t accepted = 0, late = 0, overdue = 0, retries = 0, bad = 0;
    friend bool operator==(const Minute&, const Minute&) = default;
};

struct StationFigures {
    double busy = 0, queue_mean = 0;                    // workers, and who waits: means from the end of the warm-up on
    std::uint64_t queue_max = 0;
    SimTime queue_max_at;
    std::vector<std::int64_t> waits;                    // of the same time, ascending [ns]
};

[[nodiscard]] StationFigures figures_of(const StationRecord& record, const ScenarioSpec& scenario);

struct Figures {
    std::vector<TenantFigures> tenants;
    std::vector<ClassFigures> classes;
    std::vector<Minute> minutes;
    SimDuration oldest;
};

[[nodiscard]] Figures figures_of(const World& world, const ScenarioSpec& scenario, Rules rules);

}  // namespace mailquake::oracle

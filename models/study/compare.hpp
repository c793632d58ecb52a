// Two results side by side, metric by metric: paired by seed and replication, so that chance, which is the same in both,
// cancels out. A side is what a scenario runs now, or what a results file holds, of whatever version.
//
// A difference is a worsening if its 95 % interval leaves zero out and it goes the way that the metric calls worse.
// Left out: sides without a replication in common have no interval.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/expect/expectation.hpp"
#include "sim/experiment/ledger.hpp"
#include "sim/experiment/paired.hpp"

namespace mailquake {

/// Readings of one point: by seed and replication, then by metric.
struct ComparedSide {
    std::string name;     // as the user named it
    std::string what;     // the scenario and its parameters; points of two files are paired by it
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::vector<std::optional<Reading>>> units;
    std::string build{};  // another build of the program that ran it (models/results/other_builds.hpp); empty: this one
};

/// All points of a ledger.
[[nodiscard]] std::vector<ComparedSide> sides_of(const Ledger& ledger, const std::string& name, std::span<const std::shared_ptr<const Metric>> metrics);

/// Takes away what another build ran and this one has, too; what several others ran is told apart by its name. Warnings, a line each.
[[nodiscard]] std::vector<std::string> prefer_this_build(std::vector<ComparedSide>& sides);

enum class Change : std::uint8_t { none, better, worse, other };

struct ComparedMetric {
    std::string text;
    MetricUnit  unit = MetricUnit::count;
    std::optional<double> a, b;      // means over the replications that both have; else over all of each
    bool a_at_least = false, b_at_least = false;  // some run ended too early: lower bounds
    PairedDifference difference;     // b minus a
    Change change = Change::none;    // beyond chance
};

struct SideBySide {
    std::string what_a, what, a, b;        // what A and B are runs of, and where they are from
    std::size_t units_a = 0, units_b = 0, pairs = 0;
    std::vector<ComparedMetric> metrics;   // those with samples on either side
};

[[nodiscard]] SideBySide compare_sides(const ComparedSide& a, const ComparedSide& b, std::span<const Measure> measures);

[[nodiscard]] std::string comparison_text(const SideBySide& comparison);
[[nodiscard]] std::string comparisons_json(std::span<const SideBySide> comparisons);

}  // namespace mailquake

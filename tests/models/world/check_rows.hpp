// The table of "`check` says what `run` does": small scenarios in which the rows of `check` are compared with what a run measures, by rate or
// over the time of a fault (check_against_run_test.cpp), and scenarios of which `check` says in words that it leaves something out.
// check_coverage_test.cpp demands that every kind that a scenario can have stands in one of the three.
#pragma once

#include <string>
#include <vector>

namespace mailquake::check_rows {

/// Compared by rate: all is stationary while the run lasts.
struct Row {
    std::string what;
    std::string yaml;
    std::vector<std::string> sets = {};
    std::string still = {};           // a tier with servers that stand still: each of their workers holds a job, and is busy to a run
    double margin = 0.01;             // [1/s, or busy workers] what is not told from nothing
};

/// Compared over a fault `f` that lasts from 30min to 1h30min: what arrived meanwhile, and what waits at its end.
struct Transient {
    std::string what;
    std::string yaml;
    std::vector<std::string> sets = {};
};

/// Left out by `check`, which says it.
struct Gap {
    std::string element;              // as check_coverage_test.cpp names it
    std::string yaml;
    std::vector<std::string> sets;
    std::string says;                 // words of one line
};

[[nodiscard]] std::vector<Row> of_calls();
[[nodiscard]] std::vector<Row> of_flaws();
[[nodiscard]] std::vector<Row> of_places();
[[nodiscard]] std::vector<Row> of_arrivals();
[[nodiscard]] std::vector<Row> of_tiers();
[[nodiscard]] std::vector<Row> of_hand_overs();
[[nodiscard]] std::vector<Transient> transients();
[[nodiscard]] std::vector<Gap> gaps();

/// A line of faults: one that lasts as long as the run, or (of `transients`) from 30min to 1h30min.
[[nodiscard]] std::string fault(const std::string& kind_and_target);
[[nodiscard]] std::string passing_fault(const std::string& kind_and_target);
[[nodiscard]] std::string flaw(const std::string& text);

/// The same with its 20/s from a file, which is written beside where small_world.hpp writes scenarios.
[[nodiscard]] std::string with_replay(const std::string& yaml);
/// A part of a text replaced.
[[nodiscard]] std::string with(std::string yaml, const std::string& part, const std::string& instead);

/// Inbound mail at 20/s; one tier calls the tenant's directory partition; all have room for what trouble makes of it.
extern const std::string kMtaAndDirectory;
/// Outbound mail at 20/s by way of a proxy at the receiver, whose second tier is slow.
extern const std::string kOutbound;
/// Inbound mail at 20/s to the nearer of two sites that are alike.
extern const std::string kTwoSites;

}  // namespace mailquake::check_rows

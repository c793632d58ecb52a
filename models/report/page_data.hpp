// What the post-incident page is made of, gathered by whoever runs it: the result of `run`, the outcome of the one
// replication that is drawn, worlds with a change beside the scenario as written, guesses varied one at a time, verdicts of
// a sweep. Plain data: this folder runs nothing, and models/study stands above it.
//
// Times are seconds, shares 0 to 1. Where several replications have run, a value is their mean and has a 95 % interval;
// changes are paired by seed. Series are those of one replication, which the page says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/expect/metric_type.hpp"
#include "models/results/run_result.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// A mean over replications; none of the numbers: no samples, or fewer than two replications.
struct PageValue {
    std::optional<double> value, low, high;
    bool at_least = false;                 // some replication's value is a lower bound
};

struct PageMetric {
    std::string text;                      // as an expectation writes it: `p99(delay)`
    MetricUnit  unit = MetricUnit::count;
    PageValue   value;
    PageValue   change;                    // against the scenario as written, paired; none there itself
    bool        sure = false;              // chance alone does not make that change (95 %)
};

/// A world beside the scenario as written.
struct PageWorld {
    std::string name;                      // `without lookup-hang`, `variant short-time-out`
    std::string description;               // what the scenario says of it
    std::string command;                   // that shows it alone
    std::vector<PageMetric> metrics;
    std::optional<PageValue> shapley;      // of a cause: its share of the damage
    [[nodiscard]] const PageMetric* find(std::string_view text) const;
};

struct PageWhatIf {
    std::uint32_t runs = 0;                // pairs
    std::string damage;                    // the metric that worlds are ranked by
    PageWorld as_written;
    std::vector<PageWorld> without;        // one fault or flaw less, in the scenario's order
    std::vector<PageWorld> cures;          // most saved first
    std::optional<PageWorld> no_flaw;      // all flaws off: the other half of the headline
    std::string no_flaw_sentence;
};

struct PageEffect {
    double factor = 1;
    PageValue change;
    bool sure = false;
};

/// A number that is a guess, varied alone.
struct PageChoice {
    std::string path, value;
    std::vector<PageEffect> effects;
};

struct PageHinges {
    std::string metric;
    MetricUnit  unit = MetricUnit::count;
    std::uint32_t runs = 0;
    std::vector<PageChoice> choices;       // largest effect first
    std::string command;                   // that gives them (or would have, if they are empty)
};

struct PageInput {
    const RunResult*    run = nullptr;
    const Outcome*      drawn = nullptr;   // of the replication whose series are shown
    const ScenarioSpec* scenario = nullptr;
    std::vector<std::pair<std::string, std::string>> sources;   // name and text of each scenario file
    PageWhatIf whatif;
    PageHinges hinges;
    std::string command;                   // that writes the page again
};

}  // namespace mailquake

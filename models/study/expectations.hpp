// The expectations of a scenario, and those of the command line, as claims that experiments judge: metrics once each,
// claims that refer to them, and where each was written.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/expect/expectation.hpp"
#include "models/results/run_result.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "sim/experiment/claim.hpp"
#include "sim/experiment/judge.hpp"

namespace mailquake {

struct Expected {
    std::string name;    // made of the words, unless the scenario says one
    std::string text;    // in one form, whatever blanks were written
    SourcePos   pos;     // no line: from the command line
    double      holds_in = 0.9;
    MetricUnit  unit = MetricUnit::count;
};

struct Expectations {
    std::vector<Expected> list;
    std::vector<Claim>    claims;   // as many; their metrics are indices into `metrics`
    std::vector<std::shared_ptr<const Metric>> metrics;

    [[nodiscard]] bool empty() const { return list.empty(); }
    /// The index of the metric, added if it is new.
    std::size_t metric(const std::shared_ptr<const Metric>& metric);
};

/// The scenario's own, then `more` texts; mistakes in those go to `errors` (the scenario's have been refused by the loader).
[[nodiscard]] Expectations expectations_of(const ScenarioSpec& scenario, std::span<const std::string> more, std::vector<std::string>& errors);

/// Judged by the readings of the replications that are there, in order.
[[nodiscard]] std::vector<ExpectationFigures> judge_replications(const Expectations& expectations, std::span<const ReplicationResult> replications);

}  // namespace mailquake

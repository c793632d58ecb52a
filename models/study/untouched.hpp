// Faults, flaws and mitigations that are on and touched nothing in any run of an experiment, and dashboards that noticed nothing: a
// figure or verdict about what never happened would be worth nothing, so it is said loudly.
//
// It sees every unit's record, fresh or out of the ledger. An entry counts as on if the scenario says so, whatever points
// change of it: what a point switches off is touched by another one, or by none.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

class TouchWatch {
public:
    /// The scenario must outlive it.
    explicit TouchWatch(const ScenarioSpec& scenario);

    /// One unit's record; never two at a time.
    void see(const RunRecord& record);
    /// A line for each entry that touched or noticed nothing so far; none before the first record.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    struct Watched {
        const char* kind;
        std::string name;
        SourcePos   pos;
        std::shared_ptr<const Metric> touched;
        const char* check = "";   // what may be wrong with it
        bool        met = false;
    };
    std::vector<Watched> entries_;   // in the order of the scenario's lists
    std::vector<Watched> dashboards_;   // without a metric
    std::size_t runs_ = 0;
};

}  // namespace mailquake

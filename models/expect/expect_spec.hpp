// An expectation as a scenario writes it: a sentence about a metric (expectation.hpp has its grammar), and in which share
// of all possible runs it is to hold. A plain text stands for the sentence alone; its name is made of its words.
// Expectations have no effect on a run: they are no part of a scenario's identity.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ExpectSpec : Entry {
    static constexpr std::string_view name_default = "that";
    static constexpr bool name_from_words = true;   // the default's text is no name as it stands
    std::string that;
    Ratio       holds_in{0.9};

    template <class S = ExpectSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("that", &S::that).required().says("what is to hold, such as `p99(delay, class=gold) < 5m`; see the metrics below"),
                key("holds_in", &S::holds_in).at_least(0.5).at_most(0.999).says(
                    "share of runs in which it is to hold; `test` passes it at a tenth of the distance to 100 % (90 %: at 99 %), and fails it below")});
    }
};

/// What `sweep` varies unless the command line says otherwise, and `test` judges at every point of.
struct SweepSpec {
    std::vector<std::string> vary;      // axes, as --vary takes them
    std::vector<std::string> where;
    std::vector<std::string> metrics;
    std::int64_t replications = 5;

    template <class S = SweepSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("vary", &S::vary).required().says("axes of the grid, as --vary takes them: `tiers.edge.servers=1,2,4..8:2`"),
            key("where", &S::where).says("comparisons that leave points out: `tiers.edge.servers <= tiers.edge.workers`"),
            key("metrics", &S::metrics).says("what the table shows; see the metrics below"),
            key("replications", &S::replications).at_least(1).at_most(1e6).says("replications of each point")};
    }
};

}  // namespace mailquake

// The result of `run`: one scenario, one or several replications of it, put together; what the summary is printed from
// and what --json prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/results/about.hpp"
#include "models/results/figures.hpp"
#include "models/results/merge.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

/// One replication, as a results file keeps it.
struct ReplicationResult {
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    std::string   fingerprint;   // hexadecimal
    std::string   version;
    Figures       figures;
    std::vector<std::optional<Reading>> readings{};   // of the metrics that were asked for; not kept
};

/// What the replications say of one expectation.
struct ExpectationFigures {
    std::string text;
    std::string verdict = "undecided";      // or `pass`, `fail`
    std::optional<double> value;            // mean of its metric over the replications with samples
    bool        at_least = false;           // that is a lower bound
    bool        never = false;              // it has no number: in some replication it falls on lost mail
    double      held = 0, runs = 0;         // replications in which it held, of how many
    template <class S = ExpectationFigures>
    static constexpr auto fields() {
        return std::tuple{field("text", &S::text), field("verdict", &S::verdict), field("value", &S::value),
                          field("at_least", &S::at_least), field("never", &S::never), field("held", &S::held), field("runs", &S::runs)};
    }
};

struct RunResult {
    About         about;
    std::string   version;
    std::uint64_t seed = 1;
    std::uint32_t wanted = 1;                // replications asked for; fewer have run after Ctrl-C
    std::optional<std::uint32_t> only;       // --only: the one replication that has run
    std::vector<std::string> fingerprints;   // of each replication, in order
    std::string   fingerprint;               // of all of them: that of the only one, else a hash over all
    Figures       figures;                   // means
    std::vector<FigureInterval> intervals;
    std::vector<StoryLine> story;            // of the followed message
    std::vector<ExpectationFigures> expectations;

    [[nodiscard]] std::size_t replications() const { return fingerprints.size(); }
};

/// Puts replications together; at least one, in order of their numbers.
[[nodiscard]] RunResult combine(const About& about, const std::vector<ReplicationResult>& units);

/// The hash over the fingerprints in order; of one, itself.
[[nodiscard]] std::string fingerprint_of(const std::vector<std::string>& fingerprints);

}  // namespace mailquake

// Runs of one scenario that somebody else starts, an experiment say, kept as they end with all that came out: their figures for a
// summary, the outcome of the one that is drawn and explained. The others' outcomes are kept as long as a results file is to have
// their details. What is taken in comes from several threads.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "models/cli/replicate.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

class WrittenRuns {
public:
    /// `request` must outlive it; replications from its number on are of no interest. `drawn`: this one's outcome is kept.
    WrittenRuns(const ReplicateRequest& request, std::uint32_t drawn) : request_(request), drawn_(drawn) {}

    /// From any thread; the outcome may be taken.
    void take(Outcome& outcome, const ReplicationResult& result);

    /// Those that ended, by number, with the readings of the request's metrics; their details go into its results file.
    [[nodiscard]] std::vector<ReplicationResult> results();
    /// Of the one that is drawn, if it has run.
    [[nodiscard]] std::optional<Outcome> drawn();

private:
    struct Run {
        ReplicationResult result;
        std::optional<Outcome> outcome;
    };
    const ReplicateRequest& request_;
    std::uint32_t drawn_;
    std::mutex    mutex_;   // guards runs_
    std::map<std::uint32_t, Run> runs_;
};

}  // namespace mailquake

// Replications of one scenario: those that a results file holds already are read, the others are run, on several threads
// (replications first, then the windows of each), and saved as they end. What comes out does not depend on which of
// them were there, nor on the number of threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/results/about.hpp"
#include "models/results/run_result.hpp"
#include "models/results/store.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/study/scenario_subject.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct ReplicateRequest {
    const ScenarioSpec* scenario = nullptr;
    About about;
    std::string identity;                    // scenario_hash()
    std::uint64_t seed = 1;
    std::uint32_t replications = 1;
    std::optional<std::uint32_t> only;       // this replication alone
    std::vector<std::shared_ptr<const Metric>> metrics;   // that are read from each
    unsigned threads = 1;                    // in total
    std::optional<SimTime> until;
    bool quiet = false;
    ResultsFile* results = nullptr;          // none: nothing is kept
    const std::atomic<bool>* stop = nullptr; // none starts once it is set
};

/// Those that ended, by number: all of them unless it was stopped. Throws what the first one that failed threw.
[[nodiscard]] std::vector<ReplicationResult> replicate(const ReplicateRequest& request);

/// Those that a results file holds, by number, with their metrics' readings; that they are not run again is said.
[[nodiscard]] std::vector<ReplicationResult> held_replications(const ReplicateRequest& request);
/// What the metrics say of a fresh one.
void read_metrics(const ReplicateRequest& request, const Outcome& outcome, ReplicationResult& result);
/// Keeps it, with all of its details, where there is a results file.
void keep(const ReplicateRequest& request, const ReplicationResult& result, const Outcome& outcome);

/// --threads, or as many as the machine runs at once.
[[nodiscard]] unsigned default_threads();

}  // namespace mailquake

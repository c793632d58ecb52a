// The one entrance from above: a scenario goes in, an outcome comes out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"
#include "sim/kernel/fingerprint.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {

/// Looks at a run while it lasts: at each instant, what all sites did before it. The course of the run stays what it is.
struct RunMarks {
    std::vector<SimTime> at;                                                   // rising; those past the end are left out
    std::function<bool(std::size_t mark, const Fingerprint& so_far)> go_on;    // false: the run ends here, `interrupted`
};

struct RunOptions {
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    unsigned      threads = 1;                  // for the windows of this one run
    std::optional<ExecutorKind> executor{};     // none: serial on one thread, else TBB
    std::optional<SimTime> until{};             // ends the run earlier than the scenario says
    std::vector<SimTime> qshape_at{};           // extra snapshots
    std::vector<std::uint64_t> follow{};        // identities of messages whose story is told
    bool lives = false;                         // keep the lives of copies apart, to explain them (lives.hpp)
    double        sample = 0;                   // share of all messages and sign-ins whose stories are told as well; by identity
    WindowTally*  tally = nullptr;              // gets told how the windows went; with marks, from the last mark on
    const RunMarks* marks = nullptr;            // where two runs are compared while they last
    const std::atomic<bool>* stop = nullptr;    // when true, the run ends at once, `interrupted`
};

/// Runs one replication. Throws EngineError when an invariant breaks; the scenario has been validated before.
[[nodiscard]] Outcome simulate(const ScenarioSpec& scenario, const RunOptions& options);

}  // namespace mailquake

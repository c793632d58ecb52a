#include "models/cli/written_runs.hpp"

#include <utility>

namespace mailquake {

void WrittenRuns::take(Outcome& outcome, const ReplicationResult& result) {
    if (result.replication >= request_.replications) return;
    Run run{result, std::nullopt};
    read_metrics(request_, outcome, run.result);
    if (result.replication == drawn_ || request_.results != nullptr) run.outcome = std::move(outcome);
    const std::lock_guard lock(mutex_);
    runs_.insert_or_assign(result.replication, std::move(run));
}

std::vector<ReplicationResult> WrittenRuns::results() {
    std::vector<ReplicationResult> all;
    for (auto& [replication, run] : runs_) {
        if (run.outcome) keep(request_, run.result, *run.outcome);
        if (replication != drawn_) run.outcome.reset();
        all.push_back(run.result);
    }
    return all;
}

std::optional<Outcome> WrittenRuns::drawn() {
    const auto found = runs_.find(drawn_);
    return found == runs_.end() ? std::nullopt : std::exchange(found->second.outcome, std::nullopt);
}

}  // namespace mailquake

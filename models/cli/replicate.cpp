#include "models/cli/replicate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "models/cli/progress.hpp"
#include "models/cli/terminal.hpp"
#include "models/report/cascade.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {

namespace {

UnitKey key_of(const ReplicateRequest& request, std::uint32_t replication) {
    return {request.identity, request.seed, replication};
}

/// Reads what is there; the numbers of the others go to `missing`.
std::vector<ReplicationResult> held(const ReplicateRequest& request, std::vector<std::uint32_t>& missing) {
    std::vector<ReplicationResult> there;
    if (request.results != nullptr) there = request.results->units(request.identity, request.seed);
    std::erase_if(there, [&](const ReplicationResult& u) { return u.replication >= request.replications; });
    auto next = there.begin();
    for (std::uint32_t r = 0; r < request.replications; ++r) {
        if (next != there.end() && next->replication == r) ++next;
        else missing.push_back(r);
    }
    return there;
}

void say_what_is_held(const ReplicateRequest& request, const std::vector<ReplicationResult>& there) {
    if (there.empty() || request.quiet) return;
    print_note(fmt::format("mailquake: {} of {} replications are in the results file and are not run again\n", there.size(),
                           request.replications));
    const auto other = std::find_if(there.begin(), there.end(), [](const auto& u) { return u.version != MAILQUAKE_VERSION; });
    if (other != there.end())
        print_note(fmt::format("mailquake: warning: some of them were run by version {}, this is {}\n", other->version, MAILQUAKE_VERSION));
}

std::vector<ReplicationResult> run_missing(const ReplicateRequest& request, const std::vector<std::uint32_t>& missing) {
    Progress progress(request.about.name, missing.size(), request.quiet);
    const auto outer = static_cast<unsigned>(std::min<std::size_t>(std::max(request.threads, 1U), missing.size()));
    std::mutex saving;
    const auto one = [&](std::uint64_t index) {
        RunOptions options;
        options.seed = request.seed;
        options.replication = missing[index];
        options.threads = std::max(1U, request.threads / outer);
        options.until = request.until;
        const Outcome outcome = simulate(*request.scenario, options);
        ReplicationResult result = result_of(outcome, *request.scenario);
        const std::lock_guard lock(saving);
        if (request.results != nullptr) request.results->save(key_of(request, missing[index]), request.about, result, outcome);
        progress.unit_ended();
        return result;
    };
    const auto ended = run_replications<ReplicationResult>(missing.size(), outer, one, request.stop);
    std::vector<ReplicationResult> results;
    for (const auto& unit : ended) {
        if (unit.error) std::rethrow_exception(unit.error);
        if (unit.value) results.push_back(*unit.value);
    }
    return results;
}

}  // namespace

ReplicationResult result_of(const Outcome& outcome, const ScenarioSpec& scenario) {
    ReplicationResult result{outcome.seed, outcome.replication, outcome.fingerprint.hex(), MAILQUAKE_VERSION,
                             figures_of(outcome, scenario)};
    result.figures.cascade = cascade_of(outcome);
    return result;
}

std::vector<ReplicationResult> replicate(const ReplicateRequest& request) {
    std::vector<std::uint32_t> missing;
    std::vector<ReplicationResult> all = held(request, missing);
    say_what_is_held(request, all);
    if (!missing.empty())
        for (ReplicationResult& r : run_missing(request, missing)) all.push_back(std::move(r));
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.replication < b.replication; });
    return all;
}

unsigned default_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace mailquake

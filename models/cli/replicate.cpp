#include "models/cli/replicate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <thread>

#include "models/cli/progress.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/worst_table.hpp"
#include "models/world/simulate.hpp"
#include "sim/base/narrow.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {

namespace {

UnitKey key_of(const ReplicateRequest& request, std::uint32_t replication) {
    return {request.identity, request.seed, replication};
}

std::vector<std::uint32_t> wanted(const ReplicateRequest& request) {
    if (request.only) return {*request.only};
    std::vector<std::uint32_t> all(request.replications);
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

void read_metrics(const ReplicateRequest& request, const RunRecord& record, ReplicationResult& result) {
    for (const auto& metric : request.metrics) result.readings.push_back(metric->of(record));
}

/// Reads what is there; the numbers of the others go to `missing`.
std::vector<ReplicationResult> held(const ReplicateRequest& request, std::vector<std::uint32_t>& missing) {
    std::vector<ReplicationResult> there;
    if (request.results != nullptr) there = request.results->units(request.identity, request.seed);
    const auto numbers = wanted(request);
    std::erase_if(there, [&](const ReplicationResult& u) { return !std::binary_search(numbers.begin(), numbers.end(), u.replication); });
    auto next = there.begin();
    for (const std::uint32_t r : numbers) {
        if (next != there.end() && next->replication == r) ++next;
        else missing.push_back(r);
    }
    if (request.metrics.empty()) return there;
    for (ReplicationResult& unit : there)
        if (const auto record = request.results->ledger().read(key_of(request, unit.replication), {.figures = true, .distributions = true, .document = false}))
            read_metrics(request, *record, unit);
    return there;
}

void say_what_is_held(const ReplicateRequest& request, const std::vector<ReplicationResult>& there) {
    if (there.empty() || request.quiet) return;
    print_note(fmt::format("mailquake: {} of {} replications are in the results file and are not run again\n", there.size(),
                           wanted(request).size()));
    std::size_t bare = 0;
    for (const HeldUnit& unit : request.results->ledger().held(request.identity, request.seed)) {
        const auto same = [&](const ReplicationResult& r) { return r.replication == unit.replication; };
        bare += !unit.detailed && std::any_of(there.begin(), there.end(), same) ? 1U : 0U;
    }
    if (bare > 0) print_note(fmt::format("mailquake: {} of them without series and tables of mail, as sweeps and tests keep their runs\n", bare));
    const auto other = std::find_if(there.begin(), there.end(), [](const auto& u) { return u.version != MAILQUAKE_VERSION; });
    if (other != there.end())
        print_note(fmt::format("mailquake: warning: some of them were run by version {}, this is {}\n", other->version, MAILQUAKE_VERSION));
}

/// --threads was to speed up this one run, and did not: between two exchanges the sites have too little to do.
void say_turns(const WindowTally& tally, const Outcome& outcome, unsigned threads) {
    const double all = tally.in_turns + tally.in_windows;
    if (tally.in_turns <= all / 2) return;
    print_note(fmt::format("mailquake: {:.0f} % of the time this run took turns on one of {} threads: {:.0f} events between two exchanges of sites "
                           "are too few to share; it pays from some hundreds on\n",
                           100 * tally.in_turns / all, threads, static_cast<double>(outcome.events) / static_cast<double>(tally.windows + tally.turns)));
}

std::vector<ReplicationResult> run_missing(const ReplicateRequest& request, const std::vector<std::uint32_t>& missing) {
    Progress progress(request.about.name, missing.size(), request.quiet);
    const auto outer = narrow<unsigned>(std::min<std::size_t>(std::max(request.threads, 1U), missing.size()), "threads");
    std::mutex saving;
    const auto one = [&](std::uint64_t index) {
        RunOptions options;
        options.seed = request.seed;
        options.replication = missing[index];
        options.threads = std::max(1U, request.threads / outer);
        options.until = request.until;
        WindowTally tally;
        options.tally = &tally;
        const Outcome outcome = simulate(*request.scenario, options);
        if (options.threads > 1 && !request.quiet) say_turns(tally, outcome, options.threads);
        ReplicationResult result = result_of(outcome, *request.scenario);
        read_metrics(request, outcome, result);
        if (result.replication == request.only.value_or(0)) add_worst_table(request, options.threads, result);
        const std::lock_guard lock(saving);
        keep(request, result, outcome);
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

std::vector<ReplicationResult> replicate(const ReplicateRequest& request) {
    std::vector<std::uint32_t> missing;
    std::vector<ReplicationResult> all = held(request, missing);
    say_what_is_held(request, all);
    if (!missing.empty())
        for (ReplicationResult& r : run_missing(request, missing)) all.push_back(std::move(r));
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.replication < b.replication; });
    if (!all.empty()) add_worst_table(request, request.threads, all.front());   // one that a sweep has run has none yet
    return all;
}

std::vector<ReplicationResult> held_replications(const ReplicateRequest& request) {
    std::vector<std::uint32_t> missing;
    std::vector<ReplicationResult> there = held(request, missing);
    say_what_is_held(request, there);
    return there;
}

void read_metrics(const ReplicateRequest& request, const Outcome& outcome, ReplicationResult& result) {
    if (!request.metrics.empty()) read_metrics(request, record_of(result.figures, result.fingerprint, outcome, Detail::figures), result);
}

void keep(const ReplicateRequest& request, const ReplicationResult& result, const Outcome& outcome) {
    if (request.results != nullptr) request.results->save(key_of(request, result.replication), request.about, result, outcome);
}

unsigned default_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace mailquake

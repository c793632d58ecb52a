// What the verbs that experiment share: options (seed, replications, threads, results file, until), the subject made of a
// scenario, and settings of an experiment that shows how far it is and tells at once what failed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/cli/experiment_meter.hpp"
#include "models/cli/options.hpp"
#include "models/results/store.hpp"
#include "models/study/scenario_subject.hpp"
#include "models/study/untouched.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

inline constexpr std::uint64_t kMostReplications = 1'000'000;
inline constexpr std::uint64_t kMostThreads = 4096;
inline constexpr std::uint64_t kMostSeed = 9'000'000'000'000'000;   // as in a scenario; exact in JSON

/// Those of scenarios, and `--seed --replications --threads --until --results --json --quiet`.
void add_experiment_options(Options& options, const char* replications_help);

/// The file that --results names, made if need be; a mistake is one of usage.
[[nodiscard]] std::optional<ResultsFile> open_results(const Options& options);

[[nodiscard]] unsigned threads_of(const Options& options);
[[nodiscard]] std::uint64_t seed_of(const Options& options, const ScenarioSpec& scenario);
[[nodiscard]] std::uint32_t replications_of(const Options& options, std::uint32_t otherwise);

/// None: its mistakes have been shown.
[[nodiscard]] std::unique_ptr<ScenarioSubject> load_subject(const Options& options, const std::string& file);

/// May the scenario be run? Not if it is too large (models/world/run_estimate.hpp) and nobody said --yes; then that has been said.
[[nodiscard]] bool fits_or_say(const Options& options, const LoadedScenario& scenario);

/// The options `--warmup` and `--yes`, and what the first says laid over `request` as a --set; the scenario is loaded again where that
/// changes it. False: it is refused, and why has been said.
void add_running_options(Options& options);
[[nodiscard]] bool prepare_run(const Options& options, LoadRequest& request, LoadedScenario& scenario);

/// `meter`, `watch` and `ledger` (may be null) must outlive the experiment.
[[nodiscard]] ExperimentSettings experiment_settings(const Options& options, const ScenarioSubject& subject, Ledger* ledger, ExperimentMeter& meter,
                                                     TouchWatch& watch);

/// A metric of the command line; a mistake in it is one of usage.
[[nodiscard]] std::shared_ptr<const Metric> metric_or_refuse(const ScenarioSubject& subject, const std::string& text);

/// Throws UsageError with all of them, if there are any.
void refuse(const std::vector<std::string>& errors);

}  // namespace mailquake

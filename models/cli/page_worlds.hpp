// The worlds that a post-incident page compares, run with the same luck: each different one once, whoever asks for it
// (a variant that switches a flaw off is the world without that flaw), and none that a results file holds.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cli/experiment_options.hpp"
#include "models/study/page_worlds.hpp"

namespace mailquake {

class PageWorlds {
public:
    /// `options` and `results` (may be null) must outlive it.
    PageWorlds(const Options& options, ResultsFile* results, std::uint32_t runs, const ScenarioSpec& scenario);

    [[nodiscard]] const std::vector<Measure>& measures() const { return measures_; }
    /// The metric by which worlds are ranked.
    [[nodiscard]] std::string damage() const { return measures_.front().text(); }
    [[nodiscard]] const std::vector<std::shared_ptr<const Metric>>& metrics() const { return metrics_; }

    /// What has run already, under the identity of its scenario.
    void know(const std::string& identity, ComparedSide side) { known_.emplace(identity, std::move(side)); }
    /// None: it is no valid scenario, and its mistakes have been shown.
    std::optional<ComparedSide> run(const ChangedScenario& world);
    /// All of them, in order; fewer when it was interrupted. None as above.
    std::optional<std::vector<ComparedSide>> run_all(const std::vector<ChangedScenario>& worlds);

    /// Guesses of `subject`, each varied alone, by the first `runs` replications.
    [[nodiscard]] PageHinges hinges(const ScenarioSubject& subject, const std::string& metric, std::uint32_t runs);

    [[nodiscard]] bool failed() const { return failed_; }

private:
    const Options& options_;
    ResultsFile*   results_;
    std::uint32_t  runs_;
    ExperimentMeter meter_;
    std::vector<Measure> measures_;
    std::vector<std::shared_ptr<const Metric>> metrics_;
    std::map<std::string, ComparedSide> known_;   // by identity
    bool failed_ = false;
};

}  // namespace mailquake

// The worlds that a post-incident page compares, run with the same luck: each different one once, whoever asks for it
// (a variant that switches a flaw off is the world without that flaw; one with another feed has the mail of the world as
// written), and none that a results file holds.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cli/experiment_options.hpp"
#include "models/study/page_worlds.hpp"
#include "models/study/world_set.hpp"

namespace mailquake {

class PageWorlds {
public:
    /// `options` and `results` (may be null) must outlive it.
    PageWorlds(const Options& options, ResultsFile* results, std::uint32_t runs, const ScenarioSpec& scenario);

    [[nodiscard]] const std::vector<Measure>& measures() const { return measures_; }
    /// The metric by which worlds are ranked.
    [[nodiscard]] std::string damage() const { return measures_.front().text(); }
    [[nodiscard]] const std::vector<std::shared_ptr<const Metric>>& metrics() const { return metrics_; }

    /// What has run already, under the course of its mail (ScenarioSubject::mail_course_at).
    void know(const std::string& course, ComparedSide side) { known_.emplace(course, std::move(side)); }
    /// None: it is no valid scenario, and its mistakes have been shown.
    std::optional<ComparedSide> run(const ChangedScenario& world);
    /// All of them, in order, on all threads together; fewer when it was interrupted. None as above.
    std::optional<std::vector<ComparedSide>> run_all(const std::vector<ChangedScenario>& worlds);

    /// Guesses of `subject`, each varied alone, by the first `runs` replications.
    [[nodiscard]] PageHinges hinges(const ScenarioSubject& subject, const std::string& metric, std::uint32_t runs);

    [[nodiscard]] bool failed() const { return failed_; }

private:
    void run_unknown(const WorldSet& worlds, const std::vector<Point>& points, const std::vector<std::string>& courses);

    const Options& options_;
    ResultsFile*   results_;
    std::uint32_t  runs_;
    ExperimentMeter meter_;
    std::vector<Measure> measures_;
    std::vector<std::shared_ptr<const Metric>> metrics_;
    std::map<std::string, ComparedSide> known_;   // by the course of the mail
    bool failed_ = false;
};

}  // namespace mailquake

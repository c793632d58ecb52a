// The worlds that a post-incident page compares, run with the same luck: each different one once, whoever asks for it
// (a variant that switches a flaw off is the world without that flaw; one with another feed has the mail of the world as
// written), and none that a results file holds. The world as written, all others and the guesses are points of one experiment, so that no
// thread waits while there is something left to run; each part of the page finds its own afterwards. Where a results file is written, the
// first run of the world as written goes ahead of all, since its readers take the first scenario for the one that it is of.
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
    /// `as_written` may hand on its runs; `options` and `results` (may be null) must outlive it.
    PageWorlds(const Options& options, ResultsFile* results, std::uint32_t runs, std::unique_ptr<ScenarioSubject> as_written);

    [[nodiscard]] const std::vector<Measure>& measures() const { return measures_; }
    /// The metric by which worlds are ranked.
    [[nodiscard]] std::string damage() const { return measures_.front().text(); }
    [[nodiscard]] const std::vector<std::shared_ptr<const Metric>>& metrics() const { return metrics_; }

    [[nodiscard]] const ScenarioSubject& as_written() const { return worlds_.world(0); }

    /// Runs it and all of these, on all threads together, and each guess varied alone by the first `guessed` replications. False: one is no
    /// valid scenario, and its mistakes have been shown, or it was interrupted. Once.
    bool run(const std::vector<ChangedScenario>& worlds, std::uint32_t guessed);

    /// Of the ones that were run; the name is that of `world`.
    [[nodiscard]] ComparedSide side(const ChangedScenario& world) const;
    [[nodiscard]] std::vector<ComparedSide> sides(const std::vector<ChangedScenario>& worlds) const;
    [[nodiscard]] PageHinges hinges();

    [[nodiscard]] bool failed() const { return failed_; }

private:
    /// The world of that request; none: see run.
    std::optional<PointId> find_or_add(const ChangedScenario& world);
    [[nodiscard]] std::vector<UnitOrder> orders_of_guesses(std::uint32_t guessed);
    void check_as_written() const;

    std::uint32_t   runs_, guessed_ = 0;
    ExperimentMeter meter_;
    std::vector<Measure> measures_;
    std::vector<std::shared_ptr<const Metric>> metrics_;
    WorldSet        worlds_;
    Point           base_point_;   // of the set, as written
    TouchWatch      unsaid_;       // what touches nothing is said of the summary
    std::optional<Experiment> experiment_;
    PointId         base_;
    std::map<std::string, PointId> by_course_;    // of the mail (ScenarioSubject::mail_course_at)
    std::map<std::string, PointId> by_change_;    // what a changed scenario lays over the one as written
    std::vector<Choice> choices_;                 // with points of the set
    bool failed_ = false;
};

}  // namespace mailquake

// On which guess does the answer hinge? Every number that an entry marked `basis: choice` writes is varied alone, by
// factors, with the same luck; the effects on a metric are ranked.
//
// An entry without a basis of its own takes that of the entry around it. What a factor makes invalid (a share over 100 %),
// or leaves as it is (half of one server), is left out and listed. Left out: defaults, lists, what is no number, and
// the run's frame (`duration`, `warmup`, `cooldown`).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/study/scenario_subject.hpp"
#include "sim/experiment/paired.hpp"

namespace mailquake {

/// One number that is a guess, and the points that vary it.
struct Choice {
    std::string path, value;
    std::vector<Point> points;          // by factor; without settings where it cannot be varied so
    std::vector<std::string> skipped;   // why not
    std::vector<bool> only_told;        // by factor: nothing happens otherwise to the mail, only who is told of it (mail_course.hpp)
};

[[nodiscard]] std::vector<Choice> choices_of(const ScenarioSubject& subject, std::span<const double> factors);

/// What came of a choice.
struct ChoiceEffect {
    const Choice* choice = nullptr;
    std::vector<PairedDifference> effects;   // by factor; without pairs where it was not varied
    /// The largest change; `sure`: of those that chance alone does not make (95 %). Less than 0: there is none.
    [[nodiscard]] double greatest(bool sure) const;
};

/// By the greatest effect, largest first; those that chance may have made come after. All points have been added and ensured, but
/// where the metric is `of_mail`, and says nothing of dashboards, those that are `only_told`: they are the base itself.
[[nodiscard]] std::vector<ChoiceEffect> rank_choices(Experiment& experiment, PointId base, std::span<const Choice> choices, bool of_mail = false);

/// Effects that chance may have made stand in parentheses.
[[nodiscard]] std::string choices_table(std::span<const ChoiceEffect> effects, std::span<const double> factors, const Metric& metric);
[[nodiscard]] std::string choices_json(std::span<const ChoiceEffect> effects, std::span<const double> factors, const Experiment& experiment);

}  // namespace mailquake

#include "models/study/candidates.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/scenario/effective.hpp"
#include "models/study/grid.hpp"
#include "sim/experiment/value_text.hpp"

namespace mailquake {

namespace {

constexpr double kMostWhole = 1000;   // whole numbers that are all looked at

/// The values of a range without steps.
std::vector<std::string> values_of_open(const Progression& range, bool integer, std::size_t steps, std::vector<std::string>& errors) {
    const auto from = base_value_of(range.from), to = base_value_of(range.to);
    if (integer && from && to && std::abs(to->value - from->value) < kMostWhole) {
        Progression whole = range;
        whole.step = to->value < from->value ? "-1" : "1";
        return values_of(whole, errors);
    }
    return spread_values(range, steps, integer, errors);
}

std::string today_of(const ScenarioSubject& subject, const std::string& path) {
    for (const EffectiveValue& value : effective_listing(subject.base()))
        if (value.path == path) return value.value;
    return {};
}

}  // namespace

Candidates make_candidates(const ScenarioSubject& subject, const std::string& vary, std::size_t steps, std::vector<std::string>& errors) {
    Candidates candidates;
    auto axis = parse_axis(vary, errors, OpenRange::allowed);
    if (!axis) return candidates;
    candidates.path = axis->paths.front();
    for (const std::string& path : axis->paths)
        if (!subject.describe(path)) errors.push_back(unknown_path(subject, path));
    if (!errors.empty()) return candidates;
    if (axis->open) axis->values = {values_of_open(*axis->open, subject.describe(candidates.path)->integer, steps, errors)};
    if (!errors.empty()) return candidates;
    candidates.values = axis->values.front();
    candidates.points = grid_of({*axis}, {}, errors);
    check_points(subject, {*axis}, candidates.points, errors);
    candidates.today = today_of(subject, candidates.path);
    return candidates;
}

}  // namespace mailquake

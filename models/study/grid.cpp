#include "models/study/grid.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/effective.hpp"

namespace mailquake {

std::string unknown_path(const ScenarioSubject& subject, const std::string& path) {
    if (path == "seed") return "seed is no axis: replications have seeds of their own, and --seed moves them all";
    std::vector<std::string> known;
    for (const EffectiveValue& value : effective_listing(subject.base()))
        if (!value.is_inert) known.push_back(value.path);
    const std::string near = did_you_mean(path, known);
    if (!near.empty()) return fmt::format("there is no '{}' in {}; did you mean '{}'?", path, subject.name(), near);
    return fmt::format("there is no '{}' in {}; `mailquake check {} --effective` lists all paths", path, subject.name(), subject.request().file);
}

Grid make_grid(const ScenarioSubject& subject, std::span<const std::string> vary, std::span<const std::string> where,
               std::vector<std::string>& errors) {
    Grid grid;
    for (const std::string& text : vary)
        if (auto axis = parse_axis(text, errors)) grid.axes.push_back(std::move(*axis));
    for (const Axis& axis : grid.axes)
        for (const std::string& path : axis.paths)
            if (!subject.describe(path)) errors.push_back(unknown_path(subject, path));
    if (!errors.empty()) return grid;
    std::vector<Condition> conditions;
    for (const std::string& text : where)
        for (Condition& condition : parse_where(text, grid.axes, errors)) conditions.push_back(std::move(condition));
    if (!errors.empty()) return grid;
    grid.points = grid_of(grid.axes, conditions, errors);
    if (errors.empty()) check_points(subject, grid.axes, grid.points, errors);
    if (!errors.empty()) grid.points.clear();
    return grid;
}

Grid grid_of_scenario(const ScenarioSubject& subject, std::vector<std::string>& errors) {
    const auto& sweep = subject.base().spec.sweep;
    if (!sweep) return {{}, {Point{}}};
    Grid grid = make_grid(subject, sweep->vary, sweep->where, errors);
    for (std::string& error : errors) error = fmt::format("{}: sweep: {}", subject.base().file, error);
    return grid;
}

}  // namespace mailquake

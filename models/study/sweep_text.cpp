#include "models/study/sweep_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "models/report/human.hpp"
#include "models/report/measure_text.hpp"
#include "models/report/table.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> paths_of(const Experiment& experiment, std::span<const PointId> points) {
    std::vector<std::string> paths;
    for (const PointId id : points)
        for (const Setting& s : experiment.point(id).settings)
            if (std::find(paths.begin(), paths.end(), s.path) == paths.end()) paths.push_back(s.path);
    return paths;
}

std::string value_at(const Point& point, const std::string& path) {
    const std::string* value = point.find(path);
    return value == nullptr ? "-" : *value;
}

Json summary_json(const Metric& metric, const Summary& s) {
    Json one{{"value", s.value ? Json(*s.value) : Json(nullptr)}, {"at_least", s.at_least}, {"never", s.value && std::isinf(*s.value)}, {"unit", metric.uom()}};
    one["interval"] = s.interval ? Json{{"low", s.interval->low}, {"high", s.interval->high}, {"n", s.interval->n}} : Json(nullptr);
    one["without_samples"] = s.without;
    return one;
}

const char* state_text(Precision state) {
    switch (state) {
        case Precision::met: return "met";
        case Precision::more: return "interrupted";
        case Precision::budget_ended: return "not met";
    }
    return "";
}

// ---- pictures ----------------------------------------------------------------------------------------------------

constexpr std::size_t kLengthOfBar = 40;

/// Values of the first metric by point; none where there are no samples.
std::vector<Summary> first_metric(const Experiment& experiment, std::span<const PointId> points) {
    std::vector<Summary> values;
    for (const PointId id : points) values.push_back(summarize(experiment, id, 0));
    return values;
}

double greatest(const std::vector<Summary>& values) {
    double most = 0;
    for (const Summary& s : values)
        if (s.value) most = std::max(most, std::abs(*s.value));
    return most;
}

std::string step_text(const Axis& axis, std::size_t k) {
    std::string text;
    for (const auto& values : axis.values) text += (text.empty() ? "" : ", ") + values[k];
    return text;
}

std::string axis_name(const Axis& axis) { return fmt::format("{}", fmt::join(axis.paths, ", ")); }

std::string bars(const Experiment& experiment, const Grid& grid, std::span<const PointId> points) {
    const auto values = first_metric(experiment, points);
    const double most = greatest(values);
    const MetricUnit unit = unit_of_metric(experiment.metrics().front()->text());
    TextTable table({axis_name(grid.axes.front()), experiment.metrics().front()->text(), ""});
    table.align(2, TextTable::Align::left);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& point = experiment.point(points[i]);
        std::string label;
        for (const std::string& path : grid.axes.front().paths) label += (label.empty() ? "" : ", ") + value_at(point, path);
        const double part = most > 0 && values[i].value ? std::abs(*values[i].value) / most : 0;
        const auto length = static_cast<std::size_t>(std::lround(part * static_cast<double>(kLengthOfBar)));
        table.row({label, measure_text(unit, values[i].value, values[i].at_least), std::string(length, '#')});
    }
    return table.print();
}

/// A character per point, darker for more.
std::string map(const Experiment& experiment, const Grid& grid, std::span<const PointId> points) {
    constexpr std::string_view shades = ".:-=+*#%@";
    const auto values = first_metric(experiment, points);
    const double most = greatest(values);
    const MetricUnit unit = unit_of_metric(experiment.metrics().front()->text());
    std::map<Point, std::size_t> index;
    for (std::size_t i = 0; i < points.size(); ++i) index.emplace(experiment.point(points[i]), i);
    const Axis &down = grid.axes[0], &across = grid.axes[1];
    std::vector<std::string> heads{axis_name(down) + " \\ " + axis_name(across)};
    for (std::size_t k = 0; k < across.size(); ++k) heads.push_back(step_text(across, k));
    TextTable table(heads);
    for (std::size_t r = 0; r < down.size(); ++r) {
        std::vector<std::string> cells{step_text(down, r)};
        for (std::size_t k = 0; k < across.size(); ++k) {
            Point point;
            for (std::size_t p = 0; p < down.paths.size(); ++p) point.settings.push_back({down.paths[p], down.values[p][r]});
            for (std::size_t p = 0; p < across.paths.size(); ++p) point.settings.push_back({across.paths[p], across.values[p][k]});
            const auto found = index.find(point);
            if (found == index.end() || !values[found->second].value) {
                cells.emplace_back("");
                continue;
            }
            const double part = most > 0 ? std::abs(*values[found->second].value) / most : 0;
            const auto shade = static_cast<std::size_t>(std::lround(part * static_cast<double>(shades.size() - 1)));
            cells.emplace_back(3, shades[shade]);
        }
        table.row(std::move(cells));
    }
    return fmt::format("{}; '{}' is 0, '{}' is {}\n{}", experiment.metrics().front()->text(), shades.front(), shades.back(),
                       measure_text(unit, most), table.print());
}

}  // namespace

std::string sweep_table(const Experiment& experiment, std::span<const PointId> points) {
    const auto paths = paths_of(experiment, points);
    std::vector<std::string> heads = paths;
    if (heads.empty()) heads.emplace_back("point");
    const std::size_t left = heads.size();
    heads.emplace_back("n");
    for (const auto& metric : experiment.metrics()) heads.push_back(metric->text());
    TextTable table(heads, left);
    for (const PointId id : points) {
        const Point& point = experiment.point(id);
        std::vector<std::string> cells;
        for (const std::string& path : paths) cells.push_back(value_at(point, path));
        if (cells.empty()) cells.push_back(point.text());
        const std::size_t failed = experiment.failures(id).size();
        cells.push_back(failed == 0 ? fmt::format("{}", experiment.units(id).size()) : fmt::format("{}, {} failed", experiment.units(id).size(), failed));
        for (std::size_t m = 0; m < experiment.metrics().size(); ++m)
            cells.push_back(measure_text(unit_of_metric(experiment.metrics()[m]->text()), summarize(experiment, id, m)));
        table.row(std::move(cells));
    }
    return table.print();
}

std::string sweep_json(const Experiment& experiment, std::span<const PointId> points, std::span<const PreciseEnd> ends) {
    Json out{{"schema", 1}, {"scenario", experiment.subject().name()}, {"version", MAILQUAKE_VERSION}, {"seed", experiment.settings().seed},
             {"points", Json::array()}};
    for (std::size_t i = 0; i < points.size(); ++i) {
        const PointId id = points[i];
        Json settings = Json::object(), metrics = Json::object();
        for (const Setting& s : experiment.point(id).settings) settings[s.path] = s.value;
        for (std::size_t m = 0; m < experiment.metrics().size(); ++m)
            metrics[experiment.metrics()[m]->text()] = summary_json(*experiment.metrics()[m], summarize(experiment, id, m));
        Json one{{"point", settings}, {"replications", experiment.units(id).size()}, {"failed", experiment.failures(id).size()}, {"metrics", metrics}};
        if (i < ends.size()) one["precision"] = state_text(ends[i].state);
        out["points"].push_back(std::move(one));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string sweep_plot(const Experiment& experiment, const Grid& grid, std::span<const PointId> points) {
    if (grid.axes.size() == 1) return bars(experiment, grid, points);
    if (grid.axes.size() == 2) return map(experiment, grid, points);
    return "";
}

std::string precision_text(std::span<const PreciseEnd> ends, double relative) {
    const auto met = std::count_if(ends.begin(), ends.end(), [](const PreciseEnd& e) { return e.state == Precision::met; });
    std::string out = fmt::format("{} of {} points are precise to +- {}", met, ends.size(), human::percent(relative));
    std::uint32_t most = 0;
    for (const PreciseEnd& e : ends)
        if (e.state == Precision::budget_ended) most = std::max(most, e.replications);
    if (most > 0) out += fmt::format("; the others are not after {} replications, more may do (--replications {})", most, 4 * most);
    return out + "\n";
}

}  // namespace mailquake

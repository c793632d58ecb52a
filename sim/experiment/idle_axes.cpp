#include "sim/experiment/idle_axes.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace mailquake {

namespace {

std::string without(const Point& point, const Axis& axis) {
    std::string text;
    for (const Setting& s : point.settings)
        if (std::find(axis.paths.begin(), axis.paths.end(), s.path) == axis.paths.end()) text += s.path + "=" + s.value + "\n";
    return text;
}

bool alike(const UnitReadings& a, const UnitReadings& b) {
    return std::equal(a.readings.begin(), a.readings.end(), b.readings.begin(), b.readings.end(),
                      [](const std::optional<Reading>& x, const std::optional<Reading>& y) {
                          return x.has_value() == y.has_value() && (!x || (x->value == y->value && x->at_least == y->at_least));
                      });
}

bool is_idle(const Experiment& experiment, const Axis& axis, std::span<const PointId> points) {
    // By what the other axes say and replication: the point that came first, and its readings.
    std::map<std::pair<std::string, std::uint32_t>, std::pair<PointId, const UnitReadings*>> first;
    bool compared = false;
    for (const PointId id : points)
        for (const auto& [replication, unit] : experiment.units(id)) {
            const auto [there, fresh] = first.try_emplace({without(experiment.point(id), axis), replication}, id, &unit);
            if (fresh || there->second.first == id) continue;
            if (!alike(*there->second.second, unit)) return false;
            compared = true;
        }
    return compared;
}

}  // namespace

std::vector<const Axis*> idle_axes(const Experiment& experiment, std::span<const Axis> axes, std::span<const PointId> points) {
    std::vector<const Axis*> idle;
    for (const Axis& axis : axes)
        if (is_idle(experiment, axis, points)) idle.push_back(&axis);
    return idle;
}

}  // namespace mailquake

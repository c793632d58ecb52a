#include "models/study/world_set.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace mailquake {

Point WorldSet::add(std::unique_ptr<ScenarioSubject> world) {
    worlds_.push_back(std::move(world));
    return Point{}.with("world", std::to_string(worlds_.size() - 1));
}

const ScenarioSubject& WorldSet::at(const Point& point) const {
    MQ_CHECK(point.settings.size() == 1 && point.settings.front().path == "world", "a point is one of those that add() gave");
    return *worlds_.at(std::stoul(point.settings.front().value));
}

std::optional<RunRecord> WorldSet::run(const RunOrder& order) const {
    const Point as_it_is;
    RunOrder own = order;
    own.point = &as_it_is;
    return at(*order.point).run(own);
}

}  // namespace mailquake

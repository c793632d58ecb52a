#include "models/study/world_set.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

constexpr const char* kWorld = "world";   // no path of a scenario

}  // namespace

Point WorldSet::within(const Point& world, const Point& inner) {
    Point both = world;
    both.settings.insert(both.settings.end(), inner.settings.begin(), inner.settings.end());
    return both;
}

Point WorldSet::inner(const Point& point) {
    Point rest = point;
    rest.settings.erase(rest.settings.begin());
    return rest;
}

Point WorldSet::add(std::unique_ptr<ScenarioSubject> world) {
    worlds_.push_back(std::move(world));
    return Point{}.with(kWorld, std::to_string(worlds_.size() - 1));
}

const ScenarioSubject& WorldSet::at(const Point& point) const {
    MQ_CHECK(!point.settings.empty() && point.settings.front().path == kWorld, "a point begins as those do that add() gave");
    return *worlds_.at(std::stoul(point.settings.front().value));
}

std::optional<RunRecord> WorldSet::run(const RunOrder& order) const {
    const Point of_world = inner(*order.point);
    RunOrder own = order;
    own.point = &of_world;
    return at(*order.point).run(own);
}

}  // namespace mailquake

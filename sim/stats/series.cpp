#include "sim/stats/series.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace mailquake {

MinMaxSeries::MinMaxSeries(std::size_t max_points, SimDuration width, std::int64_t initial)
    : max_points_(max_points), width_(width), value_(initial) {
    MQ_CHECK(max_points >= 2, "a series has at least two points");
    MQ_CHECK(width.ns > 0, "a point covers some time");
}

void MinMaxSeries::set(SimTime now, std::int64_t value) {
    MQ_CHECK(now >= last_, "time does not run backwards");
    const bool added = reach(now);
    Point& point = points_.back();
    // A stretch that begins with this very change has not seen the value before it.
    if (added && now == start_of(points_.size() - 1)) point = {value, value};
    else point = {std::min(point.min, value), std::max(point.max, value)};
    value_ = value;
    last_ = now;
}

void MinMaxSeries::finish(SimTime end) {
    MQ_CHECK(end >= last_, "time does not run backwards");
    if (end == SimTime::zero()) return;
    reach(SimTime{end.ns - 1});
}

/// Points up to the one that `now` falls in; the new ones have seen the present value alone. True when there are new ones.
bool MinMaxSeries::reach(SimTime now) {
    while (static_cast<std::size_t>(now.ns / width_.ns) >= max_points_) halve();
    const auto needed = static_cast<std::size_t>(now.ns / width_.ns) + 1;
    if (points_.size() >= needed) return false;
    points_.resize(needed, Point{value_, value_});
    return true;
}

void MinMaxSeries::halve() {
    width_ = width_ * 2;
    const std::size_t pairs = points_.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
        const Point left = points_[2 * i], right = points_[2 * i + 1];
        points_[i] = {std::min(left.min, right.min), std::max(left.max, right.max)};
    }
    if (points_.size() % 2 == 1) points_[pairs] = points_.back();
    points_.resize((points_.size() + 1) / 2);
}

}  // namespace mailquake

// A value over time in a bounded number of points, each the least and the greatest value of its stretch: a spike of one
// second stays visible in a picture of a month.
//
// The value is a step function: it holds from the instant it is set until the next one, and is `initial` from time 0 on.
// Point k covers [k w, (k+1) w). When a change falls past the last point that there may be, w doubles and neighbours
// merge; so the least and greatest of any stretch are exact at all widths. Values that hold for no time count too.
// Memory: 16 bytes a point.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

class MinMaxSeries {
public:
    struct Point {
        std::int64_t min = 0;
        std::int64_t max = 0;
        friend bool operator==(Point, Point) = default;
    };

    explicit MinMaxSeries(std::size_t max_points = 1024, SimDuration width = {1'000'000'000}, std::int64_t initial = 0);

    /// The value from `now` on; `now` is no earlier than at the call before.
    void set(SimTime now, std::int64_t value);
    void add(SimTime now, std::int64_t delta) { set(now, value_ + delta); }
    /// The value holds until `end`: so many points there will be (the last may be a part of a stretch).
    void finish(SimTime end);

    [[nodiscard]] std::int64_t value() const { return value_; }
    /// Width of a point's stretch [ns].
    [[nodiscard]] SimDuration width() const { return width_; }
    [[nodiscard]] SimTime start_of(std::size_t point) const {
        return SimTime::zero() + width_ * static_cast<std::int64_t>(point);
    }
    [[nodiscard]] const std::vector<Point>& points() const { return points_; }

private:
    bool reach(SimTime now);
    void halve();

    std::size_t  max_points_;
    SimDuration  width_;
    SimTime      last_;
    std::int64_t value_;
    std::vector<Point> points_;
};

}  // namespace mailquake

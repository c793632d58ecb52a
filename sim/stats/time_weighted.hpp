// A count over time (queue length, busy workers): its exact area, mean and maximum. The value holds from the instant it
// is set until the next one; several changes at one instant leave the last, and each of them counts for the maximum. The
// area is an integer (count x ns), so that merging and repeating give the same bytes. For a mean that leaves the warm-up
// out, restart at its end: mean() answers only for the stretch that began at the last restart.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class TimeWeighted {
public:
    TimeWeighted() = default;
    explicit TimeWeighted(SimTime start, std::int64_t value = 0)
        : offset_(-static_cast<TimeArea>(value) * start.ns), start_(start), last_(start), max_at_(start), value_(value), max_(value) {}

    void set(SimTime now, std::int64_t value) { add(now, value - value_); }
    void add(SimTime now, std::int64_t delta) {
        MQ_CHECK(now >= last_, "time does not run backwards");
        last_ = now;
        offset_ -= static_cast<TimeArea>(delta) * now.ns;
        value_ += delta;
        if (delta > 0 && value_ > max_) {
            max_ = value_;
            max_at_ = now;
        }
    }

    /// Area and maximum begin anew at `now`; the value stays.
    void restart(SimTime now) { *this = TimeWeighted(now, value_); }

    [[nodiscard]] std::int64_t value() const { return value_; }
    /// Greatest value since the start, and the first instant it was reached.
    [[nodiscard]] std::int64_t max() const { return max_; }
    [[nodiscard]] SimTime max_at() const { return max_at_; }
    /// Area from the start to `now`, which is no earlier than the last change [count x ns].
    [[nodiscard]] TimeArea area(SimTime now) const {
        MQ_CHECK(now >= last_, "time does not run backwards");
        return offset_ + static_cast<TimeArea>(value_) * now.ns;
    }
    /// Mean over [from, to); `from` is the start or the last restart. An empty stretch has the present value as its mean.
    [[nodiscard]] double mean(SimTime from, SimTime to) const {
        MQ_CHECK(from == start_, "a mean begins where the area begins: restart() there");
        if (to == from) return static_cast<double>(value_);
        return static_cast<double>(area(to)) / static_cast<double>((to - from).ns);
    }

private:
    TimeArea     offset_ = 0;  // area = value x now + offset: a change multiplies nothing
    SimTime      start_;
    SimTime      last_;        // last change
    SimTime      max_at_;
    std::int64_t value_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace mailquake

// Two counts over the last stretch of time, in ten slices that roll: what circuit breakers and throttles decide by. The window
// is exact to a tenth of its length (Hystrix: ten buckets of a second). Plain state: adding is O(1), and rolling on O(10).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/base/time.hpp"

namespace mailquake {

class RollingCounts {
public:
    static constexpr std::int64_t kSlices = 10;

    explicit RollingCounts(SimDuration window = 10_s) : slice_(std::max<std::int64_t>(1, window.ns / kSlices)) {}

    void add(SimTime now, std::uint32_t all, std::uint32_t good) {
        roll_to(now);
        Counts& slice = slices_[static_cast<std::size_t>(last_ % kSlices)];
        slice.all += all;
        slice.good += good;
        sum_.all += all;
        sum_.good += good;
    }
    struct Counts { std::uint64_t all = 0, good = 0; };
    [[nodiscard]] Counts at(SimTime now) {
        roll_to(now);
        return sum_;
    }
    void clear() {
        slices_ = {};
        sum_ = {};
    }

private:
    void roll_to(SimTime now) {
        const std::int64_t slice = now.ns / slice_;
        for (last_ = std::max(last_, slice - kSlices); last_ < slice;) {
            Counts& oldest = slices_[static_cast<std::size_t>(++last_ % kSlices)];
            sum_.all -= oldest.all;
            sum_.good -= oldest.good;
            oldest = {};
        }
    }

    std::int64_t slice_;        // [ns]
    std::int64_t last_ = 0;     // number of the slice that is counted in
    std::array<Counts, kSlices> slices_{};
    Counts sum_;
};

}  // namespace mailquake

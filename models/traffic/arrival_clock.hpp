// Turns unit-rate arrivals into times: the n-th arrival of a source comes when its rate, integrated from the start, has
// reached the sum of its first n unit exponentials. So a source with twice the rate has the same arrivals at another
// pace, and varied rates keep each message's luck (time change of a Poisson process; Lewis, Shedler 1979).
//
// The rate is a mean, times 24 hourly factors scaled to mean 1, times the factors of all windows that hold (windows
// multiply). It is constant between whole hours of the UTC day and ends of windows, so the inverse is exact.
//
// Precision: counts are 128-bit integers in units of 2^-40 arrivals, so a sum of 10^10 draws is exact, where a double
// would be off by 2 x 10^-6 arrivals with each addition (0.2 ns at 10^4/s, and they add up). The time within an hour is
// a double of at most 3.6 x 10^12 ns, exact to below 1 ns, and rounded to the nearest ns.
// Left out: weekdays and holidays.
//
// Invariants: at() never decreases; at(count(t)) is t wherever the rate is over 0.01/s, and near t elsewhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// A number of arrivals, with fractions, exact in sums.
class ArrivalCount {
public:
    constexpr ArrivalCount() = default;
    /// The nearest count to x, which is not negative and below 2^80.
    [[nodiscard]] static ArrivalCount of(double x) {
        MQ_CHECK(x >= 0 && x < 0x1p80, "a count of arrivals is neither negative nor beyond all runs");
        const double raw = x * 0x1p40 + 0.5;
        ArrivalCount count;
        count.raw_ = raw < 0x1p62 ? static_cast<Raw>(static_cast<std::int64_t>(raw)) : static_cast<Raw>(raw);
        return count;
    }

    constexpr ArrivalCount& operator+=(ArrivalCount c) { raw_ += c.raw_; return *this; }
    friend constexpr ArrivalCount operator+(ArrivalCount a, ArrivalCount b) { return a += b; }
    friend constexpr ArrivalCount operator-(ArrivalCount a, ArrivalCount b) { a.raw_ -= b.raw_; return a; }
    friend constexpr ArrivalCount operator*(ArrivalCount a, std::int64_t k) { a.raw_ *= k; return a; }
    /// How often b fits into a.
    friend constexpr std::int64_t operator/(ArrivalCount a, ArrivalCount b) { return static_cast<std::int64_t>(a.raw_ / b.raw_); }
    friend constexpr bool operator==(ArrivalCount a, ArrivalCount b) { return a.raw_ == b.raw_; }
    friend constexpr bool operator<(ArrivalCount a, ArrivalCount b) { return a.raw_ < b.raw_; }
    friend constexpr bool operator<=(ArrivalCount a, ArrivalCount b) { return a.raw_ <= b.raw_; }

    [[nodiscard]] constexpr double value() const {
        const auto low = static_cast<std::int64_t>(raw_);  // nearly always all there is, and much faster to convert
        return (low == raw_ ? static_cast<double>(low) : static_cast<double>(raw_)) * 0x1p-40;
    }

private:
    __extension__ using Raw = __int128;
    Raw raw_ = 0;  // [2^-40 arrivals]
};

class ArrivalClock {
public:
    /// The rate is multiplied by `factor` from `from` up to, not including, `to`; never() for good.
    struct Window {
        SimTime from;
        SimTime to;
        double  factor;
    };

    /// Where the last answer was found: makes a source's next one cheap. A fresh one starts at the beginning.
    struct Cursor {
        std::size_t  segment = 0;
        std::int64_t day = 0;      // whole days that repeat, before this one
        // Of a stretch in which all is said by a rate; counts beyond `before`, up to `up_to`, are reached in it.
        ArrivalCount before, up_to;
        SimTime      from;
        double       per_ns = 0;
        double       longest = 0;  // [ns]
    };

    /// `hourly`: none, or 24 factors from 00:00 UTC that are not all zero. `start_of_day_offset`: time of the UTC day at
    /// SimTime 0, in [0, 24 h).
    ArrivalClock(double mean_per_second, std::span<const double> hourly, SimDuration start_of_day_offset,
                 std::vector<Window> windows);

    /// The time at which the integral of the rate from 0 reaches `count`; never() if it does not within 290 years.
    [[nodiscard]] SimTime at(ArrivalCount count) const;
    /// As above; `cursor` was used with no greater count before.
    [[nodiscard]] SimTime at(ArrivalCount count, Cursor& cursor) const {
        if (cursor.before < count && count <= cursor.up_to) [[likely]]
            return cursor.from + within((count - cursor.before).value(), cursor.per_ns, cursor.longest);
        return move(cursor, count);
    }
    /// Integral of the rate from 0 to t.
    [[nodiscard]] ArrivalCount count(SimTime t) const;
    /// The time at which the integral since `previous` has grown by `unit_exponential`. For a source that keeps times
    /// instead of counts; rounds each time anew.
    [[nodiscard]] SimTime after(SimTime previous, double unit_exponential) const;
    [[nodiscard]] double rate_at(SimTime t) const;  // [1/s]

private:
    /// A stretch of constant rate. Those from index daily_ on repeat every day.
    struct Segment {
        SimTime      from, to;
        double       per_ns;
        ArrivalCount before;  // integral up to `from`
        [[nodiscard]] double longest() const { return static_cast<double>((to - from).ns); }
    };

    /// The time in segment `index` at which `count` is reached, days that repeat left out.
    [[nodiscard]] SimTime within(std::size_t index, ArrivalCount count) const {
        const Segment& segment = segments_[index];
        if (count <= segment.before) return segment.from;
        return segment.from + within((count - segment.before).value(), segment.per_ns, segment.longest());
    }
    /// How far into a segment `arrivals` are reached.
    [[nodiscard]] static SimDuration within(double arrivals, double per_ns, double longest) {
        return {static_cast<std::int64_t>(std::min(arrivals / per_ns + 0.5, longest))};
    }
    /// Takes the cursor to where `count` is reached, and returns when that is.
    SimTime move(Cursor& cursor, ArrivalCount count) const;
    /// Whole days that repeat before the one in which `count` is reached.
    [[nodiscard]] std::int64_t whole_days(ArrivalCount count) const;
    /// Segment that holds at t, and whole days that repeat before.
    [[nodiscard]] std::pair<std::size_t, std::int64_t> place_of(SimTime t) const;

    std::vector<Segment> segments_;
    std::size_t  daily_ = 0;      // first of the segments that repeat
    SimTime      days_from_;      // the first such day begins
    ArrivalCount days_before_;    // integral up to there
    ArrivalCount per_day_;        // integral over each such day
};

}  // namespace mailquake

// Distributions of non-negative integers (delays in ns) in bounded memory, for quantiles.
//
// Buckets are log-linear (log_linear.hpp). quantile(q) is the value of rank max(1, ceil(q n)) among the n values in order,
// exact for the least and the greatest, else the middle of its bucket and thus within the relative error; it lies within
// [min, max] always. Count, sum, min and max are exact. What is kept is integers: merging in any order gives the same.
//
// Histogram holds an array over the octaves that were used, for summary figures: 2 bytes a bucket, 1 KiB an octave at 0.1 %, since
// the nearest cache is to keep those of a delay and a wait; 10 bytes once a bucket has counted to 2^16. SparseHistogram holds
// (bucket, count) pairs in order, 8 bytes for each bucket that was used, for the thousands.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"
#include "sim/stats/log_linear.hpp"

namespace mailquake {

class SparseHistogram;

/// What both histograms keep exactly.
struct HistogramTotals {
    TimeArea      sum = 0;
    std::uint64_t count = 0;
    std::int64_t  min = std::numeric_limits<std::int64_t>::max();
    std::int64_t  max = std::numeric_limits<std::int64_t>::min();

    void add(std::int64_t value, std::uint64_t n) {
        sum += static_cast<TimeArea>(value) * static_cast<TimeArea>(n);
        count += n;
        min = value < min ? value : min;
        max = value > max ? value : max;
    }
    void merge(const HistogramTotals& other);
    [[nodiscard]] double mean() const { return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count); }
    friend bool operator==(const HistogramTotals&, const HistogramTotals&) = default;
};

class Histogram {
public:
    Histogram() : Histogram(0.001) {}
    explicit Histogram(double relative_error) : scale_(relative_error) {}

    void add(std::int64_t value, std::uint64_t n = 1) {
        if (n == 0) return;
        const std::uint32_t bucket = scale_.bucket(value);
        if (bucket - first_ >= counts_.size()) make_room(bucket);  // also when below first_, by wrap-around
        count(bucket - first_, n);
        totals_.add(value, n);
    }
    void add(SimDuration d, std::uint64_t n = 1) { add(d.ns, n); }
    /// Of the same relative error.
    void merge(const Histogram& other);
    /// Of any relative error; its values come in as the middles of their buckets, so that both errors add up.
    void merge(const SparseHistogram& other);

    /// 0 when empty; q in [0, 1].
    [[nodiscard]] std::int64_t quantile(double q) const;
    [[nodiscard]] std::uint64_t count() const { return totals_.count; }
    [[nodiscard]] std::int64_t min() const { return totals_.count == 0 ? 0 : totals_.min; }
    [[nodiscard]] std::int64_t max() const { return totals_.count == 0 ? 0 : totals_.max; }
    [[nodiscard]] TimeArea sum() const { return totals_.sum; }
    [[nodiscard]] double mean() const { return totals_.mean(); }
    /// How many values are greater than `value`; those in its own bucket count as not greater.
    [[nodiscard]] std::uint64_t count_above(std::int64_t value) const;
    /// Memory held by the buckets [bytes].
    [[nodiscard]] std::size_t memory() const {
        return counts_.capacity() * sizeof counts_[0] + carried_.capacity() * sizeof carried_[0];
    }

    [[nodiscard]] const LogLinear& scale() const { return scale_; }
    /// f(bucket, count) for each bucket that was used, ascending.
    template <class F>
    void for_each_bucket(F&& f) const {
        for (std::size_t i = 0; i < counts_.size(); ++i)
            if (const std::uint64_t n = counted(i); n > 0) f(first_ + narrow<std::uint32_t>(i, "buckets"), n);
    }
    /// Into an empty one of the same scale: what for_each_bucket gave, and the exact totals.
    void restore(const std::vector<std::pair<std::uint32_t, std::uint64_t>>& cells, const HistogramTotals& totals);

    friend bool operator==(const Histogram& a, const Histogram& b);

private:
    [[gnu::cold]] void make_room(std::uint32_t bucket);
    void count(std::size_t place, std::uint64_t n) {
        const std::uint64_t sum = counts_[place] + n;
        counts_[place] = truncated<std::uint16_t>(sum);
        if (sum > 0xffff) [[unlikely]] carry(place, sum >> 16);
    }
    [[gnu::cold]] void carry(std::size_t place, std::uint64_t n);
    [[nodiscard]] std::uint64_t counted(std::size_t place) const {
        return carried_.empty() ? counts_[place] : counts_[place] + (carried_[place] << 16);
    }

    HistogramTotals totals_;
    LogLinear scale_;
    std::uint32_t first_ = 0;             // bucket of counts_[0]; a multiple of the buckets per octave
    std::vector<std::uint16_t> counts_;   // whole octaves; the lower 16 bits,
    std::vector<std::uint64_t> carried_;  // beside it: the upper ones; none while all are zero
};

class SparseHistogram {
public:
    SparseHistogram() : SparseHistogram(0.01) {}
    explicit SparseHistogram(double relative_error) : scale_(relative_error) {}

    void add(std::int64_t value, std::uint64_t n = 1);
    void add(SimDuration d, std::uint64_t n = 1) { add(d.ns, n); }
    /// Of the same relative error.
    void merge(const SparseHistogram& other);

    [[nodiscard]] std::int64_t quantile(double q) const;
    [[nodiscard]] std::uint64_t count() const { return totals_.count; }
    [[nodiscard]] std::int64_t min() const { return totals_.count == 0 ? 0 : totals_.min; }
    [[nodiscard]] std::int64_t max() const { return totals_.count == 0 ? 0 : totals_.max; }
    [[nodiscard]] TimeArea sum() const { return totals_.sum; }
    [[nodiscard]] double mean() const { return totals_.mean(); }
    [[nodiscard]] std::uint64_t count_above(std::int64_t value) const;
    [[nodiscard]] std::size_t memory() const { return cells_.capacity() * sizeof(Cell); }

    friend bool operator==(const SparseHistogram& a, const SparseHistogram& b) = default;

private:
    friend class Histogram;
    struct Cell {
        std::uint32_t bucket = 0;
        std::uint32_t count = 0;
        friend bool operator==(Cell, Cell) = default;
    };
    static_assert(sizeof(Cell) == 8);
    void add_to(std::uint32_t bucket, std::uint64_t n);

    HistogramTotals totals_;
    LogLinear scale_;
    std::vector<Cell> cells_;  // ascending by bucket, no zero counts
};

}  // namespace mailquake

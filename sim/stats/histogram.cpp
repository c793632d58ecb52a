#include "sim/stats/histogram.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

std::uint64_t quantile_rank(double q, std::uint64_t n) {
    MQ_CHECK(q >= 0 && q <= 1, "a quantile is from 0 to 1");
    const double exact = q * static_cast<double>(n);
    const auto rank = saturated<std::uint64_t>(std::ceil(exact - exact * 0x1p-50));
    return std::clamp<std::uint64_t>(rank, 1, std::max<std::uint64_t>(n, 1));
}

void HistogramTotals::merge(const HistogramTotals& other) {
    sum += other.sum;
    count += other.count;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
}

/// Extends the array to whole octaves, so that growing is rare however the values come.
void Histogram::make_room(std::uint32_t bucket) {
    if (bucket - first_ < counts_.size()) return;
    const std::uint32_t octave = scale_.per_octave();
    const std::uint32_t low = bucket / octave * octave;
    if (counts_.empty()) {
        first_ = low;
        counts_.assign(octave, 0);
    } else if (low < first_) {
        counts_.insert(counts_.begin(), first_ - low, 0);
        if (!carried_.empty()) carried_.insert(carried_.begin(), first_ - low, 0);
        first_ = low;
    } else {
        counts_.resize(low + octave - first_, 0);
        if (!carried_.empty()) carried_.resize(counts_.size(), 0);
    }
}

void Histogram::carry(std::size_t place, std::uint64_t n) {
    carried_.resize(counts_.size(), 0);
    carried_[place] += n;
}

void Histogram::merge(const Histogram& other) {
    MQ_CHECK(scale_ == other.scale_, "histograms that are merged have the same relative error");
    if (other.counts_.empty()) return;
    make_room(other.first_);
    make_room(narrow<std::uint32_t>(other.first_ + other.counts_.size() - 1, "buckets"));
    for (std::size_t i = 0; i < other.counts_.size(); ++i) count(other.first_ - first_ + i, other.counted(i));
    totals_.merge(other.totals_);
}

void Histogram::merge(const SparseHistogram& other) {
    for (const SparseHistogram::Cell& cell : other.cells_) {
        const std::int64_t value = std::clamp(other.scale_.middle(cell.bucket), other.min(), other.max());
        const std::uint32_t bucket = scale_.bucket(value);
        make_room(bucket);
        count(bucket - first_, cell.count);
    }
    totals_.merge(other.totals_);
}

void Histogram::restore(const std::vector<std::pair<std::uint32_t, std::uint64_t>>& cells, const HistogramTotals& totals) {
    MQ_CHECK(count() == 0, "a histogram is restored into an empty one");
    for (const auto& [bucket, n] : cells) {
        if (bucket - first_ >= counts_.size()) make_room(bucket);
        count(bucket - first_, n);
    }
    totals_ = totals;
}

std::int64_t Histogram::quantile(double q) const {
    const std::uint64_t rank = quantile_rank(q, count());
    if (rank <= 1) return min();
    if (rank >= count()) return max();
    std::uint64_t seen = 0;
    std::size_t i = 0;
    while ((seen += counted(i)) < rank) ++i;
    return std::clamp(scale_.middle(first_ + narrow<std::uint32_t>(i, "buckets")), min(), max());
}

std::uint64_t Histogram::count_above(std::int64_t value) const {
    if (count() == 0 || value >= max()) return 0;
    if (value < min()) return count();
    std::uint64_t above = 0;
    for (std::size_t i = scale_.bucket(value) - first_ + 1; i < counts_.size(); ++i) above += counted(i);
    return above;
}

/// By value: arrays that differ in unused octaves alone are equal.
bool operator==(const Histogram& a, const Histogram& b) {
    if (!(a.scale_ == b.scale_) || !(a.totals_ == b.totals_)) return false;
    const auto count = [](const Histogram& h, std::size_t bucket) {
        return bucket < h.first_ || bucket - h.first_ >= h.counts_.size() ? 0 : h.counted(bucket - h.first_);
    };
    const std::size_t end = std::max(a.first_ + a.counts_.size(), b.first_ + b.counts_.size());
    for (std::size_t bucket = std::min(a.first_, b.first_); bucket < end; ++bucket) {
        if (count(a, bucket) != count(b, bucket)) return false;
    }
    return true;
}

void SparseHistogram::add_to(std::uint32_t bucket, std::uint64_t n) {
    auto cell = std::lower_bound(cells_.begin(), cells_.end(), bucket,
                                 [](const Cell& c, std::uint32_t b) { return c.bucket < b; });
    if (cell == cells_.end() || cell->bucket != bucket) cell = cells_.insert(cell, Cell{bucket, 0});
    MQ_CHECK(n <= std::numeric_limits<std::uint32_t>::max() - cell->count, "a sparse bucket counts to 2^32");
    cell->count += narrow<std::uint32_t>(n, "values of a bucket");
}

void SparseHistogram::add(std::int64_t value, std::uint64_t n) {
    if (n == 0) return;
    add_to(scale_.bucket(value), n);
    totals_.add(value, n);
}

void SparseHistogram::merge(const SparseHistogram& other) {
    MQ_CHECK(scale_ == other.scale_, "histograms that are merged have the same relative error");
    for (const Cell& cell : std::vector<Cell>(other.cells_)) add_to(cell.bucket, cell.count);
    const HistogramTotals totals = other.totals_;
    totals_.merge(totals);
}

std::int64_t SparseHistogram::quantile(double q) const {
    const std::uint64_t rank = quantile_rank(q, count());
    if (rank <= 1) return min();
    if (rank >= count()) return max();
    std::uint64_t seen = 0;
    auto cell = cells_.begin();
    while ((seen += cell->count) < rank) ++cell;
    return std::clamp(scale_.middle(cell->bucket), min(), max());
}

std::uint64_t SparseHistogram::count_above(std::int64_t value) const {
    if (count() == 0 || value >= max()) return 0;
    if (value < min()) return count();
    const std::uint32_t own = scale_.bucket(value);
    std::uint64_t above = 0;
    for (const Cell& cell : cells_) above += cell.bucket > own ? cell.count : 0;
    return above;
}

}  // namespace mailquake

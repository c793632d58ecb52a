#include "sim/stats/quantile_interval.hpp"

#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/special_functions.hpp"

namespace mailquake {

namespace {

/// Counts by bucket, over those that are used by anybody.
struct Counts {
    std::uint32_t first = 0;
    std::vector<std::uint64_t> of;

    explicit Counts(const Histogram& h) {
        h.for_each_bucket([&](std::uint32_t bucket, std::uint64_t n) {
            if (of.empty()) first = bucket;
            of.resize(bucket - first + 1, 0);
            of.back() = n;
        });
    }
    [[nodiscard]] std::uint64_t at(std::uint32_t bucket) const {
        return bucket < first || bucket - first >= of.size() ? 0 : of[bucket - first];
    }
};

/// The q-quantile of what is in `all` and not in `without`: the value of rank q n, with the values of a bucket spread evenly
/// over it, so that it moves smoothly with what is left out.
double quantile_of(const Counts& all, std::uint64_t n, const Counts* without, const LogLinear& scale, double q) {
    const double rank = q * static_cast<double>(n);
    double before = 0, last = 0;
    for (std::size_t i = 0; i < all.of.size(); ++i) {
        const auto bucket = all.first + narrow<std::uint32_t>(i, "buckets");
        const auto here = static_cast<double>(all.of[i] - (without != nullptr ? without->at(bucket) : 0));
        if (here == 0) continue;
        const auto low = static_cast<double>(scale.low(bucket));
        last = low + scale.width(bucket);
        if (before + here >= rank) return low + scale.width(bucket) * std::max(0.0, rank - before) / here;
        before += here;
    }
    return last;
}

}  // namespace

std::optional<QuantileEstimate> pooled_quantile(std::span<const Histogram* const> replications, double q, double level) {
    MQ_CHECK(q >= 0 && q <= 1, "a quantile is from 0 to 1");
    std::vector<const Histogram*> sections;
    for (const Histogram* h : replications)
        if (h->count() > 0) sections.push_back(h);
    if (sections.empty()) return std::nullopt;
    Histogram pooled = *sections.front();
    for (std::size_t i = 1; i < sections.size(); ++i) pooled.merge(*sections[i]);
    const LogLinear& scale = pooled.scale();
    const std::int64_t value = pooled.quantile(q);
    QuantileEstimate estimate{static_cast<double>(value), std::nullopt};
    if (sections.size() < 2) return estimate;
    const Counts all(pooled);
    const double whole = quantile_of(all, pooled.count(), nullptr, scale, q);
    const auto b = static_cast<double>(sections.size());
    std::vector<double> pseudo;
    for (const Histogram* section : sections) {
        const Counts own(*section);
        pseudo.push_back(b * whole - (b - 1) * quantile_of(all, pooled.count() - section->count(), &own, scale, q));
    }
    if (const auto jackknifed = student_t_interval(pseudo, level)) {
        const double half = jackknifed->half_width() + scale.width(scale.bucket(value)) / 2;
        estimate.interval = Interval{estimate.value - half, estimate.value + half, jackknifed->n};
    }
    return estimate;
}

std::optional<Interval> rank_interval(std::span<const double> sorted, double q, double level) {
    MQ_CHECK(q > 0 && q < 1, "ranks bound a quantile between 0 and 1");
    if (sorted.empty()) return std::nullopt;
    const auto n = static_cast<double>(sorted.size());
    const auto at_most = [=](std::size_t k) {  // that so many values lie below the quantile: binomial
        return math::beta_tails(n - static_cast<double>(k), static_cast<double>(k) + 1, 1 - q);
    };
    const double tail = (1 - level) / 2;
    std::size_t low = 0, high = sorted.size() + 1;   // ranks from 1; these two are beyond all values
    while (low + 1 <= sorted.size() && at_most(low).below <= tail) ++low;
    while (high > 1 && at_most(high - 2).above <= tail) --high;
    if (low == 0 || high > sorted.size()) return std::nullopt;
    return Interval{sorted[low - 1], sorted[high - 1], sorted.size()};
}

}  // namespace mailquake

// Quantiles over all replications together, with an interval from how the replications differ.
//
// The estimate is the quantile of the pooled values; a mean of the replications' quantiles would be biased. Its interval
// is a jackknifed sectioning interval with the replications as sections: with b of them, Q the pooled quantile and Q(-i)
// that of all but the i-th, the pseudo-values b Q - (b - 1) Q(-i) stand for b independent values, and their deviation
// gives the half-width by Student's t. It lies around Q, which covers better than the pseudo-values' mean when sections
// are short. The interval is then widened on both sides by half of the histogram's bucket there, its bin error.
//
// Sources: S. Asmussen, P. W. Glynn, Stochastic Simulation (2007), III.5 (sectioning, and jackknife for smooth functions);
// H. Dong, M. K. Nakayama, "A tutorial on quantile estimation via Monte Carlo" (2020). Assumes independent replications,
// each with many values on the far side of the quantile: with fewer than about ten, p99 of 1000 values, it is too narrow.
#pragma once

#include <optional>
#include <span>

#include "sim/stats/confidence.hpp"
#include "sim/stats/histogram.hpp"

namespace mailquake {

struct QuantileEstimate {
    double value = 0;
    std::optional<Interval> interval;   // n counts replications; none for fewer than two that hold values
};

/// q in [0, 1]; all histograms have the same relative error. None if they hold no value.
[[nodiscard]] std::optional<QuantileEstimate> pooled_quantile(std::span<const Histogram* const> replications, double q, double level = 0.95);

/// The distribution-free interval for the q-quantile of independent values, between two of them by their ranks (H. A.
/// David, Order Statistics, 2.5). `sorted` ascends. None where there are too few values for the level.
[[nodiscard]] std::optional<Interval> rank_interval(std::span<const double> sorted, double q, double level = 0.95);

}  // namespace mailquake

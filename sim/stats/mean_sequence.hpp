// A confidence sequence for a mean: intervals that hold the mean at all times at once, with the stated confidence. So
// replications may be added until an answer is found, and the answer is as good as if their number had been fixed.
//
// Source: the Gaussian mixture of H. Wang and A. Ramdas, "Anytime-valid t-tests and confidence sequences for Gaussian
// means with unknown variance" (arXiv 2310.03722), after T. L. Lai, "On confidence sequences", Ann. Stat. 4 (1976). With
// S = sum(x - mu), V = sum((x - mu)^2) and a prior precision c^2 of the effect mu / sigma,
//     G(n) = sqrt(c^2 / (n + c^2)) * ((n + c^2) V / ((n + c^2) V - S^2))^(n / 2)
// is a martingale that starts at 1 if mu is the mean; by Ville's inequality it ever reaches 1 / error with a chance of at
// most `error`. The interval holds every mu at which G is below that.
//
// Assumes independent, normal values of unknown variance, as Student's t does: means of replications. With c = 1 (effects
// of about a standard deviation) there is no interval before the fifth value at 5 %; at 30 values it is 1.7 times as wide
// as Student's, the price of looking after each. m questions asked together take error / m each.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/stats/confidence.hpp"

namespace mailquake {

class MeanSequence {
public:
    /// error in (0, 1).
    explicit MeanSequence(double error = 0.05, double prior_precision = 1);

    void add(double value);
    [[nodiscard]] std::uint64_t n() const { return n_; }
    [[nodiscard]] double mean() const { return mean_; }
    /// None while every mean is possible still, and once a value was not finite.
    [[nodiscard]] std::optional<Interval> interval() const;

private:
    double error_, prior_;
    std::uint64_t n_ = 0;
    double mean_ = 0;
    double squares_ = 0;   // sum of squared deviations from the mean (Welford)
};

}  // namespace mailquake

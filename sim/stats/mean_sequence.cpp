#include "sim/stats/mean_sequence.hpp"

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"

namespace mailquake {

MeanSequence::MeanSequence(double error, double prior_precision) : error_(error), prior_(prior_precision) {
    MQ_CHECK(error > 0 && error < 1, "an error is between 0 and 1");
    MQ_CHECK(prior_precision > 0, "a precision is over 0");
}

void MeanSequence::add(double value) {
    ++n_;
    const double off = value - mean_;
    mean_ += off / static_cast<double>(n_);
    squares_ += off * (value - mean_);
}

/// G < 1 / error where (n + c^2)(s^2 + d^2) / ((n + c^2) s^2 + c^2 d^2) < k, with d the distance from the mean, s^2 the
/// variance (by n), and k = ((n + c^2) / (c^2 error^2))^(1/n); solved for d. The left side never exceeds (n + c^2) / c^2.
std::optional<Interval> MeanSequence::interval() const {
    if (n_ < 2 || !std::isfinite(mean_) || !std::isfinite(squares_)) return std::nullopt;
    const auto n = static_cast<double>(n_);
    const double most = (n + prior_) / prior_;
    const double k = math::exp((math::log(most) - 2 * math::log(error_)) / n);
    if (k >= most) return std::nullopt;
    const double half = std::sqrt(squares_ / n * (n + prior_) * (k - 1) / (n + prior_ - k * prior_));
    return Interval{mean_ - half, mean_ + half, n_};
}

}  // namespace mailquake

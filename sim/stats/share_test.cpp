#include "sim/stats/share_test.hpp"

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/narrow.hpp"
#include "sim/stats/tail_quantiles.hpp"

namespace mailquake {

ShareTest::ShareTest(const ShareZone& zone, std::uint64_t questions) {
    MQ_CHECK(zone.low > 0 && zone.low < zone.high && zone.high < 1, "a zone of indifference lies between 0 and 1");
    MQ_CHECK(zone.alpha > 0 && zone.beta > 0 && zone.alpha + zone.beta < 1, "errors are over 0, together below 1");
    MQ_CHECK(questions >= 1, "errors are shared by at least one question");
    const double alpha = zone.alpha / static_cast<double>(questions), beta = zone.beta / static_cast<double>(questions);
    up_ = math::log(zone.high / zone.low);
    down_ = math::log((1 - zone.low) / (1 - zone.high));
    pass_at_ = math::log((1 - beta) / alpha);
    fail_at_ = math::log(beta / (1 - alpha));
}

/// Taken from the counts, so that it has no rounding of its own history.
double ShareTest::ratio() const { return static_cast<double>(yes_) * up_ - static_cast<double>(trials_ - yes_) * down_; }

void ShareTest::add(bool yes) {
    ++trials_;
    yes_ += yes ? 1 : 0;
    if (verdict_ != Verdict::undecided) return;
    if (ratio() >= pass_at_) verdict_ = Verdict::pass;
    else if (ratio() <= fail_at_) verdict_ = Verdict::fail;
}

std::uint64_t ShareTest::clean_trials_to_pass() const {
    if (verdict_ != Verdict::undecided) return 0;
    return saturated<std::uint64_t>(std::ceil((pass_at_ - ratio()) / up_));
}

Interval share_interval(std::uint64_t yes, std::uint64_t trials, double level) {
    MQ_CHECK(yes <= trials, "no more answers are yes than there are");
    MQ_CHECK(level > 0 && level < 1, "a confidence level is between 0 and 1");
    if (trials == 0) return {0, 1, 0};
    const auto n = static_cast<double>(trials), k = static_cast<double>(yes);
    const double tail = (1 - level) / 2;
    return {yes == 0 ? 0 : beta_below(k, n - k + 1, tail), yes == trials ? 1 : beta_exceeded(k + 1, n - k, tail), trials};
}

}  // namespace mailquake

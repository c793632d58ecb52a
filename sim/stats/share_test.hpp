// Is a share at least so large? Wald's sequential probability ratio test on independent yes/no trials, with three answers.
//
// Two simple hypotheses: the share is `low` (the promise is broken) or `high` (it is kept). Between them is the zone of
// indifference, where either answer will do. After each trial the log likelihood ratio grows by ln(high / low) for a yes
// and falls by ln((1 - low) / (1 - high)) for a no; at ln((1 - beta) / alpha) the answer is pass, at ln(beta / (1 - alpha))
// fail, between them undecided. Wald's bounds: the chances alpha' of a wrong pass at `low` and beta' of a wrong fail at
// `high` have alpha' + beta' <= alpha + beta; outside the zone they are smaller still. At 90 %, 99 % and 5 % each, alpha'
// is 4.999 % and beta' 2.3 % (exactly, by summing over all paths), 31 clean trials pass, and one never does.
//
// m questions asked together share the errors: each gets alpha / m and beta / m (Bonferroni), so that the chance of any
// wrong answer among them is at most alpha + beta. The answer stays as it was first given; later trials change nothing.
//
// Source: A. Wald, "Sequential tests of statistical hypotheses", Ann. Math. Stat. 16 (1945). Assumes independent trials
// with one share: replications. Left out: truncation; who stops before an answer has none.
#pragma once

#include <cstdint>

#include "sim/stats/confidence.hpp"

namespace mailquake {

/// What is known of a promise.
enum class Verdict : std::uint8_t { pass, fail, undecided };

struct ShareZone {
    double low = 0.90;    // at or below: fail
    double high = 0.99;   // at or above: pass
    double alpha = 0.05;  // chance of a pass at `low`
    double beta = 0.05;   // chance of a fail at `high`

    /// The zone that begins at `share` in (0, 1) and ends a tenth as far from 1: 90 % to 99 %, 99 % to 99.9 %.
    [[nodiscard]] static ShareZone from(double share) { return {share, 1 - (1 - share) / 10, 0.05, 0.05}; }
};

class ShareTest {
public:
    /// `questions` that are asked together share the errors.
    explicit ShareTest(const ShareZone& zone = {}, std::uint64_t questions = 1);

    void add(bool yes);
    [[nodiscard]] Verdict verdict() const { return verdict_; }
    [[nodiscard]] std::uint64_t trials() const { return trials_; }
    [[nodiscard]] std::uint64_t yes() const { return yes_; }
    /// How many trials must all be yes to pass from here; 0 once there is a verdict.
    [[nodiscard]] std::uint64_t clean_trials_to_pass() const;

private:
    [[nodiscard]] double ratio() const;   // log likelihood

    double up_, down_;             // of the log likelihood ratio, for a yes and for a no
    double pass_at_, fail_at_;
    std::uint64_t trials_ = 0, yes_ = 0;
    Verdict verdict_ = Verdict::undecided;
};

/// The interval of Clopper and Pearson (Biometrika 26, 1934) for a share: holds it with at least the stated confidence,
/// whatever it is. For a number of trials that was fixed beforehand; of trials that a test ended it is a description.
/// [0, 1] for no trials.
[[nodiscard]] Interval share_interval(std::uint64_t yes, std::uint64_t trials, double level = 0.95);

}  // namespace mailquake

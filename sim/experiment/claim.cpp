#include "sim/experiment/claim.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

/// Whether the verdict would be the same of any greater means: what is known are lower bounds.
bool stays_for_greater(Verdict verdict, Comparison comparison, double bound, const Interval& means) {
    switch (comparison) {
        case Comparison::less:
        case Comparison::at_most: return verdict == Verdict::fail;
        case Comparison::at_least:
        case Comparison::greater: return verdict == Verdict::pass;
        case Comparison::equal:
        case Comparison::unequal: return means.low > bound;
    }
    return false;
}

/// What an interval of possible means says of the claim.
Verdict judge_interval(Comparison comparison, double bound, const Interval& means) {
    const bool low = compares(comparison, means.low, bound), high = compares(comparison, means.high, bound);
    const bool within = means.contains(bound), point = means.low == means.high;
    switch (comparison) {
        case Comparison::less:
        case Comparison::at_most:
        case Comparison::at_least:
        case Comparison::greater: return low && high ? Verdict::pass : !low && !high ? Verdict::fail : Verdict::undecided;
        case Comparison::equal: return !within ? Verdict::fail : point ? Verdict::pass : Verdict::undecided;
        case Comparison::unequal: return !within ? Verdict::pass : point ? Verdict::fail : Verdict::undecided;
    }
    return Verdict::undecided;
}

}  // namespace

Holds holds(Comparison comparison, double bound, const std::optional<Reading>& reading) {
    if (!reading) return Holds::unknown;
    const bool now = compares(comparison, reading->value, bound);
    if (!reading->at_least) return now ? Holds::yes : Holds::no;
    // The true value lies between the two. Where both say the same of an order, so does it.
    const bool then = compares(comparison, reading->greatest, bound), beyond = reading->value > bound || reading->greatest < bound;
    switch (comparison) {
        case Comparison::less:
        case Comparison::at_most:
        case Comparison::at_least:
        case Comparison::greater: return now != then ? Holds::unknown : now ? Holds::yes : Holds::no;
        case Comparison::equal: return beyond ? Holds::no : Holds::unknown;
        case Comparison::unequal: return beyond ? Holds::yes : Holds::unknown;
    }
    return Holds::unknown;
}

ClaimJudge::ClaimJudge(const Claim& claim, std::uint64_t questions)
    : claim_(claim),
      if_unknown_breaks_(claim.zone, questions),
      if_unknown_holds_(claim.zone, questions),
      sequence_(claim.error / static_cast<double>(questions)) {}

bool ClaimJudge::open() const {
    if (verdict_ != Verdict::undecided) return false;
    switch (claim_.of) {
        case Claim::Of::single_runs:
            return if_unknown_breaks_.verdict() == Verdict::undecided || if_unknown_holds_.verdict() == Verdict::undecided;
        case Claim::Of::mean: return empty_ == 0;   // the mean of all runs is beyond knowing without some of them
    }
    return false;
}

std::uint64_t ClaimJudge::runs_to_go() const {
    if (!open()) return 0;
    switch (claim_.of) {
        case Claim::Of::single_runs: return std::max<std::uint64_t>(if_unknown_breaks_.clean_trials_to_pass(), 1);
        case Claim::Of::mean: return std::max<std::uint64_t>(runs_ / 2, 5);
    }
    return 1;
}

void ClaimJudge::add(const std::optional<Reading>& reading) {
    if (!open()) return;
    const Holds one = holds(claim_.comparison, claim_.bound, reading);
    if (one == Holds::no && !first_broken_) first_broken_ = narrow<std::uint32_t>(runs_, "runs of a claim");
    ++runs_;
    yes_ += one == Holds::yes ? 1U : 0U;
    unknown_ += one == Holds::unknown ? 1U : 0U;
    empty_ += reading ? 0U : 1U;
    if (reading) {
        if (std::isfinite(reading->value)) sequence_.add(reading->value);
        else ++infinite_;
        at_least_ |= reading->at_least;
    }
    switch (claim_.of) {
        case Claim::Of::single_runs: judge_share(one); break;
        case Claim::Of::mean: judge_mean(); break;
    }
}

void ClaimJudge::judge_share(Holds one) {
    if_unknown_breaks_.add(one == Holds::yes);
    if_unknown_holds_.add(one != Holds::no);
    if (if_unknown_breaks_.verdict() == Verdict::pass) verdict_ = Verdict::pass;
    else if (if_unknown_holds_.verdict() == Verdict::fail) verdict_ = Verdict::fail;
}

void ClaimJudge::judge_mean() {
    if (infinite_ > 0) {   // so is the mean of all runs; one run alone passes nothing
        const bool holds_now = compares(claim_.comparison, std::numeric_limits<double>::infinity(), claim_.bound);
        if (!holds_now || runs_ > 1) verdict_ = holds_now ? Verdict::pass : Verdict::fail;
        return;
    }
    const auto means = sequence_.interval();
    if (!means || empty_ > 0) return;
    const Verdict verdict = judge_interval(claim_.comparison, claim_.bound, *means);
    if (!at_least_ || stays_for_greater(verdict, claim_.comparison, claim_.bound, *means)) verdict_ = verdict;
}

std::optional<double> ClaimJudge::value() const {
    if (runs_ == empty_) return std::nullopt;
    switch (claim_.of) {
        case Claim::Of::single_runs: return static_cast<double>(yes_) / static_cast<double>(runs_);
        case Claim::Of::mean: return metric_mean();
    }
    return std::nullopt;
}

std::optional<Interval> ClaimJudge::interval() const {
    if (runs_ == empty_) return std::nullopt;
    switch (claim_.of) {
        case Claim::Of::single_runs: return share_interval(yes_, runs_);
        case Claim::Of::mean: return infinite_ > 0 ? std::nullopt : sequence_.interval();
    }
    return std::nullopt;
}

}  // namespace mailquake

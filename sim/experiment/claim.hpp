// A claim about a metric, and what replications say of it: pass, fail, or undecided.
//
// A claim on single runs (`p99 < 5m`) is true or false of each; judged is the share of runs in which it holds, by Wald's
// test (share_test.hpp): at least `zone.low` is promised. A claim on the mean over runs is judged by a confidence sequence
// (mean_sequence.hpp): pass once all means that are possible satisfy it, fail once none does. Claims that are judged
// together share the errors. One replication never passes.
//
// A run may leave open whether the claim holds: it ended too early, or failed, or has no samples. Such a run counts as
// broken for passing and as kept for failing, so that it never helps either answer. A verdict stays as it was first given.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "sim/experiment/comparison.hpp"
#include "sim/experiment/subject.hpp"
#include "sim/stats/mean_sequence.hpp"
#include "sim/stats/share_test.hpp"

namespace mailquake {

struct Claim {
    enum class Of : std::uint8_t { single_runs, mean };

    std::string text;                  // as written, for people
    std::size_t metric = 0;            // index into the experiment's metrics
    Comparison  comparison = Comparison::less;
    double      bound = 0;             // in the metric's unit
    Of          of = Of::single_runs;
    ShareZone   zone;                  // of single runs
    double      error = 0.05;          // of means; shared like the zone's
};

enum class Holds : std::uint8_t { yes, no, unknown };

/// Of one run. A reading that is a lower bound satisfies or breaks a claim only if the true value does whatever it is.
[[nodiscard]] Holds holds(Comparison comparison, double bound, const std::optional<Reading>& reading);

class ClaimJudge {
public:
    /// `questions` claims are judged together.
    ClaimJudge(const Claim& claim, std::uint64_t questions);

    /// The reading of the next replication, in order; none: it failed, or has no samples.
    void add(const std::optional<Reading>& reading);
    [[nodiscard]] Verdict verdict() const { return verdict_; }
    /// Whether more replications could change it.
    [[nodiscard]] bool open() const;
    /// A guess of how many more replications it takes, at least 1 while it is open: as if all that come were to hold.
    [[nodiscard]] std::uint64_t runs_to_go() const;

    // Up to the verdict: what was added later is not counted, so that these do not depend on how many ran at once.
    [[nodiscard]] std::uint64_t runs() const { return runs_; }
    [[nodiscard]] std::uint64_t yes() const { return yes_; }
    [[nodiscard]] std::uint64_t unknown() const { return unknown_; }     // of these `empty()` had no samples or failed
    [[nodiscard]] std::uint64_t empty() const { return empty_; }
    /// Number of the first replication in which the claim did not hold.
    [[nodiscard]] std::optional<std::uint32_t> first_broken() const { return first_broken_; }
    /// The share of runs in which it holds, or the mean; none before there is a run with samples.
    [[nodiscard]] std::optional<double> value() const;
    /// Of the share or of the mean.
    [[nodiscard]] std::optional<Interval> interval() const;
    /// Mean of the metric over the runs with samples, whichever the claim is of; infinite if it is in one of them.
    [[nodiscard]] double metric_mean() const { return infinite_ > 0 ? std::numeric_limits<double>::infinity() : sequence_.mean(); }
    /// Whether that is a lower bound.
    [[nodiscard]] bool at_least() const { return at_least_; }

private:
    void judge_share(Holds one);
    void judge_mean();

    Claim claim_;
    ShareTest if_unknown_breaks_, if_unknown_holds_;
    MeanSequence sequence_;
    Verdict verdict_ = Verdict::undecided;
    std::uint64_t runs_ = 0, yes_ = 0, unknown_ = 0, empty_ = 0, infinite_ = 0;
    std::optional<std::uint32_t> first_broken_;
    bool at_least_ = false;
};

}  // namespace mailquake

// The smallest (or largest) of ordered candidates at which all claims pass: bisection, with a verdict at each step.
//
// Candidates are points, from the least value to the greatest; between them runs share their luck (common random numbers).
// Bisection finds the edge if there is one edge. Since it may not be so (more servers can hurt: they can overload what
// they call), a few more candidates are looked at afterwards, in the middle of the widest gaps on both sides. One that
// contradicts makes the answer "not monotone", with all that was seen; it can still go unseen between those looked at.
//
// All verdicts of a search share the errors: with as many looks, one of them is wrong no more often than a single one would be.
// An undecided candidate is not one that passes: the answer errs to the safe side, and says which they were.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/experiment/judge.hpp"

namespace mailquake {

enum class SizeGoal : std::uint8_t { smallest, largest };

struct SizeSearch {
    SizeGoal goal = SizeGoal::smallest;
    std::uint32_t probes = 2;   // candidates looked at on each side of the answer, to see whether it is monotone
    JudgeSettings judging;
};

struct SizeResult {
    std::optional<std::size_t> answer;   // index of the candidate; none: no candidate that was looked at passes
    bool monotone = true;                // as far as was looked
    bool stopped = false;
    std::vector<std::optional<PointVerdict>> looked_at;   // by candidate
    /// Failing ones on the side where all should pass, and passing ones on the other side.
    std::vector<std::size_t> contradictions;
    /// Undecided ones on the near side of the answer: with more replications one of them might be the answer.
    std::vector<std::size_t> undecided;
};

[[nodiscard]] SizeResult search_size(Experiment& experiment, std::span<const PointId> candidates, std::span<const Claim> claims,
                                     const SizeSearch& search = {});

}  // namespace mailquake

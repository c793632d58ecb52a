// Judges claims at points: adds replications until each claim has a verdict or the budget ends.
//
// Replications are judged in their order, and none after a verdict, so verdicts and all that is reported with them depend
// neither on the number of threads nor on what the ledger held. They are run in rounds that double, from as many as keep the
// threads busy up to as many as the verdict needs if all goes well; what ran in vain stays in the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/experiment/claim.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

struct JudgeSettings {
    std::uint32_t budget = 200;              // replications of a point at most
    std::optional<std::uint64_t> questions;  // claims that share the errors; none: those that are judged together here
};

/// All claims at one point.
struct PointVerdict {
    PointId point;
    std::vector<ClaimJudge> claims;   // in the order of the claims

    /// Fail if one fails, else undecided if one is, else pass.
    [[nodiscard]] Verdict verdict() const;
    /// Replications that were looked at.
    [[nodiscard]] std::uint64_t runs() const;
};

/// One for each of the points, in their order. Once it was stopped, verdicts are as far as they got.
[[nodiscard]] std::vector<PointVerdict> judge(Experiment& experiment, std::span<const PointId> points, std::span<const Claim> claims,
                                              const JudgeSettings& settings = {});

[[nodiscard]] constexpr std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass: return "pass";
        case Verdict::fail: return "fail";
        case Verdict::undecided: return "undecided";
    }
    return {};
}

}  // namespace mailquake

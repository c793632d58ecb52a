// What `test` found out, as plain rows that texts, JSON and JUnit are written from: one per point and expectation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/study/expectations.hpp"
#include "models/study/scenario_subject.hpp"
#include "sim/experiment/judge.hpp"

namespace mailquake {

/// How many replications of a point are spent at most, unless somebody says otherwise.
inline constexpr std::uint32_t kUsualBudget = 200;

struct VerdictRow {
    Point       point;
    Expected    expected;
    Verdict     verdict = Verdict::undecided;
    bool        of_mean = false;
    std::uint64_t runs = 0, yes = 0, unknown = 0, empty = 0;   // as ClaimJudge counts them
    std::optional<std::uint32_t> first_broken;   // replication
    std::optional<double>   value;               // mean of the metric over the runs
    bool                    at_least = false;
    std::optional<Interval> interval;            // of the share of runs in which it holds, or of the mean
    std::string             replay;              // command for the first run in which it did not hold; may be empty

    [[nodiscard]] bool no_samples() const { return runs > 0 && empty == runs; }
    [[nodiscard]] double share() const { return runs == 0 ? 0 : static_cast<double>(yes) / static_cast<double>(runs); }
};

/// One scenario file.
struct FileVerdict {
    std::string   file, scenario;
    std::uint64_t seed = 1;
    std::uint32_t budget = 0;       // replications of a point at most
    std::size_t   points = 0;
    std::uint64_t replications = 0; // of the point that needed most
    std::vector<VerdictRow> rows;   // by point, then by expectation
    std::vector<std::string> failed_units;
    bool stopped = false;
    bool nothing_accepted = false;  // no mail in any run: nothing is judged

    /// Fail if one fails, else undecided if one is, else pass.
    [[nodiscard]] Verdict verdict() const;
};

[[nodiscard]] FileVerdict verdicts_of(const ScenarioSubject& subject, const Expectations& expectations, const Experiment& experiment,
                                      const std::vector<PointVerdict>& points, std::uint32_t budget);

}  // namespace mailquake

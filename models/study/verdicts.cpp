#include "models/study/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailquake {

namespace {

VerdictRow row_of(const ScenarioSubject& subject, const Expected& expected, const Claim& claim, const ClaimJudge& judge, const Point& point,
                  std::uint64_t seed) {
    VerdictRow row;
    row.point = point;
    row.expected = expected;
    row.verdict = judge.verdict();
    row.of_mean = claim.of == Claim::Of::mean;
    row.runs = judge.runs();
    row.yes = judge.yes();
    row.unknown = judge.unknown();
    row.empty = judge.empty();
    row.first_broken = judge.first_broken();
    if (row.runs > row.empty) row.value = judge.metric_mean();
    row.at_least = judge.at_least();
    row.interval = judge.interval();
    if (row.first_broken) row.replay = subject.replay_command(point, seed, *row.first_broken);
    return row;
}

}  // namespace

Verdict FileVerdict::verdict() const {
    const auto any = [&](Verdict v) { return std::any_of(rows.begin(), rows.end(), [&](const VerdictRow& r) { return r.verdict == v; }); };
    return any(Verdict::fail) ? Verdict::fail : rows.empty() || any(Verdict::undecided) ? Verdict::undecided : Verdict::pass;
}

FileVerdict verdicts_of(const ScenarioSubject& subject, const Expectations& expectations, const Experiment& experiment,
                        const std::vector<PointVerdict>& points, std::uint32_t budget) {
    FileVerdict file;
    file.file = subject.request().file;
    file.scenario = subject.name();
    file.seed = experiment.settings().seed;
    file.budget = budget;
    file.points = points.size();
    const auto* stop = experiment.settings().stop;
    file.stopped = stop != nullptr && stop->load();
    for (const PointVerdict& verdict : points) {
        const Point& point = experiment.point(verdict.point);
        file.replications = std::max(file.replications, verdict.runs());
        for (std::size_t c = 0; c < verdict.claims.size(); ++c)
            file.rows.push_back(row_of(subject, expectations.list[c], expectations.claims[c], verdict.claims[c], point, file.seed));
        for (const auto& [replication, what] : experiment.failures(verdict.point))
            file.failed_units.push_back(fmt::format("{}, replication {}: {}", point.text(), replication, what));
    }
    return file;
}

}  // namespace mailquake

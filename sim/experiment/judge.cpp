#include "sim/experiment/judge.hpp"

#include <algorithm>

#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

bool open(const PointVerdict& point) {
    return std::any_of(point.claims.begin(), point.claims.end(), [](const ClaimJudge& c) { return c.open(); });
}

/// How many replications the next round has: as many as there were, within what keeps the threads busy and what is needed.
std::uint32_t next_round(const PointVerdict& point, std::uint32_t done, std::size_t busy_from, std::uint32_t budget) {
    std::uint64_t needed = 1;
    for (const ClaimJudge& c : point.claims) needed = std::max(needed, c.runs_to_go());
    const std::uint64_t wanted = std::min(std::max<std::uint64_t>(done, busy_from), needed);
    return narrow<std::uint32_t>(std::min<std::uint64_t>(wanted, budget - done), "replications of a round");
}

/// Feeds the replications from `next` on that are there, in order.
void look(const Experiment& experiment, std::span<const Claim> claims, PointVerdict& point, std::uint32_t& next, std::uint32_t end) {
    for (; next < end; ++next) {
        const UnitReadings* unit = experiment.find({point.point, next});
        const bool failed = experiment.failures(point.point).contains(next);
        if (unit == nullptr && !failed) return;   // it was stopped
        for (std::size_t c = 0; c < claims.size(); ++c)
            point.claims[c].add(unit == nullptr ? std::nullopt : unit->readings[claims[c].metric]);
    }
}

}  // namespace

Verdict PointVerdict::verdict() const {
    const auto any = [&](Verdict v) {
        return std::any_of(claims.begin(), claims.end(), [&](const ClaimJudge& c) { return c.verdict() == v; });
    };
    return any(Verdict::fail) ? Verdict::fail : claims.empty() || any(Verdict::undecided) ? Verdict::undecided : Verdict::pass;
}

std::uint64_t PointVerdict::runs() const {
    std::uint64_t most = 0;
    for (const ClaimJudge& c : claims) most = std::max(most, c.runs());
    return most;
}

std::vector<PointVerdict> judge(Experiment& experiment, std::span<const PointId> points, std::span<const Claim> claims,
                                const JudgeSettings& settings) {
    const std::uint64_t questions = settings.questions.value_or(std::max<std::size_t>(claims.size(), 1));
    std::vector<PointVerdict> verdicts;
    for (const PointId point : points) {
        verdicts.push_back({point, {}});
        for (const Claim& claim : claims) verdicts.back().claims.emplace_back(claim, questions);
    }
    std::vector<std::uint32_t> next(points.size(), 0);
    for (bool going = true; going;) {
        std::vector<std::size_t> undecided;
        for (std::size_t i = 0; i < points.size(); ++i)
            if (next[i] < settings.budget && open(verdicts[i])) undecided.push_back(i);
        if (undecided.empty()) break;
        const std::size_t busy_from = (2 * experiment.settings().threads + undecided.size() - 1) / undecided.size();
        std::vector<UnitOrder> orders;
        std::vector<std::uint32_t> ends;
        for (const std::size_t i : undecided) {
            ends.push_back(next[i] + next_round(verdicts[i], next[i], busy_from, settings.budget));
            for (std::uint32_t r = next[i]; r < ends.back(); ++r) orders.push_back({points[i], r});
        }
        going = experiment.ensure(orders);
        for (std::size_t k = 0; k < undecided.size(); ++k)
            look(experiment, claims, verdicts[undecided[k]], next[undecided[k]], ends[k]);
    }
    return verdicts;
}

}  // namespace mailquake

#include "sim/experiment/judge.hpp"

#include <algorithm>

namespace mailquake {

namespace {

bool open(const PointVerdict& point) {
    return std::any_of(point.claims.begin(), point.claims.end(), [](const ClaimJudge& c) { return c.open(); });
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
        const auto more = static_cast<std::uint32_t>(1 + 2 * experiment.settings().threads / undecided.size());
        std::vector<UnitOrder> orders;
        for (std::uint32_t k = 0; k < more; ++k)
            for (const std::size_t i : undecided)
                if (next[i] + k < settings.budget) orders.push_back({points[i], next[i] + k});
        going = experiment.ensure(orders);
        for (const std::size_t i : undecided) look(experiment, claims, verdicts[i], next[i], std::min(next[i] + more, settings.budget));
    }
    return verdicts;
}

}  // namespace mailquake

#include "sim/experiment/paired.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/narrow.hpp"

namespace mailquake {

PairedDifference paired_difference(std::span<const std::optional<Reading>> base, std::span<const std::optional<Reading>> changed, double level) {
    MQ_CHECK(base.size() == changed.size(), "pairs have two sides");
    PairedDifference result;
    std::vector<double> differences;
    double base_sum = 0, sum = 0;
    for (std::size_t r = 0; r < base.size(); ++r) {
        if (!base[r] || !changed[r]) continue;
        const bool base_came = std::isfinite(base[r]->value), changed_came = std::isfinite(changed[r]->value);
        result.base_never += !base_came;
        result.changed_never += !changed_came;
        if (!base_came || !changed_came) continue;
        differences.push_back(changed[r]->value - base[r]->value);
        sum += differences.back();
        base_sum += base[r]->value;
        result.at_least |= base[r]->at_least || changed[r]->at_least;
    }
    result.pairs = narrow<std::uint32_t>(differences.size(), "pairs");
    if (differences.empty()) return result;
    result.difference = sum / result.pairs;
    result.base = base_sum / result.pairs;
    result.interval = student_t_interval(differences, level);
    return result;
}

PairedDifference paired_difference(const Experiment& experiment, PointId base, PointId changed, std::size_t metric, double level) {
    std::vector<std::optional<Reading>> first, second;
    for (const auto& [replication, unit] : experiment.units(base)) {
        const UnitReadings* other = experiment.find({changed, replication});
        if (other == nullptr) continue;
        first.push_back(unit.readings[metric]);
        second.push_back(other->readings[metric]);
    }
    return paired_difference(first, second, level);
}

std::vector<RankedEffect> rank_effects(const Experiment& experiment, PointId base, std::span<const PointId> changed, std::size_t metric) {
    std::vector<RankedEffect> effects;
    for (const PointId point : changed) effects.push_back({point, paired_difference(experiment, base, point, metric)});
    const auto size = [](const RankedEffect& e) { return e.difference.difference ? std::abs(*e.difference.difference) : -1.0; };
    std::stable_sort(effects.begin(), effects.end(), [&](const RankedEffect& a, const RankedEffect& b) { return size(a) > size(b); });
    return effects;
}

}  // namespace mailquake

#include "sim/experiment/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/stats/quantile_interval.hpp"

namespace mailquake {

Summary summarize(const Experiment& experiment, PointId point, std::size_t metric, std::optional<std::uint32_t> n) {
    Summary summary;
    std::vector<double> values;
    std::vector<const Histogram*> samples;
    std::uint64_t beyond = 0, within = 0;
    for (const auto& [replication, unit] : experiment.units(point)) {
        if (n && replication >= *n) break;
        const std::optional<Reading>& reading = unit.readings[metric];
        if (!reading) {
            ++summary.without;
            continue;
        }
        ++summary.with;
        summary.at_least |= reading->at_least;
        values.push_back(reading->value);
        beyond += reading->beyond;
        if (reading->sample) samples.push_back(reading->sample.get());
    }
    if (values.empty()) return summary;
    const std::optional<double> q = experiment.metrics()[metric]->quantile();
    if (q && samples.size() == values.size()) {
        for (const Histogram* sample : samples) within += sample->count();
        const std::uint64_t rank = quantile_rank(*q, within + beyond);
        if (rank > within) {
            summary.value = std::numeric_limits<double>::infinity();
            return summary;
        }
        const double among = beyond == 0 ? *q : static_cast<double>(rank) / static_cast<double>(within);
        if (const auto pooled = pooled_quantile(samples, among)) {
            const double unit = experiment.metrics()[metric]->sample_unit();
            summary.value = pooled->value * unit;
            if (const auto& i = pooled->interval) summary.interval = Interval{i->low * unit, i->high * unit, i->n};
        }
        return summary;
    }
    double sum = 0;
    for (const double v : values) sum += v;
    summary.value = sum / static_cast<double>(values.size());
    if (std::isfinite(*summary.value)) summary.interval = student_t_interval(values);
    return summary;
}

namespace {

PreciseEnd judge_point(const Experiment& experiment, PointId point, const PrecisionRule& rule, std::uint32_t n) {
    PreciseEnd end{Precision::met, n, {}};
    std::uint32_t next = n;
    for (std::size_t m = 0; m < experiment.metrics().size(); ++m) {
        const Summary s = summarize(experiment, point, m, n);
        const PrecisionStep step = judge_precision(rule, s.value.value_or(0), s.interval, n);
        end.reached.push_back(step.reached);
        if (step.state == Precision::met) continue;
        if (end.state != Precision::budget_ended) end.state = step.state;
        next = std::max(next, step.next);
    }
    if (end.state == Precision::more) end.replications = next;
    return end;
}

}  // namespace

std::vector<PreciseEnd> replicate_until_precise(Experiment& experiment, std::span<const PointId> points, const PrecisionRule& rule) {
    std::vector<PreciseEnd> ends(points.size(), {Precision::more, std::min(std::max(rule.least, 1U), rule.budget), {}});
    for (;;) {
        std::vector<UnitOrder> orders;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (ends[i].state != Precision::more) continue;
            for (std::uint32_t r = 0; r < ends[i].replications; ++r) orders.push_back({points[i], r});
        }
        if (orders.empty()) return ends;
        std::stable_sort(orders.begin(), orders.end(), [](const UnitOrder& a, const UnitOrder& b) { return a.replication < b.replication; });
        if (!experiment.ensure(orders)) return ends;
        for (std::size_t i = 0; i < points.size(); ++i)
            if (ends[i].state == Precision::more) ends[i] = judge_point(experiment, points[i], rule, ends[i].replications);
    }
}

}  // namespace mailquake

#include "models/report/cascade.hpp"

#include <algorithm>

namespace mailquake {

namespace {

std::size_t whole_minutes(SimTime t) { return static_cast<std::size_t>((t - SimTime::zero()) / 1_min); }

}  // namespace

double p99_before(const std::vector<float>& oldest, std::size_t minutes) {
    std::vector<float> sample(oldest.begin(), oldest.begin() + static_cast<std::ptrdiff_t>(std::min(minutes, oldest.size())));
    if (sample.empty()) return 0;
    const std::size_t rank = (sample.size() * 99 + 99) / 100;   // ceil(0.99 n), from 1
    std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(rank - 1), sample.end());
    return static_cast<double>(sample[rank - 1]);
}

std::optional<std::size_t> onset_minute(const std::vector<float>& oldest, SimTime first_fault) {
    const std::size_t begin = whole_minutes(first_fault);
    const double threshold = std::max(kOnsetAge, kOnsetFactor * p99_before(oldest, begin));
    std::size_t run = 0;
    for (std::size_t m = begin; m < oldest.size(); ++m) {
        run = static_cast<double>(oldest[m]) > threshold ? run + 1 : 0;
        if (run == kOnsetMinutes) return m + 1 - kOnsetMinutes;
    }
    return std::nullopt;
}

std::vector<OnsetFigures> cascade_of(const Outcome& outcome) {
    std::vector<OnsetFigures> cascade;
    const std::optional<SimTime> begin = first_disturbance(outcome);
    if (!begin) return cascade;
    const SimTime first = *begin;
    for (const QueueSeries& q : outcome.queues) {
        const auto minute = onset_minute(q.oldest, first);
        if (!minute) continue;
        OnsetFigures f;
        f.queue = q.name;
        f.at = 60.0 * static_cast<double>(*minute + 1);
        f.before = p99_before(q.oldest, whole_minutes(first));
        f.oldest = static_cast<double>(*std::max_element(q.oldest.begin(), q.oldest.end()));
        if (!q.waiting.empty()) f.waiting = *std::max_element(q.waiting.begin(), q.waiting.end());
        cascade.push_back(std::move(f));
    }
    std::stable_sort(cascade.begin(), cascade.end(),
                     [](const OnsetFigures& a, const OnsetFigures& b) { return a.at < b.at; });
    return cascade;
}

}  // namespace mailquake

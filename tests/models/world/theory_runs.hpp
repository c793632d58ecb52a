// Replications of a scenario, and what their figures say about a formula. Means of replications are independent and
// nearly normal, so Student's t gives the interval; a replication's own messages are not.
//
// A test of a formula holds three things: the 99.9 % interval of the figure contains the formula's value; the interval is
// as narrow as the test says; and the same check rejects a model whose service times or rate are 3 % off. The wrong
// model may take fewer replications: a wider interval only makes it harder to reject.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/world/simulate.hpp"
#include "sim/stats/confidence.hpp"

namespace mailquake::theory {

/// What a replication says: one value per figure, always in the same order.
using Figures = std::vector<double>;
using Measure = std::function<Figures(const Outcome&)>;

/// 99.9 % intervals of the figures' means, over replications 0..n-1 of seed 1, two at a time.
[[nodiscard]] std::vector<Interval> intervals(const ScenarioSpec& scenario, std::uint32_t replications, const Measure& measure);

/// A figure's value by its formula, and the greatest half-width that its interval may have, relative to that value.
struct Formula {
    std::string what;
    double value;
    double half_width;
};

/// Does the measured interval speak for the formula?
[[nodiscard]] bool agrees(const Interval& measured, double formula);

/// Checks that `right` agrees with every formula, precisely enough, and that `wrong` is rejected by every one.
void hold(const std::vector<Formula>& formulas, const std::vector<Interval>& right, const std::vector<Interval>& wrong);

/// Arrivals at these times, by way of a file that lasts as long as this.
class Replay {
public:
    explicit Replay(const std::vector<SimDuration>& times);
    ~Replay();
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;
    [[nodiscard]] ReplayArrivalsSpec arrivals() const;

private:
    std::filesystem::path file_;
};

/// Poisson arrivals at `rate` [1/s] that end after `span`; `name` is their luck.
[[nodiscard]] std::vector<SimDuration> poisson_times(SimDuration span, double rate, std::string_view name);

/// A law's mean as a scenario writes it.
[[nodiscard]] std::string in_ns(double seconds);

}  // namespace mailquake::theory

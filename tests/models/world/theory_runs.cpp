#include "theory_runs.hpp"

#include "tests/catch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <fstream>

#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake::theory {

std::vector<Interval> intervals(const ScenarioSpec& scenario, std::uint32_t replications, const Measure& measure) {
    const auto results = run_replications<Figures>(replications, 2, [&](std::uint64_t r) {
        RunOptions options;
        options.replication = static_cast<std::uint32_t>(r);
        return measure(simulate(scenario, options));
    });
    std::vector<std::vector<double>> values;
    for (const auto& result : results) {
        if (result.error) std::rethrow_exception(result.error);
        values.resize(result.value->size());
        for (std::size_t f = 0; f < values.size(); ++f) values[f].push_back((*result.value)[f]);
    }
    std::vector<Interval> means;
    for (const auto& figure : values) means.push_back(student_t_interval(figure, 0.999).value());
    return means;
}

bool agrees(const Interval& measured, double formula) { return measured.contains(formula); }

void hold(const std::vector<Formula>& formulas, const std::vector<Interval>& right, const std::vector<Interval>& wrong) {
    REQUIRE(right.size() == formulas.size());
    REQUIRE(wrong.size() == formulas.size());
    for (std::size_t f = 0; f < formulas.size(); ++f) {
        const double value = formulas[f].value;
        INFO(fmt::format("{}: formula {:.6g}; measured {:.6g} +- {:.3f} %; 3 % wrong {:.6g} +- {:.3f} %", formulas[f].what, value,
                         right[f].middle(), 100 * right[f].half_width() / std::abs(value), wrong[f].middle(),
                         100 * wrong[f].half_width() / std::abs(value)));
        CHECK(agrees(right[f], value));
        CHECK(right[f].half_width() <= formulas[f].half_width * std::abs(value));
        CHECK_FALSE(agrees(wrong[f], value));
    }
}

Replay::Replay(const std::vector<SimDuration>& times) {
    static std::atomic<int> files{0};
    file_ = std::filesystem::temp_directory_path() / fmt::format("mailquake-replay-{}-{}.txt", getpid(), ++files);
    std::ofstream out(file_);
    for (SimDuration t : times) out << fmt::format("{}.{:09}\n", t.ns / 1'000'000'000, t.ns % 1'000'000'000);
}

Replay::~Replay() { std::filesystem::remove(file_); }

ReplayArrivalsSpec Replay::arrivals() const {
    ReplayArrivalsSpec spec;
    spec.file = file_.string();
    return spec;
}

std::vector<SimDuration> poisson_times(SimDuration span, double rate, std::string_view name) {
    std::vector<SimDuration> times;
    double at = 0;
    for (std::uint64_t k = 0;; ++k) {
        RandomStream luck(StreamKey(1, hash_name(name), 0), k);
        at += draw_unit_exponential(luck) / rate;
        if (at > span.seconds()) return times;
        times.push_back(SimDuration{static_cast<std::int64_t>(at * 1e9)});
    }
}

std::string in_ns(double seconds) { return fmt::format("{}ns", std::llround(seconds * 1e9)); }

}  // namespace mailquake::theory

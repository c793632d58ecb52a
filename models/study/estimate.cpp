#include "models/study/estimate.hpp"

#include <fmt/format.h>

#include "models/report/human.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {

namespace {

constexpr std::int64_t kParts = 50;

/// Wall-clock time of a whole run [s].
double by_a_fiftieth(const ScenarioSubject& subject, std::uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    options.until = SimTime::zero() + SimDuration{subject.base().until.value_or(subject.base().spec.duration).ns / kParts};
    return simulate(subject.base().spec, options).wall * static_cast<double>(kParts);
}

}  // namespace

std::string estimate_text(const ScenarioSubject& subject, const Workload& work, const ExperimentSettings& settings) {
    if (work.missing == 0) return "nothing is left to run\n";
    const std::string threads = settings.threads == 1 ? "one thread" : fmt::format("{} threads", settings.threads);
    if (work.seconds) return fmt::format("about {} on {}, by the runs in the results file\n", human::duration(*work.seconds), threads);
    const double each = by_a_fiftieth(subject, settings.seed);
    return fmt::format("about {} on {}, by the first fiftieth of one run\n", human::duration(each * static_cast<double>(work.missing) / settings.threads), threads);
}

}  // namespace mailquake

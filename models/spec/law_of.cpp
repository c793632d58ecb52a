#include "models/spec/law_of.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"

namespace mailquake {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

double in_means(SimDuration x, SimDuration mean) { return static_cast<double>(x.ns) / static_cast<double>(mean.ns); }

double exponential_up_to(double x) { return -math::expm1(-x); }

double lognormal_up_to(double x, double cv) {
    const double variance = math::log1p(cv * cv);
    return math::erfc(-(math::log(x) + variance / 2) / std::sqrt(2 * variance)) / 2;
}

double hyperexponential_up_to(double x, double cv) {
    const double p = (1 + std::sqrt((cv * cv - 1) / (cv * cv + 1))) / 2;  // as in sim/base/law.hpp
    const double slow = p < 1 ? (1 - p) * exponential_up_to(2 * (1 - p) * x) : 0;
    return p * exponential_up_to(2 * p * x) + slow;
}

}  // namespace

Law law_of(const LawSpec& spec) {
    return std::visit(Overloaded{[](const DeterministicSpec& s) { return Law::deterministic(s.mean); },
                                 [](const ExponentialSpec& s) { return Law::exponential(s.mean); },
                                 [](const LognormalSpec& s) { return Law::lognormal(s.mean, s.cv); },
                                 [](const GammaSpec& s) { return Law::gamma(s.mean, s.cv); },
                                 [](const WeibullSpec& s) { return Law::weibull(s.mean, s.shape); },
                                 [](const ParetoSpec& s) { return Law::pareto(s.mean, s.shape); },
                                 [](const HyperexponentialSpec& s) { return Law::hyperexponential(s.mean, s.cv); },
                                 [](const EmpiricalSpec& s) { return Law::empirical(s.values); }},
                      spec);
}

double probability_up_to(const LawSpec& spec, SimDuration x) {
    if (x < SimDuration::zero()) return 0;
    return std::visit(
        Overloaded{[&](const DeterministicSpec& s) { return s.mean <= x ? 1.0 : 0.0; },
                   [&](const ExponentialSpec& s) { return exponential_up_to(in_means(x, s.mean)); },
                   [&](const LognormalSpec& s) { return x.ns == 0 ? 0.0 : lognormal_up_to(in_means(x, s.mean), s.cv); },
                   [&](const GammaSpec& s) { return math::gamma_tails(1 / (s.cv * s.cv), in_means(x, s.mean) / (s.cv * s.cv)).below; },
                   [&](const WeibullSpec& s) { return exponential_up_to(math::pow(in_means(x, s.mean) * math::exp(math::log_gamma(1 + 1 / s.shape)), s.shape)); },
                   [&](const ParetoSpec& s) {
                       const double least = (s.shape - 1) / s.shape, at = in_means(x, s.mean);
                       return at <= least ? 0.0 : 1 - math::pow(least / at, s.shape);
                   },
                   [&](const HyperexponentialSpec& s) { return hyperexponential_up_to(in_means(x, s.mean), s.cv); },
                   [&](const EmpiricalSpec& s) {
                       const auto within = std::count_if(s.values.begin(), s.values.end(), [&](SimDuration v) { return v <= x; });
                       return static_cast<double>(within) / static_cast<double>(s.values.size());
                   }},
        spec);
}

SimDuration draw_up_to(const LawSpec& spec, SimDuration bound, RandomStream& luck) {
    const double most = probability_up_to(spec, bound);
    MQ_CHECK(most > 0, "a draw is conditioned on what can happen");
    const double u = luck.uniform_open() * most;
    std::int64_t below = 0, reached = bound.ns;  // F(below) < u <= F(reached), or below is 0
    while (reached - below > 1) {
        const std::int64_t middle = below + (reached - below) / 2;
        (probability_up_to(spec, SimDuration{middle}) < u ? below : reached) = middle;
    }
    return SimDuration{reached};
}

}  // namespace mailquake

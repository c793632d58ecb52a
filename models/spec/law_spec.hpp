// A law of a random length of time: how long service takes, how long a session lasts.
// Parameters as in the textbooks; the sampler is sim/base/law.hpp. Means are means of the law, also where its usual
// parameters are others (lognormal by mean and cv).
#pragma once

#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DeterministicSpec {
    static constexpr std::string_view kind = "deterministic";
    SimDuration mean;
    template <class S = DeterministicSpec>
    static constexpr auto keys() {
        return std::tuple{key("mean", &S::mean).required().at_least(0).says("the one value")};
    }
};

struct ExponentialSpec {
    static constexpr std::string_view kind = "exponential";
    SimDuration mean;
    template <class S = ExponentialSpec>
    static constexpr auto keys() {
        return std::tuple{key("mean", &S::mean).required().above(0).says("mean")};
    }
};

struct LognormalSpec {
    static constexpr std::string_view kind = "lognormal";
    SimDuration mean;
    double cv = 1;
    template <class S = LognormalSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("mean", &S::mean).required().above(0).says("mean of the law, not of its logarithm"),
            key("cv", &S::cv).above(0).at_most(100).says("coefficient of variation: standard deviation / mean")};
    }
};

struct GammaSpec {
    static constexpr std::string_view kind = "gamma";
    SimDuration mean;
    double cv = 1;
    template <class S = GammaSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("mean", &S::mean).required().above(0).says("mean"),
            key("cv", &S::cv).above(0).at_most(100).says("coefficient of variation; the shape is 1 / cv^2")};
    }
};

struct WeibullSpec {
    static constexpr std::string_view kind = "weibull";
    SimDuration mean;
    double shape = 1;
    template <class S = WeibullSpec>
    static constexpr auto keys() {
        return std::tuple{key("mean", &S::mean).required().above(0).says("mean"),
                          key("shape", &S::shape).above(0).at_most(100).says("shape; 1 is exponential")};
    }
};

struct ParetoSpec {
    static constexpr std::string_view kind = "pareto";
    SimDuration mean;
    double shape = 2.5;
    template <class S = ParetoSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("mean", &S::mean).required().above(0).says("mean"),
            key("shape", &S::shape).above(1).at_most(1000).says("tail index; over 1, else there is no mean")};
    }
};

struct HyperexponentialSpec {
    static constexpr std::string_view kind = "hyperexponential";
    SimDuration mean;
    double cv = 2;
    template <class S = HyperexponentialSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("mean", &S::mean).required().above(0).says("mean"),
            key("cv", &S::cv).at_least(1).at_most(100).says("coefficient of variation, at least 1; two phases with balanced means")};
    }
};

struct EmpiricalSpec {
    static constexpr std::string_view kind = "empirical";
    std::vector<SimDuration> values;
    template <class S = EmpiricalSpec>
    static constexpr auto keys() {
        return std::tuple{key("values", &S::values).required().says("observed values, each as likely as the next")};
    }
};

using LawSpec = std::variant<ExponentialSpec, DeterministicSpec, LognormalSpec, GammaSpec, WeibullSpec, ParetoSpec,
                             HyperexponentialSpec, EmpiricalSpec>;

}  // namespace mailquake

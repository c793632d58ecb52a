// Random faults: an alternating renewal process that is drawn before the run, conditioned where it is rare.
#include <cmath>

#include "tests/catch.hpp"

#include "models/fault/condition.hpp"
#include "models/fault/fault_timeline.hpp"
#include "models/spec/law_of.hpp"

using namespace mailquake;

namespace {

FaultSpec random_fault(LawSpec mtbf, LawSpec mttr, bool conditional = false) {
    FaultSpec fault;
    fault.name = "f";
    fault.target = "t";
    fault.mtbf = std::move(mtbf);
    fault.mttr = std::move(mttr);
    fault.conditional = conditional;
    fault.body = SiteDownFault{};
    return fault;
}

FaultOccurrences draw(const FaultSpec& fault, std::uint64_t seed, SimDuration end, SimDuration warmup = SimDuration::zero()) {
    return draw_fault_timeline(std::span(&fault, 1), seed, warmup, SimTime::zero() + end).front();
}

double mean_downtime(const FaultSpec& fault, SimDuration end, std::uint64_t runs) {
    double down = 0;
    for (std::uint64_t seed = 0; seed < runs; ++seed)
        for (const Stretch& s : draw(fault, seed, end).acts) down += (std::min(s.to, SimTime::zero() + end) - s.from).seconds();
    return down / static_cast<double>(runs) / end.seconds();
}

}  // namespace

TEST_CASE("in the long run a random fault lasts for mttr / (mtbf + mttr) of the time") {
    // Cox, Renewal Theory, 7.1: the limit of the availability of an alternating renewal process, whatever the laws are.
    CHECK(mean_downtime(random_fault(ExponentialSpec{9_h}, ExponentialSpec{1_h}), 10000_h, 20) == Approx(0.1).epsilon(0.03));
    CHECK(mean_downtime(random_fault(LognormalSpec{3_h, 1}, DeterministicSpec{1_h}), 10000_h, 20) == Approx(0.25).epsilon(0.02));
}

TEST_CASE("stretches of a random fault are in order, apart, and within the run at their beginnings") {
    const FaultOccurrences found = draw(random_fault(ExponentialSpec{10_min}, ExponentialSpec{5_min}), 7, 1000_h);
    REQUIRE(found.acts.size() > 1000);
    for (std::size_t k = 0; k < found.acts.size(); ++k) {
        CHECK(found.acts[k].from < found.acts[k].to);
        CHECK(found.acts[k].from < SimTime::zero() + 1000_h);
        if (k > 0) CHECK(found.acts[k - 1].to < found.acts[k].from);
    }
}

TEST_CASE("a rare fault that is conditional happens in every run, as late as if it had been waited for") {
    const FaultSpec rare = random_fault(ExponentialSpec{1000000_h}, ExponentialSpec{1_h}, true);
    double sum = 0;
    constexpr std::uint64_t runs = 2000;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        const FaultOccurrences found = draw(rare, seed, 10_h);
        REQUIRE(found.acts.size() >= 1);
        REQUIRE(found.acts.front().from < SimTime::zero() + 10_h);
        sum += (found.acts.front().from - SimTime::zero()).seconds();
    }
    CHECK(sum / runs / (10_h).seconds() == Approx(0.5).margin(0.03));   // given one failure, its time is uniform
    CHECK(draw(rare, 1, 10_h).probability.value() == Approx(1e-5).epsilon(0.001));
    FaultSpec as_it_comes = rare;
    as_it_comes.conditional = false;
    CHECK(draw(as_it_comes, 1, 10_h).acts.empty());
    CHECK(draw(as_it_comes, 1, 10_h).probability.value() == Approx(1e-5).epsilon(0.001));
}

TEST_CASE("how often a run has the fault is as often as the probability says") {
    const FaultSpec fault = random_fault(WeibullSpec{20_h, 2}, ExponentialSpec{1_h});
    std::uint64_t with = 0;
    constexpr std::uint64_t runs = 4000;
    for (std::uint64_t seed = 0; seed < runs; ++seed) with += !draw(fault, seed, 10_h).acts.empty();
    const double p = draw(fault, 0, 10_h).probability.value();
    CHECK(static_cast<double>(with) / runs == Approx(p).margin(4 * std::sqrt(p * (1 - p) / runs)));
}

TEST_CASE("distribution functions agree with the draws of their laws") {
    const std::vector<LawSpec> laws{ExponentialSpec{1_h},  LognormalSpec{1_h, 2}, GammaSpec{1_h, 0.7},         WeibullSpec{1_h, 0.6},
                                    ParetoSpec{1_h, 2.5}, HyperexponentialSpec{1_h, 3}, DeterministicSpec{1_h}, EmpiricalSpec{{30_min, 1_h, 2_h}}};
    for (const LawSpec& law : laws) {
        const Law sampler = law_of(law);
        constexpr int n = 20000;
        for (SimDuration x : {20_min, 1_h, 3_h}) {
            int below = 0;
            for (int k = 0; k < n; ++k) {
                RandomStream luck(StreamKey(1, 2, 3), static_cast<std::uint64_t>(k));
                below += sampler.draw(luck) <= x;
            }
            INFO("law " << law.index() << " at " << x.seconds());
            CHECK(static_cast<double>(below) / n == Approx(probability_up_to(law, x)).margin(0.015));
            RandomStream luck(StreamKey(4, 5, 6), 0);
            if (probability_up_to(law, x) > 0) CHECK(draw_up_to(law, x, luck) <= x);
        }
    }
}

TEST_CASE("other faults do not move a fault's times, nor does a longer run its earlier ones") {
    const FaultSpec fault = random_fault(ExponentialSpec{2_h}, ExponentialSpec{10_min});
    FaultSpec other = fault;
    other.name = "g";
    const std::vector<FaultSpec> both{other, fault};
    const FaultOccurrences alone = draw(fault, 3, 100_h), longer = draw(fault, 3, 200_h);
    const FaultOccurrences beside = draw_fault_timeline(both, 3, SimDuration::zero(), SimTime::zero() + 100_h)[1];
    REQUIRE(alone.acts.size() == beside.acts.size());
    REQUIRE(longer.acts.size() > alone.acts.size());
    for (std::size_t k = 0; k < alone.acts.size(); ++k) {
        CHECK(alone.acts[k].from == beside.acts[k].from);
        CHECK(alone.acts[k].from == longer.acts[k].from);
    }
}

TEST_CASE("a random fault without an `at` begins healthy when the warm-up ends") {
    const FaultSpec fault = random_fault(DeterministicSpec{1_h}, DeterministicSpec{10_min});
    CHECK(draw(fault, 1, 10_h, 30_min).acts.front().from == SimTime::zero() + 90_min);
}

TEST_CASE("conditions are read, and what is none is told") {
    const auto good = parse_condition(" queue( transport ) > 1000 for 5min ");
    REQUIRE(std::holds_alternative<MitigationCondition>(good));
    CHECK(std::get<MitigationCondition>(good).tier == "transport");
    CHECK(std::get<MitigationCondition>(good).over == 1000);
    CHECK(std::get<MitigationCondition>(good).length == 5_min);
    CHECK(std::get<MitigationCondition>(parse_condition("queue(a)>5")).length == SimDuration::zero());
    for (const char* bad : {"", "queue", "queue(a", "queue(a) < 5", "queue(a) > x", "queue(a) > 5 for", "queue(a) > 5 for 5", "queue(a) > -1"})
        CHECK(std::holds_alternative<std::string>(parse_condition(bad)));
}

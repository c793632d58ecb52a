#include "sim/base/law.hpp"

#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/pareto.hpp>
#include <boost/math/distributions/weibull.hpp>
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"

using namespace mailquake;

namespace {

const StreamKey kLawKey(7, hash_name("law-test"), hash_name("draw"));
constexpr double kMean = 20e6;  // [ns]: 20 ms

/// One draw each of n streams, as a model draws.
std::vector<double> draws_of(const Law& law, std::size_t n) {
    std::vector<double> draws(n);
    for (std::size_t i = 0; i < n; ++i) {
        RandomStream stream(kLawKey, i);
        draws[i] = static_cast<double>(law.draw(stream).ns);
    }
    return draws;
}

struct Moments {
    double mean = 0, cv = 0, mean_error = 0, cv_error = 0;  // errors: standard errors, from the spread of 100 batches
};

Moments moments_of(const std::vector<double>& draws) {
    constexpr std::size_t batches = 100;
    const std::size_t size = draws.size() / batches;
    std::vector<double> means, cvs;
    for (std::size_t b = 0; b < batches; ++b) {
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < size; ++i) sum += draws[b * size + i];
        const double mean = sum / static_cast<double>(size);
        for (std::size_t i = 0; i < size; ++i) squares += std::pow(draws[b * size + i] - mean, 2);
        means.push_back(mean);
        cvs.push_back(std::sqrt(squares / static_cast<double>(size - 1)) / mean);
    }
    const auto mean_and_error = [](const std::vector<double>& v, double& mean, double& error) {
        const auto n = static_cast<double>(v.size());
        mean = std::accumulate(v.begin(), v.end(), 0.0) / n;
        double squares = 0;
        for (double x : v) squares += (x - mean) * (x - mean);
        error = std::sqrt(squares / (n - 1) / n);
    };
    Moments m;
    mean_and_error(means, m.mean, m.mean_error);
    mean_and_error(cvs, m.cv, m.cv_error);
    return m;
}

/// Largest distance of the empirical distribution function to the true one, times sqrt(n).
double kolmogorov(std::vector<double> draws, const std::function<double(double)>& cdf) {
    std::sort(draws.begin(), draws.end());
    const auto n = static_cast<double>(draws.size());
    double distance = 0;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        const double f = cdf(draws[i]);
        distance = std::max({distance, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    }
    return distance * std::sqrt(n);
}
constexpr double kKolmogorov999 = 1.949;  // 99.9 % point of the Kolmogorov distribution

struct Case {
    std::string name;
    Law law;
    double cv;
    std::function<double(double)> cdf;  // over ns
};

std::vector<Case> random_laws() {
    namespace bm = boost::math;
    const SimDuration mean = 20_ms;
    const double variance = std::log(1 + 1.5 * 1.5);
    const double p = (1 + std::sqrt(3.0 / 5.0)) / 2;  // cv 2
    return {
        {"exponential", Law::exponential(mean), 1, [](double x) { return bm::cdf(bm::exponential(1 / kMean), x); }},
        {"lognormal", Law::lognormal(mean, 1.5), 1.5,
         [=](double x) { return bm::cdf(bm::lognormal(std::log(kMean) - variance / 2, std::sqrt(variance)), x); }},
        {"gamma", Law::gamma(mean, 0.5), 0.5, [](double x) { return bm::cdf(bm::gamma_distribution<>(4, kMean / 4), x); }},
        {"gamma, bursty", Law::gamma(mean, 1.5), 1.5,
         [](double x) { return bm::cdf(bm::gamma_distribution<>(1 / 2.25, kMean * 2.25), x); }},
        {"weibull", Law::weibull(mean, 0.7), std::sqrt(std::tgamma(1 + 2 / 0.7) / std::pow(std::tgamma(1 + 1 / 0.7), 2) - 1),
         [](double x) { return bm::cdf(bm::weibull(0.7, kMean / std::tgamma(1 + 1 / 0.7)), x); }},
        {"pareto", Law::pareto(mean, 6), 1 / std::sqrt(24.0), [](double x) {
             const double least = kMean * 5 / 6;
             return x < least ? 0 : bm::cdf(bm::pareto(least, 6), x);
         }},
        {"hyperexponential", Law::hyperexponential(mean, 2), 2, [=](double x) {
             return 1 - p * std::exp(-2 * p * x / kMean) - (1 - p) * std::exp(-2 * (1 - p) * x / kMean);
         }},
    };
}

}  // namespace

TEST_CASE("every law has the mean and the cv that it states", "[long]") {
    for (const Case& c : random_laws()) {
        INFO(c.name);
        CHECK(c.law.mean() == 20_ms);
        CHECK(c.law.cv() == Approx(c.cv).epsilon(1e-9));
        const Moments m = moments_of(draws_of(c.law, 400'000));
        CHECK(std::abs(m.mean - kMean) < 4 * m.mean_error);
        CHECK(std::abs(m.cv - c.cv) < 4 * m.cv_error + 0.002 * c.cv);  // a batch's cv is biased by order 1 / 4000
        CHECK(4 * m.mean_error < 0.03 * kMean);                        // sharp enough to find a mean that is 3 % wrong
    }
}

TEST_CASE("every law has its textbook's distribution function", "[long]") {
    for (const Case& c : random_laws()) {
        INFO(c.name);
        const std::vector<double> draws = draws_of(c.law, 100'000);
        CHECK(kolmogorov(draws, c.cdf) < kKolmogorov999);
        CHECK(kolmogorov(draws, [&](double x) { return c.cdf(x * 1.03); }) > kKolmogorov999);
    }
}

TEST_CASE("a scaled law gives the same luck, scaled") {
    std::vector<Case> laws = random_laws();
    laws.push_back({"empirical", Law::empirical({1_ms, 5_ms, 30_ms}), 0, {}});
    laws.push_back({"deterministic", Law::deterministic(20_ms), 0, {}});
    for (const Case& c : laws) {
        INFO(c.name);
        const Law triple = c.law.scaled(3);
        CHECK(std::abs(triple.mean().ns - 3 * c.law.mean().ns) <= 2);
        CHECK(triple.cv() == c.law.cv());
        for (std::uint64_t id = 0; id < 200; ++id) {
            RandomStream one(kLawKey, id), other(kLawKey, id);
            REQUIRE(std::abs(triple.draw(one).ns - 3 * c.law.draw(other).ns) <= 2);
        }
        RandomStream stream(kLawKey, 1);
        CHECK(c.law.scaled(0).draw(stream) == 0_ns);
    }
}

TEST_CASE("nothing leaks from one draw's stream into the next one's") {
    for (const Case& c : random_laws()) {
        INFO(c.name);
        RandomStream fresh(kLawKey, 2);
        const SimDuration alone = c.law.draw(fresh);
        RandomStream before(kLawKey, 1), after(kLawKey, 2);
        (void)c.law.draw(before);
        CHECK(c.law.draw(after) == alone);
    }
}

TEST_CASE("a deterministic law is its value") {
    RandomStream stream(kLawKey, 1);
    CHECK(Law::deterministic(1234567_ns).draw(stream) == 1234567_ns);
    CHECK(Law::deterministic(0_ns).draw(stream) == 0_ns);
    CHECK(Law().draw(stream) == 0_ns);
    CHECK(Law::deterministic(3_s).cv() == 0);
}

TEST_CASE("an empirical law draws each of its values equally often, and no other") {
    const std::vector<SimDuration> values{1_ms, 2_ms, 4_ms, 9_ms, 9_ms};
    const Law law = Law::empirical(values);
    CHECK(law.mean() == 5_ms);
    CHECK(law.cv() == Approx(std::sqrt((16 + 9 + 1 + 16 + 16) / 5.0) / 5));
    constexpr int n = 100'000;
    int nines = 0;
    for (std::uint64_t i = 0; i < n; ++i) {
        RandomStream stream(kLawKey, i);
        const SimDuration d = law.draw(stream);
        REQUIRE(std::find(values.begin(), values.end(), d) != values.end());
        nines += d == 9_ms ? 1 : 0;
    }
    CHECK(std::abs(nines - 0.4 * n) < 4.5 * std::sqrt(n * 0.4 * 0.6));
}

TEST_CASE("draws saturate and are never negative") {
    const Law heavy = Law::pareto(SimDuration{std::numeric_limits<std::int64_t>::max() / 2}, 1.01).scaled(1e6);
    const Law tiny = Law::exponential(1_ns);
    bool saturated = false;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        RandomStream one(kLawKey, i), other(kLawKey, i);
        const SimDuration h = heavy.draw(one);
        REQUIRE(h.ns >= 0);
        saturated |= h == SimDuration::max();
        REQUIRE(tiny.draw(other).ns >= 0);
    }
    CHECK(saturated);
}

TEST_CASE("a law refuses parameters that it cannot have") {
    CHECK_THROWS_AS(Law::exponential(0_ns), EngineError);
    CHECK_THROWS_AS(Law::lognormal(1_s, 0), EngineError);
    CHECK_THROWS_AS(Law::gamma(1_s, -1), EngineError);
    CHECK_THROWS_AS(Law::weibull(1_s, 0), EngineError);
    CHECK_THROWS_AS(Law::pareto(1_s, 1), EngineError);
    CHECK_THROWS_AS(Law::hyperexponential(1_s, 0.9), EngineError);
    CHECK_THROWS_AS(Law::empirical({}), EngineError);
    CHECK_THROWS_AS(Law::deterministic(-1_s), EngineError);
    CHECK_THROWS_AS(Law::exponential(1_s).scaled(-1), EngineError);
    CHECK(std::isinf(Law::pareto(1_s, 2).cv()));
}

TEST_CASE("the unit exponential has mean and cv 1", "[long]") {
    std::vector<double> draws(200'000);
    for (std::size_t i = 0; i < draws.size(); ++i) {
        RandomStream stream(kLawKey, i);
        draws[i] = draw_unit_exponential(stream);
    }
    const Moments m = moments_of(draws);
    CHECK(std::abs(m.mean - 1) < 4 * m.mean_error);
    CHECK(std::abs(m.cv - 1) < 4 * m.cv_error + 0.002);
}

TEST_CASE("the fast first draw of a stream is the stream's first draw, to the bit") {
    const Law exponential = Law::exponential(20_ms), lognormal = Law::lognormal(20_ms, 2);
    for (std::uint64_t i = 0; i < 300'000; ++i) {
        RandomStream stream(kLawKey, i, 3), again(kLawKey, i, 3), other(kLawKey, i, 3);
        REQUIRE(draw_unit_exponential(kLawKey, i, 3) == draw_unit_exponential(stream));
        REQUIRE(exponential.draw(kLawKey, i, 3) == exponential.draw(again));
        REQUIRE(lognormal.draw(kLawKey, i, 3) == lognormal.draw(other));
    }
}

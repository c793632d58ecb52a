// The ziggurats: their layers close at the top and have one area, draws have the law's distribution function and its tail beyond
// the layers, and the bits are the same on every machine.
#include "sim/base/ziggurat.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

using namespace mailquake;

namespace {

const StreamKey kKey(11, hash_name("ziggurat-test"), hash_name("draw"));
constexpr std::size_t kDraws = 1'000'000;

std::vector<double> sorted_draws(double (*draw)(RandomStream&)) {
    std::vector<double> draws(kDraws);
    for (std::size_t i = 0; i < kDraws; ++i) {
        RandomStream stream(kKey, i);
        draws[i] = draw(stream);
    }
    std::sort(draws.begin(), draws.end());
    return draws;
}

/// Largest distance to the law's distribution function, times sqrt(n); above 1.95 once in a thousand.
template <class Cdf>
double kolmogorov(const std::vector<double>& draws, Cdf cdf) {
    const auto n = static_cast<double>(draws.size());
    double most = 0;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        const double f = cdf(draws[i]);
        most = std::max({most, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    }
    return most * std::sqrt(n);
}

/// Standard deviations between how many draws are above x and how many there should be.
double off_above(const std::vector<double>& draws, double x, double probability) {
    const auto above = static_cast<double>(draws.end() - std::upper_bound(draws.begin(), draws.end(), x));
    const double expected = probability * static_cast<double>(draws.size());
    return std::fabs(above - expected) / std::sqrt(expected);
}

double normal_above(double x) { return std::erfc(x / std::sqrt(2.0)) / 2; }

void check_layers(const Ziggurat& z, double tail_area, double (*density)(double)) {
    const double area = z.edge[1] * z.height[1] + tail_area;
    CHECK(z.edge[0] * z.height[1] == Approx(area).epsilon(1e-14));
    for (std::size_t i = 1; i < kLayers; ++i) {
        INFO(i);
        REQUIRE(z.edge[i + 1] < z.edge[i]);
        REQUIRE(z.height[i] == Approx(density(z.edge[i])).epsilon(1e-13));
        REQUIRE(z.edge[i] * (z.height[i + 1] - z.height[i]) == Approx(area).epsilon(1e-11));  // of the uppermost one: it closes
    }
}

}  // namespace

TEST_CASE("the layers of both ziggurats have one area each and close at the top") {
    check_layers(exponential_ziggurat, std::exp(-exponential_ziggurat.edge[1]), [](double x) { return std::exp(-x); });
    check_layers(normal_ziggurat, std::sqrt(2 * 3.14159265358979323846) * normal_above(normal_ziggurat.edge[1]), [](double x) { return std::exp(-x * x / 2); });
}

TEST_CASE("exponential draws have their law, in the tail beyond the layers too", "[long]") {
    const std::vector<double> draws = sorted_draws([](RandomStream& s) { return draw_unit_exponential(s); });
    CHECK(kolmogorov(draws, [](double x) { return -std::expm1(-x); }) < 1.95);
    CHECK(kolmogorov(draws, [](double x) { return -std::expm1(-x * 1.01); }) > 1.95);
    for (double x : {0.001, 0.06, 1.0, 5.0, 7.0, exponential_ziggurat.edge[1], 8.0, 9.0, 10.0}) {
        INFO(x);
        CHECK(off_above(draws, x, std::exp(-x)) < 4);
    }
    CHECK(draws.back() > 11);
    CHECK(draws.front() >= 0);
}

TEST_CASE("normal draws have their law, in both tails beyond the layers too", "[long]") {
    std::vector<double> draws = sorted_draws(draw_unit_normal);
    CHECK(kolmogorov(draws, [](double x) { return normal_above(-x); }) < 1.95);
    CHECK(kolmogorov(draws, [](double x) { return normal_above(-x * 1.01); }) > 1.95);
    for (int side = 0; side < 2; ++side) {
        for (double x : {0.0, 0.2, 1.0, 3.0, normal_ziggurat.edge[1], 4.0, 4.3}) {
            INFO(side << ": " << x);
            CHECK(off_above(draws, x, normal_above(x)) < 4);
        }
        for (double& x : draws) x = -x;
        std::reverse(draws.begin(), draws.end());
    }
}

TEST_CASE("one word decides 97.8 of 100 exponential draws, as the edges say") {
    double expected = 0, decided = 0;
    for (std::size_t i = 0; i < kLayers; ++i) expected += exponential_ziggurat.edge[i + 1] / exponential_ziggurat.edge[i] / kLayers;
    for (std::uint64_t i = 0; i < kDraws; ++i) decided += is_inside(mix64(i), place_in_layer(mix64(i))) ? 1 : 0;
    CHECK(expected == Approx(0.97778).margin(1e-5));
    CHECK(decided / kDraws == Approx(expected).margin(4 * std::sqrt(expected * (1 - expected) / kDraws)));
}

TEST_CASE("draws have these bits on every machine") {
    std::uint64_t exponential = 0, normal = 0, gamma = 0;
    const Law law = Law::gamma(20_ms, 1.5);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        RandomStream one(kKey, i), other(kKey, i), third(kKey, i);
        exponential = combine64(exponential, std::bit_cast<std::uint64_t>(draw_unit_exponential(one)));
        normal = combine64(normal, std::bit_cast<std::uint64_t>(draw_unit_normal(other)));
        gamma = combine64(gamma, static_cast<std::uint64_t>(law.draw(third).ns));
    }
    CHECK(exponential == 0xf0fc941cbcfa34e6ULL);
    CHECK(normal == 0x7b4cb79cdf48c1d4ULL);
    CHECK(gamma == 0x2ceefe971d109d19ULL);
}

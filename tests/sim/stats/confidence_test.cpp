#include "sim/stats/confidence.hpp"

#include <boost/random/normal_distribution.hpp>
#include "tests/catch.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

using namespace mailquake;

TEST_CASE("Student's interval agrees with the tables") {
    const std::vector<double> five{1, 2, 3, 4, 5};  // mean 3, s / sqrt(n) = sqrt(0.5); t(0.975; 4) = 2.7764451
    const auto interval = student_t_interval(five);
    REQUIRE(interval);
    CHECK(interval->n == 5);
    CHECK(interval->low == Approx(3 - 2.7764451 * std::sqrt(0.5)).epsilon(1e-7));
    CHECK(interval->high == Approx(3 + 2.7764451 * std::sqrt(0.5)).epsilon(1e-7));
    CHECK(student_t_interval(five, 0.99)->half_width() == Approx(4.6040949 * std::sqrt(0.5)).epsilon(1e-7));
    CHECK(student_t_interval(five, 0.999)->half_width() == Approx(8.6103016 * std::sqrt(0.5)).epsilon(1e-7));
    CHECK(student_t_interval(std::vector<double>{0, 1})->half_width() == Approx(12.7062047 * 0.5).epsilon(1e-7));
}

TEST_CASE("there is no interval where there is none") {
    CHECK_FALSE(student_t_interval(std::vector<double>{}));
    CHECK_FALSE(student_t_interval(std::vector<double>{4}));
    CHECK_FALSE(student_t_interval(std::vector<double>{4, std::numeric_limits<double>::infinity()}));
    CHECK_FALSE(student_t_interval(std::vector<double>{4, std::nan("")}));
    CHECK_THROWS_AS(student_t_interval(std::vector<double>{4, 5}, 1), EngineError);
    const auto constant = student_t_interval(std::vector<double>{4, 4, 4});
    CHECK((constant->low == 4 && constant->high == 4));
    CHECK(constant->contains(4));
    CHECK_FALSE(constant->contains(4.1));
}

namespace {

/// Share of `trials` intervals of n values each that hold the true mean 1.
template <class Draw>
double coverage(Draw&& draw, std::size_t n, int trials) {
    int covered = 0;
    for (int t = 0; t < trials; ++t) {
        RandomStream stream(StreamKey(11, hash_name("coverage"), n), static_cast<std::uint64_t>(t));
        std::vector<double> values;
        while (values.size() < n) values.push_back(draw(stream));
        covered += student_t_interval(values)->contains(1) ? 1 : 0;
    }
    return static_cast<double>(covered) / trials;
}

}  // namespace

TEST_CASE("95 % intervals cover the mean of normal values 95 times in 100", "[.all]") {
    const auto normal = [](RandomStream& stream) { return boost::random::normal_distribution<double>(1, 0.5)(stream); };
    constexpr int trials = 40'000;
    const double error = std::sqrt(0.95 * 0.05 / trials);
    for (std::size_t n : {2U, 3U, 5U, 10U, 30U}) {
        INFO("n = " << n);
        CHECK(std::abs(coverage(normal, n, trials) - 0.95) < 4 * error);
    }
}

TEST_CASE("95 % intervals cover the mean of replications' means of exponential waits", "[.all]") {
    // A replication's mean is over 1000 waits: nearly normal, its skew 2 / sqrt(1000) costs less than half a per cent.
    const auto replication = [](RandomStream& stream) {
        double sum = 0;
        for (int i = 0; i < 1000; ++i) sum += draw_unit_exponential(stream);
        return sum / 1000;
    };
    constexpr int trials = 4'000;
    for (std::size_t n : {5U, 10U, 20U}) {
        INFO("n = " << n);
        CHECK(std::abs(coverage(replication, n, trials) - 0.95) < 4 * std::sqrt(0.95 * 0.05 / trials) + 0.005);
    }
}

TEST_CASE("single exponential values are too skewed for few of them, as is known", "[.all]") {
    const auto single = [](RandomStream& stream) { return draw_unit_exponential(stream); };
    const double few = coverage(single, 5, 20'000), many = coverage(single, 200, 20'000);
    CHECK(few < 0.93);
    CHECK(many > few);
    CHECK(std::abs(many - 0.95) < 0.012);
}

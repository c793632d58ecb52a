// The values that bound intervals, beside Boost.Math and closed forms.
#include "sim/stats/tail_quantiles.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>
#include "tests/catch.hpp"

#include <cmath>

using namespace mailquake;

TEST_CASE("Student's t is exceeded as Boost.Math says") {
    for (double degrees : {1.0, 2.0, 3.0, 4.0, 9.0, 30.0, 99.0, 999.0}) {
        for (double tail : {0.5, 0.4, 0.1, 0.025, 0.005, 1e-4, 1e-8}) {
            INFO(degrees << ", " << tail);
            const double truth = boost::math::quantile(boost::math::complement(boost::math::students_t(degrees), tail));
            CHECK(student_t_exceeded(degrees, tail) == Approx(truth).epsilon(1e-11).margin(1e-14));
        }
    }
    CHECK(student_t_exceeded(1, 0.025) == Approx(1 / std::tan(3.14159265358979323846 * 0.025)).epsilon(1e-12));  // Cauchy
    CHECK(student_t_exceeded(2, 0.1) == Approx(0.8 * std::sqrt(2 / (4 * 0.1 * 0.9))).epsilon(1e-12));
}

TEST_CASE("the beta law is exceeded as Boost.Math says") {
    for (double a : {0.5, 1.0, 3.0, 40.0, 900.0}) {
        for (double b : {0.5, 1.0, 7.0, 1000.0}) {
            for (double p : {0.005, 0.025, 0.5, 0.975}) {
                INFO(a << ", " << b << ", " << p);
                const boost::math::beta_distribution<double> law(a, b);
                CHECK(beta_below(a, b, p) == Approx(boost::math::quantile(law, p)).epsilon(1e-10));
                CHECK(beta_exceeded(a, b, p) == Approx(boost::math::quantile(boost::math::complement(law, p))).epsilon(1e-10));
            }
        }
    }
    CHECK(beta_below(1, 1, 0.3) == Approx(0.3).epsilon(1e-14));
}

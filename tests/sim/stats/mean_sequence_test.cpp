// The confidence sequence holds the mean at all times at once, and Student's interval, looked at after each value, does not.
#include "sim/stats/mean_sequence.hpp"

#include <boost/random/normal_distribution.hpp>
#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

namespace mailquake {
namespace {

struct Misses {
    int sequence = 0, student = 0;
};

/// Of `experiments`, how many have an interval without the true mean 3 at any time up to n values; Student's if asked.
template <class Draw>
Misses misses(Draw&& draw, int experiments, int n, bool ask_student = false) {
    Misses missed;
    for (int e = 0; e < experiments; ++e) {
        RandomStream stream(StreamKey(5, hash_name("sequence"), 0), static_cast<std::uint64_t>(e));
        MeanSequence sequence;
        std::vector<double> values;
        bool out = false, student_out = false;
        while (static_cast<int>(values.size()) < n) {
            values.push_back(draw(stream));
            sequence.add(values.back());
            const auto interval = sequence.interval();
            out |= interval && !interval->contains(3);
            if (!ask_student) continue;
            const auto student = student_t_interval(values);
            student_out |= student && !student->contains(3);
        }
        missed.sequence += out ? 1 : 0;
        missed.student += student_out ? 1 : 0;
    }
    return missed;
}

double draw_normal(RandomStream& stream) { return boost::random::normal_distribution<double>(3, 0.7)(stream); }

}  // namespace

TEST_CASE("there is no interval while any mean is possible") {
    MeanSequence sequence;
    for (double x : {1.0, 2.0, 3.0, 2.0}) {
        sequence.add(x);
        CHECK_FALSE(sequence.interval());
    }
    sequence.add(2);
    REQUIRE(sequence.interval());
    CHECK(sequence.interval()->contains(2));
    CHECK(sequence.interval()->n == 5);
    CHECK(sequence.mean() == Approx(2));
    sequence.add(std::nan(""));
    CHECK_FALSE(sequence.interval());
}

TEST_CASE("the ends are where the martingale reaches 1 / error") {
    const std::vector<double> values{1, 4, 2, 8, 5, 7, 1, 9};
    MeanSequence sequence(0.05, 1);
    for (double x : values) sequence.add(x);
    const auto martingale = [&](double mu) {   // as in the paper, with c = 1
        const auto n = static_cast<double>(values.size());
        double s = 0, v = 0;
        for (double x : values) s += x - mu, v += (x - mu) * (x - mu);
        return std::sqrt(1 / (n + 1)) * std::pow((n + 1) * v / ((n + 1) * v - s * s), n / 2);
    };
    REQUIRE(sequence.interval());
    CHECK(martingale(sequence.interval()->low) == Approx(20));
    CHECK(martingale(sequence.interval()->high) == Approx(20));
}

TEST_CASE("constant values leave one mean") {
    MeanSequence sequence;
    for (int i = 0; i < 6; ++i) sequence.add(4);
    CHECK((sequence.interval()->low == 4 && sequence.interval()->high == 4));
}

TEST_CASE("looking after each value misses the mean in at most 5 % of experiments") {
    const Misses missed = misses(draw_normal, 1000, 200, true);
    CHECK(missed.sequence <= 50);
    CHECK(missed.sequence > 0);
    CHECK(missed.student > 200);   // which is what the sequence is for
}

TEST_CASE("at most 5 % of long sequences ever miss the mean, of normal values and of means", "[.all]") {
    constexpr int experiments = 10'000;
    CHECK(misses(draw_normal, experiments, 1000).sequence <= 0.05 * experiments);
    const auto mean_of_many = [](RandomStream& stream) {
        double sum = 0;
        for (int i = 0; i < 300; ++i) sum += 3 * draw_unit_exponential(stream);
        return sum / 300;
    };
    CHECK(misses(mean_of_many, 2'000, 300).sequence <= 0.05 * 2'000);
}

}  // namespace mailquake

#include "sim/stats/histogram.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

using namespace mailquake;

namespace {

struct Sample {
    std::string name;
    std::vector<std::int64_t> values;  // ascending
};

Sample sample_of(const std::string& name, const Law& law, std::size_t n) {
    Sample sample{name, {}};
    for (std::size_t i = 0; i < n; ++i) {
        RandomStream stream(StreamKey(5, hash_name(name), 0), i);
        sample.values.push_back(law.draw(stream).ns);
    }
    std::sort(sample.values.begin(), sample.values.end());
    return sample;
}

std::vector<Sample> samples() {
    return {sample_of("exponential", Law::exponential(300_ms), 20'000),
            sample_of("lognormal", Law::lognormal(2_s, 4), 20'000),
            sample_of("pareto", Law::pareto(1_s, 1.2), 20'000),
            sample_of("small", Law::exponential(900_ns), 5'000),
            sample_of("one", Law::exponential(7_h), 1),
            sample_of("two", Law::exponential(7_h), 2),
            {"edges", {0, 1, 2, 1023, 1024, 1025, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max()}}};
}

/// The value of rank max(1, ceil(q n)), by counting.
std::int64_t exact_quantile(const std::vector<std::int64_t>& ascending, int per_mille) {
    const std::size_t n = ascending.size();
    const std::size_t rank = std::max<std::size_t>(1, (static_cast<std::size_t>(per_mille) * n + 999) / 1000);
    return ascending[rank - 1];
}

template <class H>
double worst_relative_error(const H& histogram, const Sample& sample) {
    double worst = 0;
    for (int per_mille = 0; per_mille <= 1000; ++per_mille) {
        const auto exact = static_cast<double>(exact_quantile(sample.values, per_mille));
        const auto answer = static_cast<double>(histogram.quantile(per_mille / 1000.0));
        worst = std::max(worst, exact == 0 ? (answer == 0 ? 0 : 1) : std::abs(answer - exact) / exact);
    }
    return worst;
}

template <class H>
H filled(H histogram, const Sample& sample) {
    for (std::int64_t v : sample.values) histogram.add(v);
    return histogram;
}

}  // namespace

TEST_CASE("every quantile is within the relative error of the exact one") {
    for (const Sample& sample : samples()) {
        INFO(sample.name);
        CHECK(worst_relative_error(filled(Histogram(), sample), sample) <= 0.001);
        CHECK(worst_relative_error(filled(Histogram(0.01), sample), sample) <= 0.01);
        CHECK(worst_relative_error(filled(SparseHistogram(), sample), sample) <= 0.01);
        CHECK(worst_relative_error(filled(SparseHistogram(0.001), sample), sample) <= 0.001);
    }
    // The bound is near: a histogram ten times as coarse breaks it.
    const Sample lognormal = samples()[1];
    CHECK(worst_relative_error(filled(Histogram(0.01), lognormal), lognormal) > 0.001);
}

TEST_CASE("a bucket's values are all within the relative error of its middle, for every bucket") {
    for (double error : {0.001, 0.01}) {
        const LogLinear scale(error);
        const std::uint32_t last = scale.bucket(std::numeric_limits<std::int64_t>::max());
        for (std::uint32_t b = 0; b <= last; ++b) {
            const std::int64_t low = scale.low(b);
            const std::int64_t high = b == last ? std::numeric_limits<std::int64_t>::max() : scale.low(b + 1) - 1;
            REQUIRE(low <= high);
            REQUIRE(scale.bucket(low) == b);
            REQUIRE(scale.bucket(high) == b);
            const double middle = static_cast<double>(scale.middle(b));
            REQUIRE(middle - static_cast<double>(low) <= error * static_cast<double>(low));
            REQUIRE(static_cast<double>(high) - middle <= error * static_cast<double>(high));
        }
    }
}

TEST_CASE("count, sum, least and greatest are exact; the extreme quantiles too") {
    for (const Sample& sample : samples()) {
        INFO(sample.name);
        const Histogram h = filled(Histogram(), sample);
        const SparseHistogram s = filled(SparseHistogram(), sample);
        TimeArea sum = 0;
        for (std::int64_t v : sample.values) sum += v;
        CHECK((h.sum() == sum && s.sum() == sum));
        CHECK((h.count() == sample.values.size() && s.count() == sample.values.size()));
        CHECK((h.min() == sample.values.front() && s.min() == sample.values.front()));
        CHECK((h.max() == sample.values.back() && s.max() == sample.values.back()));
        CHECK((h.quantile(0) == sample.values.front() && s.quantile(0) == sample.values.front()));
        CHECK((h.quantile(1) == sample.values.back() && s.quantile(1) == sample.values.back()));
        CHECK(h.mean() == Approx(static_cast<double>(sum) / static_cast<double>(sample.values.size())));
    }
}

TEST_CASE("an empty histogram answers 0") {
    CHECK(Histogram().quantile(0.5) == 0);
    CHECK(Histogram().max() == 0);
    CHECK(Histogram().mean() == 0);
    CHECK(SparseHistogram().quantile(1) == 0);
    CHECK(SparseHistogram().count_above(0) == 0);
    CHECK(Histogram().memory() == 0);
}

TEST_CASE("merging parts gives what adding all to one gives, in any order") {
    const Sample sample = samples()[2];
    Histogram whole, left, right, other_way;
    SparseHistogram sparse_whole, sparse_left, sparse_right;
    for (std::size_t i = 0; i < sample.values.size(); ++i) {
        whole.add(sample.values[i]);
        (i % 3 == 0 ? left : right).add(sample.values[i]);
        sparse_whole.add(sample.values[i]);
        (i % 3 == 0 ? sparse_left : sparse_right).add(sample.values[i]);
    }
    other_way = right;
    other_way.merge(left);
    left.merge(right);
    left.merge(Histogram());
    sparse_left.merge(sparse_right);
    CHECK(left == whole);
    CHECK(other_way == whole);
    CHECK(sparse_left == sparse_whole);
    left.add(5);
    CHECK_FALSE(left == whole);
    CHECK_THROWS_AS(whole.merge(Histogram(0.01)), EngineError);
}

TEST_CASE("a sparse histogram merges into a fine one within both errors") {
    const Sample sample = samples()[1];
    Histogram summary;
    summary.merge(filled(SparseHistogram(), sample));
    CHECK(summary.count() == sample.values.size());
    CHECK(worst_relative_error(summary, sample) <= 0.0111);
}

TEST_CASE("a value added n times counts n times") {
    Histogram h;
    h.add(10, 3);
    h.add(20, 1);
    h.add(30, 0);
    CHECK(h.count() == 4);
    CHECK(h.sum() == 50);
    CHECK(h.quantile(0.75) == 10);
    CHECK(h.quantile(0.76) == 20);
    CHECK(h.max() == 20);
}

TEST_CASE("ranks are not shifted by the rounding of doubles") {
    CHECK(quantile_rank(0.1, 30) == 3);   // 0.1 * 30 is 3.0000000000000004
    CHECK(quantile_rank(0.95, 100) == 95);
    CHECK(quantile_rank(0.951, 100) == 96);
    CHECK(quantile_rank(0, 7) == 1);
    CHECK(quantile_rank(1, 7) == 7);
    CHECK_THROWS_AS(quantile_rank(1.5, 7), EngineError);
}

TEST_CASE("count_above counts what is greater, to the bucket") {
    Histogram h;
    SparseHistogram s;
    for (std::int64_t v = 1; v <= 1'000'000; v += 7) {
        h.add(v);
        s.add(v);
    }
    for (std::int64_t limit : {0, 1, 500, 77'777, 500'000, 999'999, 2'000'000}) {
        const auto exact = static_cast<double>(limit >= 1'000'000 ? 0 : (1'000'000 - std::max<std::int64_t>(limit, 0)) / 7);
        CHECK(std::abs(static_cast<double>(h.count_above(limit)) - exact) <= 2 + 0.002 * static_cast<double>(limit) / 7);
        CHECK(std::abs(static_cast<double>(s.count_above(limit)) - exact) <= 2 + 0.02 * static_cast<double>(limit) / 7);
    }
}

TEST_CASE("memory follows the octaves that are used") {
    Histogram h;
    h.add(std::int64_t{1} << 40);
    CHECK(h.memory() <= 512 * 8);
    h.add((std::int64_t{1} << 42) - 1);
    CHECK(h.memory() <= 4 * 512 * 8);
    SparseHistogram s;
    for (int i = 0; i < 1000; ++i) s.add(std::int64_t{1} << 40);
    CHECK(s.memory() == 8);
}

TEST_CASE("a negative value is a mistake, not a bucket") { CHECK_THROWS_AS(Histogram().add(-1), EngineError); }

TEST_CASE("a bucket counts beyond 16 bits, one by one and many at once, whatever octaves come before and after") {
    Histogram one_by_one, at_once;
    for (int i = 0; i < 200'000; ++i) one_by_one.add(1'000'000);
    for (const std::int64_t value : {30, 4'000'000}) {  // octaves below and above, when the bucket has carried already
        one_by_one.add(value);
        at_once.add(value);
    }
    at_once.add(1'000'000, 70'000);
    at_once.add(1'000'000, 130'000);
    CHECK(one_by_one == at_once);
    CHECK(one_by_one.count_above(30) == 200'001);
    CHECK(one_by_one.count_above(1'000'000) == 1);
    std::uint64_t in_buckets = 0, most = 0;
    one_by_one.for_each_bucket([&](std::uint32_t, std::uint64_t n) { in_buckets += n, most = std::max(most, n); });
    CHECK(in_buckets == 200'002);
    CHECK(most == 200'000);

    at_once.merge(one_by_one);
    at_once.add(1'000'000, std::uint64_t{1} << 40);
    CHECK(at_once.count_above(999'000) == 400'002 + (std::uint64_t{1} << 40));
    CHECK_FALSE(one_by_one == at_once);
}

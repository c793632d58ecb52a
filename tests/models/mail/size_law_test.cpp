#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "models/mail/size_law.hpp"

using namespace mailquake;

namespace {

double sample_mean(const SizeLaw& law, std::uint64_t n) {
    double sum = 0;
    for (std::uint64_t k = 0; k < n; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), k);
        sum += static_cast<double>(law.draw(luck).count);
    }
    return sum / static_cast<double>(n);
}

}  // namespace

TEST_CASE("sizes by the table have the published shares below each power of two") {
    const SizeLaw law(TableSizesSpec{});
    const std::vector<std::pair<std::int64_t, double>> table{{2, .2353}, {4, .4917}, {8, .676}, {16, .7958}, {32, .8536}, {64, .9047},
                                                             {128, .933}, {256, .9574}, {512, .9724}, {1024, .9849}, {2048, .9996}};
    for (const auto& [kib, share] : table) {
        CHECK(law.quantile(share - 1e-9).count <= kib * 1024);
        CHECK(law.quantile(share + 1e-6).count >= kib * 1024);
    }
    CHECK(law.quantile(0).count == 512);
    CHECK(law.quantile(1 - 0x1p-53).count <= 4096 * 1024);
    CHECK(law.quantile(.5).count == Approx(4096).epsilon(0.05));  // the median is about 4 KiB

    const int n = 40'000;
    int below = 0;
    for (int k = 0; k < n; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), static_cast<std::uint64_t>(k));
        below += law.draw(luck).count < 8192 ? 1 : 0;
    }
    CHECK(below / static_cast<double>(n) == Approx(.676).margin(4 * std::sqrt(.676 * .324 / n)));
}

TEST_CASE("inside a bin of the table sizes are log-uniform") {
    const SizeLaw law(TableSizesSpec{});
    CHECK(law.quantile((.2353 + .4917) / 2).count == Approx(2048 * std::sqrt(2)).epsilon(1e-3));
}

TEST_CASE("the stated mean is the mean of what is drawn") {
    const SizeLaw table(TableSizesSpec{});
    double integral = 0;  // of the quantile function
    const int steps = 1'000'000;
    for (int k = 0; k < steps; ++k) integral += static_cast<double>(table.quantile((k + .5) / steps).count) / steps;
    CHECK(table.mean() == Approx(integral).epsilon(1e-3));
    CHECK(sample_mean(table, 100'000) == Approx(table.mean()).epsilon(0.05));

    const SizeLaw lognormal(LognormalSizesSpec{{75'000}, 1.5});
    CHECK(lognormal.mean() == 75'000);
    CHECK(sample_mean(lognormal, 100'000) == Approx(75'000).epsilon(0.025));
    // The median of a lognormal law is mean / sqrt(1 + cv^2).
    CHECK(lognormal.quantile(.5).count == Approx(75'000 / std::sqrt(1 + 1.5 * 1.5)).epsilon(1e-4));
}

TEST_CASE("a fixed size is that size and takes no luck") {
    const SizeLaw law(FixedSizesSpec{{4096}});
    RandomStream luck(StreamKey(1, 2, 3), 4), fresh(StreamKey(1, 2, 3), 4);
    CHECK(law.draw(luck).count == 4096);
    CHECK(luck() == fresh());
    CHECK(law.mean() == 4096);
}

TEST_CASE("sizes are at least an octet and grow with the luck") {
    const SizeLaw tiny(LognormalSizesSpec{{1}, 10});
    CHECK(tiny.quantile(0).count == 1);
    for (const SizeLaw& law : {SizeLaw(TableSizesSpec{}), SizeLaw(LognormalSizesSpec{{75'000}, 3}), tiny}) {
        Bytes last{1};
        for (int k = 0; k < 1000; ++k) {
            const Bytes size = law.quantile(k / 1000.0);
            CHECK(size >= last);
            last = size;
        }
    }
}

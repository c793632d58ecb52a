#include "sim/stats/histogram_bytes.hpp"

#include "tests/catch.hpp"

#include <limits>

namespace mailquake {
namespace {

Histogram filled(double error) {
    Histogram h(error);
    for (std::int64_t v = 1; v < 4'000'000'000'000'000'000 / 3; v = v * 3 + 1) h.add(v, static_cast<std::uint64_t>(v % 1000 + 1));
    return h;
}

}  // namespace

TEST_CASE("a histogram comes back from its bytes as it was") {
    for (double error : {0.0001, 0.001, 0.01, 0.5}) {
        INFO("error " << error);
        const Histogram h = filled(error);
        const auto back = histogram_from_bytes(histogram_bytes(h));
        REQUIRE(back);
        CHECK(*back == h);
        CHECK(back->scale() == h.scale());
        CHECK(back->quantile(0.99) == h.quantile(0.99));
        CHECK(back->sum() == h.sum());
    }
    Histogram edges(0.001);
    edges.add(0);
    edges.add(std::numeric_limits<std::int64_t>::max(), 5);
    CHECK(histogram_from_bytes(histogram_bytes(edges)) == edges);
    CHECK(histogram_from_bytes(histogram_bytes(Histogram(0.01))) == Histogram(0.01));
}

TEST_CASE("bytes that are no histogram are refused") {
    const std::string good = histogram_bytes(filled(0.01));
    CHECK_FALSE(histogram_from_bytes(""));
    CHECK_FALSE(histogram_from_bytes("hello"));
    // A count of 2^64, whose lower 64 bits are those of an empty histogram.
    CHECK_FALSE(histogram_from_bytes("\x01\x40" + std::string(9, '\x80') + "\x02"));
    for (std::size_t n = 0; n < good.size(); ++n) {
        INFO("cut after " << n);
        CHECK_FALSE(histogram_from_bytes(good.substr(0, n)));
    }
    CHECK_FALSE(histogram_from_bytes(good + '\1'));
}

}  // namespace mailquake

#include "sim/base/random_stream.hpp"

#include "tests/catch.hpp"

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "sim/base/hash.hpp"

using namespace mailquake;

namespace {

/// Philox2x64 as the paper states it, written down a second time.
std::array<std::uint64_t, 2> philox_by_the_paper(int rounds, std::uint64_t left, std::uint64_t right, std::uint64_t key) {
    __extension__ using Wide = unsigned __int128;
    for (int i = 0; i < rounds; ++i, key += 0x9E3779B97F4A7C15ULL) {
        const Wide product = Wide{left} * 0xD2B74407B1CE6E93ULL;
        left = static_cast<std::uint64_t>(product >> 64) ^ key ^ right;
        right = static_cast<std::uint64_t>(product);
    }
    return {left, right};
}

double chi_square(const std::vector<std::uint32_t>& counts, double expected) {
    double sum = 0;
    for (std::uint32_t c : counts) sum += (c - expected) * (c - expected) / expected;
    return sum;
}

/// Whether chi-square with `cells` cells is within 4.5 standard deviations of its mean.
bool plausible(double chi2, double cells) { return std::abs(chi2 - (cells - 1)) < 4.5 * std::sqrt(2 * (cells - 1)); }

const StreamKey kServiceKey(1, hash_name("transport@dfw"), hash_name("service"));

}  // namespace

TEST_CASE("a stream's words are those of Philox2x64-6 at {identity, attempt and block}") {
    // Random123's known answer for ten rounds holds the second writing of the algorithm.
    REQUIRE(philox_by_the_paper(10, 0, 0, 0) == std::array<std::uint64_t, 2>{0xca00a0459843d731ULL, 0x66c24222c9a845b5ULL});
    for (std::uint32_t attempt : {0u, 1u, 0xffffffffu}) {
        RandomStream stream(kServiceKey, 77, attempt);
        for (std::uint64_t block = 0; block < 5; ++block) {
            const auto words = philox_by_the_paper(6, 77, (std::uint64_t{attempt} << 32) | block, kServiceKey.value());
            REQUIRE(stream() == words[0]);
            REQUIRE(stream() == words[1]);
        }
    }
}

TEST_CASE("draws do not depend on the order in which streams are used") {
    std::vector<std::uint64_t> one_by_one;
    for (std::uint64_t id = 0; id < 50; ++id) {
        RandomStream stream(kServiceKey, id);
        for (int n = 0; n < 9; ++n) one_by_one.push_back(stream());
    }
    std::vector<RandomStream> streams;
    for (std::uint64_t id = 0; id < 50; ++id) streams.emplace_back(kServiceKey, id);
    for (std::size_t n = 0; n < 9; ++n) {
        for (std::size_t id = 50; id-- > 0;) REQUIRE(streams[id]() == one_by_one[id * 9 + n]);
    }
}

TEST_CASE("another seed, place, purpose, identity or attempt is another stream") {
    std::set<std::uint64_t> firsts;
    std::size_t streams = 0;
    for (std::uint64_t seed : {1U, 2U}) {
        for (const char* place : {"a", "b"}) {
            for (const char* purpose : {"service", "arrival"}) {
                for (std::uint64_t id : {0U, 1U, 2U}) {
                    for (std::uint32_t attempt : {0u, 1u}) {
                        firsts.insert(RandomStream(StreamKey(seed, hash_name(place), hash_name(purpose)), id, attempt)());
                        ++streams;
                    }
                }
            }
        }
    }
    CHECK(firsts.size() == streams);
    CHECK(StreamKey(1, hash_name("a"), hash_name("b")) != StreamKey(1, hash_name("b"), hash_name("a")));
}

TEST_CASE("a replication's seed depends on the seed and its number alone") {
    std::set<std::uint64_t> seeds;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        for (std::uint64_t r = 0; r < 30; ++r) seeds.insert(replication_seed(seed, r));
    }
    CHECK(seeds.size() == 900);
    STATIC_REQUIRE(replication_seed(1, 2) != replication_seed(2, 1));
}

TEST_CASE("draws are uniform within a stream and across neighbouring streams") {
    constexpr std::uint32_t n = 300'000, cells = 256;
    std::vector<std::uint32_t> within(cells), across(cells), low_bits(cells), of_attempts(cells);
    RandomStream stream(kServiceKey, 1);
    for (std::uint32_t i = 0; i < n; ++i) {
        const std::uint64_t word = stream();
        ++within[word >> 56];
        ++low_bits[word & 255];
        ++across[RandomStream(kServiceKey, i)() >> 56];
        ++of_attempts[RandomStream(kServiceKey, 5, i)() >> 56];
    }
    for (const auto* counts : {&within, &low_bits, &across, &of_attempts}) {
        CHECK(plausible(chi_square(*counts, n / double{cells}), cells));
    }
}

TEST_CASE("successive draws and neighbouring identities are independent in pairs") {
    constexpr std::uint32_t n = 300'000, side = 16;
    std::vector<std::uint32_t> successive(side * side), neighbours(side * side);
    for (std::uint32_t i = 0; i < n; ++i) {
        RandomStream stream(kServiceKey, i);
        const std::uint64_t first = stream() >> 60, second = stream() >> 60;
        ++successive[first * side + second];
        ++neighbours[first * side + (RandomStream(kServiceKey, i + 1)() >> 60)];
    }
    CHECK(plausible(chi_square(successive, n / double{side * side}), side * side));
    CHECK(plausible(chi_square(neighbours, n / double{side * side}), side * side));
}

TEST_CASE("the test of uniformity finds a generator that is 3 % off") {
    constexpr std::uint32_t n = 300'000, cells = 256;
    std::vector<std::uint32_t> counts(cells);
    for (std::uint32_t i = 0; i < n; ++i) {
        const double u = RandomStream(kServiceKey, i).uniform();
        ++counts[static_cast<std::size_t>(std::pow(u, 1.03) * cells)];
    }
    CHECK_FALSE(plausible(chi_square(counts, n / double{cells}), cells));
}

TEST_CASE("uniform stays in [0, 1) and uniform_open in (0, 1)") {
    RandomStream stream(kServiceKey, 3);
    double sum = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double u = stream.uniform(), v = stream.uniform_open();
        REQUIRE((u >= 0 && u < 1));
        REQUIRE((v > 0 && v < 1));
        sum += u + v;
    }
    CHECK(std::abs(sum / 200'000 - 0.5) < 4.5 * std::sqrt(1.0 / 12 / 200'000));
}

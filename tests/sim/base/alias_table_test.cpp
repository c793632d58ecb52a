#include "sim/base/alias_table.hpp"

#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"

using namespace mailquake;

namespace {

const StreamKey kPickKey(3, hash_name("alias-test"), hash_name("pick"));

std::vector<std::uint32_t> pick_counts(const AliasTable& table, std::uint32_t picks) {
    std::vector<std::uint32_t> counts(table.size());
    for (std::uint32_t i = 0; i < picks; ++i) {
        RandomStream stream(kPickKey, i);
        ++counts[table.pick(stream)];
    }
    return counts;
}

/// Whether every count is within 4.5 standard deviations of picks x weight / sum.
bool fits(const std::vector<std::uint32_t>& counts, const std::vector<double>& weights, std::uint32_t picks) {
    double total = 0;
    for (double w : weights) total += w;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double p = weights[i] / total;
        if (std::abs(counts[i] - picks * p) > 4.5 * std::sqrt(picks * p * (1 - p)) + 1e-9) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("an alias table picks in proportion to the weights") {
    std::vector<double> zipf(1000);
    for (std::size_t i = 0; i < zipf.size(); ++i) zipf[i] = 1 / static_cast<double>(i + 1);
    for (const std::vector<double>& weights : {std::vector<double>{1, 2, 3, 4}, std::vector<double>{0.9, 0.1}, zipf}) {
        const std::vector<std::uint32_t> counts = pick_counts(AliasTable(weights), 200'000);
        CHECK(fits(counts, weights, 200'000));
        std::vector<double> wrong = weights;
        wrong[0] *= 1.1;
        CHECK_FALSE(fits(counts, wrong, 200'000));
    }
}

TEST_CASE("an entry without weight is never picked") {
    const std::vector<double> weights{0, 3, 0, 0, 1, 0};
    const std::vector<std::uint32_t> counts = pick_counts(AliasTable(weights), 50'000);
    CHECK(fits(counts, weights, 50'000));
    CHECK((counts[0] == 0 && counts[2] == 0 && counts[3] == 0 && counts[5] == 0));
}

TEST_CASE("a table of one picks it; equal weights give equal tables") {
    RandomStream stream(kPickKey, 1);
    CHECK(AliasTable(std::vector<double>{0.3}).pick(stream) == 0);
    const std::vector<double> weights{5, 1, 1, 9, 2};
    CHECK(pick_counts(AliasTable(weights), 1000) == pick_counts(AliasTable(weights), 1000));
}

TEST_CASE("weights that are no weights are refused") {
    CHECK_THROWS_AS(AliasTable(std::vector<double>{}), EngineError);
    CHECK_THROWS_AS(AliasTable(std::vector<double>{0, 0}), EngineError);
    CHECK_THROWS_AS(AliasTable(std::vector<double>{1, -1}), EngineError);
    CHECK_THROWS_AS(AliasTable(std::vector<double>{1, std::nan("")}), EngineError);
}

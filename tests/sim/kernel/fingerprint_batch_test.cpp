#include "sim/kernel/fingerprint_batch.hpp"

#include <catch2/catch.hpp>

#include <limits>

#include "sim/base/hash.hpp"

using namespace mailquake;

TEST_CASE("a fingerprint made by the batch is the one made note by note, at any length") {
    Fingerprint one;
    FingerprintBatch batch;
    CHECK(batch.total() == one);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const SimTime time{static_cast<std::int64_t>(mix64(i) >> (i % 64))};
        const Fingerprint::Entity entity(mix64(i ^ 7));
        const std::uint64_t identity = i % 3 == 0 ? std::numeric_limits<std::uint64_t>::max() - i : mix64(i + 1000);
        one.note(time, entity, i % 27, identity);
        batch.note(time, entity, i % 27, identity);
        REQUIRE(batch.total() == one);
    }
}

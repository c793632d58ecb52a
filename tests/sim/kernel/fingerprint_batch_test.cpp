#include "sim/kernel/fingerprint_batch.hpp"

#include "tests/catch.hpp"

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

TEST_CASE("a batch asks to be settled when it is full, or each time if it is told to") {
    Fingerprint one;
    FingerprintBatch full, each;
    each.ask_each_time();
    const Fingerprint::Entity entity(3);
    std::size_t asked = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const SimTime time{static_cast<std::int64_t>(i)};
        one.note(time, entity, 1, mix64(i));
        if (full.put(time, entity, 1, mix64(i))) {
            ++asked;
            full.settle();
        }
        REQUIRE(each.put(time, entity, 1, mix64(i)));
        each.settle();
    }
    CHECK(asked > 0);
    CHECK(asked < 100);
    CHECK(full.total() == one);
    CHECK(each.total() == one);
}

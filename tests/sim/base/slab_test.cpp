#include "sim/base/slab.hpp"

#include "tests/catch.hpp"

#include <map>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

struct Record {
    std::uint64_t what = 0;
    std::uint32_t more[8] = {};
};
static_assert(sizeof(Record) == 40);

/// The same, which tells itself whether it is free.
struct MarkedRecord : Record {
    std::uint8_t mine : 3 = 0;
    std::uint8_t gone : 1 = 0;
};
static_assert(MarksItself<MarkedRecord> && !MarksItself<Record>);

RandomStream coins(std::uint64_t id) { return RandomStream(StreamKey(1, hash_name("slab-test"), hash_name("coins")), id); }

}  // namespace

TEMPLATE_TEST_CASE("a slab agrees with a map under random takes and returns", "", Record, MarkedRecord) {
    Slab<TestType> slab;
    std::map<std::uint32_t, std::uint64_t> reference;
    RandomStream coin = coins(1);
    for (std::uint64_t step = 0; step < 100'000; ++step) {
        const bool growing = step / 20'000 % 2 == 0;
        if (coin.uniform() < (growing ? 0.7 : 0.3) || reference.empty()) {
            const std::uint32_t index = slab.take();
            REQUIRE(slab[index].what == 0);
            REQUIRE(reference.emplace(index, step + 1).second);
            slab[index].what = step + 1;
        } else {
            const double about = coin.uniform() * static_cast<double>(slab.capacity());
            auto victim = reference.lower_bound(static_cast<std::uint32_t>(about));
            if (victim == reference.end()) victim = reference.begin();
            REQUIRE(slab[victim->first].what == victim->second);
            slab.give_back(victim->first);
            reference.erase(victim);
        }
        REQUIRE(slab.size() == reference.size());
    }
    std::map<std::uint32_t, std::uint64_t> seen;
    std::uint32_t last = 0;
    slab.for_each([&](std::uint32_t index, TestType& record) {
        REQUIRE((seen.empty() || index > last));
        last = index;
        seen[index] = record.what;
    });
    CHECK(seen == reference);
}

TEMPLATE_TEST_CASE("records stay where they are while the slab grows", "", Record, MarkedRecord) {
    Slab<TestType> slab;
    const std::uint32_t first = slab.take();
    TestType* const address = &slab[first];
    address->what = 42;
    for (int i = 0; i < 20'000; ++i) slab.take();
    CHECK(&slab[first] == address);
    CHECK(slab[first].what == 42);
}

TEMPLATE_TEST_CASE("the record given back last is taken first, and is clean", "", Record, MarkedRecord) {
    Slab<TestType> slab;
    std::vector<std::uint32_t> taken;
    for (int i = 0; i < 10; ++i) taken.push_back(slab.take());
    slab[taken[3]].what = 9;
    slab.give_back(taken[7]);
    slab.give_back(taken[3]);
    CHECK(slab.take() == taken[3]);
    CHECK(slab[taken[3]].what == 0);
    CHECK(slab.take() == taken[7]);
}

TEMPLATE_TEST_CASE("memory is reused, not grown, when as many come as go", "", Record, MarkedRecord) {
    Slab<TestType> slab;
    std::vector<std::uint32_t> taken;
    for (int i = 0; i < 3000; ++i) taken.push_back(slab.take());
    const std::size_t capacity = slab.capacity();
    for (int round = 0; round < 100; ++round) {
        for (std::uint32_t& index : taken) slab.give_back(index);
        for (std::uint32_t& index : taken) index = slab.take();
    }
    CHECK(slab.capacity() == capacity);
}

TEMPLATE_TEST_CASE("giving back twice, or what was never taken, is found", "", Record, MarkedRecord) {
    Slab<TestType> slab;
    const std::uint32_t index = slab.take();
    slab.give_back(index);
    CHECK_THROWS_AS(slab.give_back(index), EngineError);
    CHECK_THROWS_AS(slab.give_back(123456), EngineError);
    CHECK_FALSE(slab.alive(index));
}

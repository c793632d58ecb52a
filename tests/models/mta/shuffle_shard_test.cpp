// Shuffle sharding: the figures of the AWS Builders' Library for shards of two out of eight servers.
#include "tests/catch.hpp"

#include <set>

#include "models/mta/station.hpp"

using namespace mailquake;

namespace {

const SpreadKeys kKeys{StreamKey(1, 2, draws::spread), StreamKey(1, 2, draws::shard), StreamKey(1, 2, draws::next_server)};

Station station_of(std::uint32_t servers, std::uint32_t shard) {
    QueuePolicy policy;
    policy.shard = shard;
    return {servers, 1, Spread::shuffle_shard, Discipline::fifo, std::nullopt, worker_state::first_of_tier, policy};
}

/// The servers of a tenant: each job waits where it was sent, so the next one goes to the least loaded other.
std::set<std::uint32_t> shard_of(std::uint64_t tenant, std::uint32_t servers, std::uint32_t size) {
    Station station = station_of(servers, size);
    std::set<std::uint32_t> shard;
    for (std::uint32_t k = 0; k < 3 * size; ++k) {
        const std::uint32_t server = station.choose_server(kKeys, tenant, k, tenant);
        station.wait(server, JobRef::message(k), 0, SimTime::zero(), SimTime::zero());
        shard.insert(server);
    }
    return shard;
}

}  // namespace

TEST_CASE("of 28 shards of two servers out of eight, two tenants share one server with 46 %, both with 1/28") {
    const std::set<std::uint32_t> first = shard_of(0, 8, 2);
    REQUIRE(first.size() == 2);
    constexpr int kTenants = 20'000;
    int some = 0, both = 0;
    std::set<std::set<std::uint32_t>> shards;
    for (int tenant = 1; tenant <= kTenants; ++tenant) {
        const auto shard = shard_of(static_cast<std::uint64_t>(tenant), 8, 2);
        REQUIRE(shard.size() == 2);
        shards.insert(shard);
        const auto common = std::count_if(shard.begin(), shard.end(), [&](std::uint32_t s) { return first.contains(s); });
        some += common > 0;
        both += common == 2;
    }
    CHECK(shards.size() == 28);
    CHECK(some == Approx(kTenants * (1 - 15.0 / 28)).epsilon(0.03));
    CHECK(both == Approx(kTenants / 28.0).epsilon(0.15));
}

TEST_CASE("a tenant whose whole shard is down is served by nobody else") {
    Station station = station_of(8, 2);
    for (const std::uint32_t server : shard_of(5, 8, 2)) station.crash(server, SimTime::zero());
    CHECK(station.choose_server(kKeys, 5, 0, 5) == Station::kAllDown);
    int served = 0;
    for (std::uint64_t tenant = 0; tenant < 100; ++tenant) served += station.choose_server(kKeys, tenant, 0, tenant) != Station::kAllDown;
    CHECK(served > 80);
}

TEST_CASE("a server that is drained finishes what it has, gets nothing more, and can come back in between") {
    Station station(2, 2, Spread::shared, Discipline::fifo, std::nullopt, worker_state::first_of_tier);
    const auto number = [&](std::size_t state) { return station.states().front().number(state); };
    station.occupy(1, worker_state::serving, SimTime::zero());
    station.drain(1, SimTime::zero());
    CHECK(number(worker_state::absent) == 1);
    for (std::uint64_t k = 0; k < 20; ++k) CHECK(station.choose_server(kKeys, k, 0, k) == 0);
    station.restart(1, SimTime::zero());
    CHECK(number(worker_state::absent) == 0);
    CHECK(number(worker_state::idle) == 3);
    station.drain(1, SimTime::zero());
    station.release(1, worker_state::serving, SimTime::zero());
    CHECK(number(worker_state::absent) == 2);
    CHECK(number(worker_state::idle) == 2);
    station.restart(1, SimTime::zero());
    CHECK(number(worker_state::idle) == 4);
}

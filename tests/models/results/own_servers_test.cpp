// Tenants with servers of their own, and random faults that come to each place by itself.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"

#include "models/results/affected.hpp"
#include "tests/models/world/small_world.hpp"

namespace mailquake {
namespace {

const std::string kFirms = R"(
name: firms
duration: 20d
sites: [{name: premises, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: premises, latency: 10ms}]
tiers:
  - {name: server, at: premises, own: true, workers: 10, service: {law: deterministic, mean: 100ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [15min]}}]
tenants:
  - {name: firm, count: 100, rate: 250/h, paths: {inbound: [server]}}
  - {name: shop, count: 20, rate: 50/h, paths: {inbound: [server]}}
)";

const std::string kEach = "faults=[{name: f, kind: server-crash, target: server, each: true, mtbf: {law: exponential, mean: 10d}, mttr: {law: deterministic, mean: 1d}}]";

}  // namespace

TEST_CASE("every tenant has servers of his own, under his own name", "[long]") {
    const Outcome outcome = run(kFirms);
    CHECK(outcome.stations.size() == 120);
    CHECK(station(outcome, "server", "premises", "firm-1").servers == 1);
    CHECK(station(outcome, "server", "premises", "shop-20").arrivals > 0);
    for (const TenantOutcome& tenant : outcome.tenants) CHECK(tenant.partitions.at(0) == &tenant - outcome.tenants.data());
    const Outcome one = run(kFirms, {"faults=[{name: f, kind: server-crash, at: 1d, for: 1d, target: server/shop-7}]"});
    CHECK(std::count_if(one.tenants.begin(), one.tenants.end(), [](const TenantOutcome& t) { return is_affected(t); }) == 1);
    CHECK(is_affected(one.tenants.at(106)));
    CHECK_FALSE(one.tenants.at(106).own_healthy);
}

/// Renewal theory: a place is down for mttr / (mtbf + mttr) of the time in the long run, and has its first failure within t with
/// 1 - exp(-t / mtbf).
TEST_CASE("a fault that comes to each place comes to each at times of its own", "[long]") {
    const Outcome outcome = run(kFirms, {kEach});
    std::size_t hit = 0;
    double hours = 0;
    for (const TenantOutcome& tenant : outcome.tenants) {
        hit += is_affected(tenant);
        hours += static_cast<double>(tenant.late) / static_cast<double>(std::max<std::uint64_t>(1, tenant.measured));
    }
    CHECK(static_cast<double>(hit) / 120 == Approx(0.86).margin(0.09));
    CHECK(hours / 120 == Approx(1.0 / 11).margin(0.025));
    CHECK(outcome.faults.at(0).times.value() == Approx(120 * 20 / 11.0).margin(45));
    CHECK(outcome.faults.at(0).probability.value() > 0.999);
    std::string together = kEach;
    together.replace(together.find("each: true"), 10, "each: false");
    const Outcome as_one = run(kFirms, {together});
    const auto affected = std::count_if(as_one.tenants.begin(), as_one.tenants.end(), [](const TenantOutcome& t) { return is_affected(t); });
    CHECK((affected == 0 || affected == 120));
}

TEST_CASE("more tenants elsewhere leave a place's faults where they were", "[long]") {
    const auto late = [](const Outcome& o, std::size_t tenant) { return o.tenants.at(tenant).late; };
    const Outcome few = run(kFirms, {kEach}), more = run(kFirms, {kEach, "tenants.shop.count=40"});
    for (std::size_t t = 0; t < 100; ++t) CHECK(late(few, t) == late(more, t));
}

}  // namespace mailquake

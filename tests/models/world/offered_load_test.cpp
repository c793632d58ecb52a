#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/world/call_demand.hpp"
#include "models/world/load_gaps.hpp"
#include "models/world/offered_load.hpp"

using namespace mailquake;

namespace {

SiteSpec site(const std::string& name, bool outside = false) {
    SiteSpec spec;
    spec.name = name;
    spec.outside = outside;
    spec.latency = SimDuration::zero();
    return spec;
}

LinkSpec link(const std::string& from, const std::string& to, SimDuration latency) {
    LinkSpec spec;
    spec.name = from + "--" + to;
    spec.from = from;
    spec.to = to;
    spec.latency = latency;
    return spec;
}

TierSpec tier(const std::string& name, std::vector<std::string> at, SimDuration service, std::int64_t workers) {
    TierSpec spec;
    spec.name = name;
    spec.at = std::move(at);
    spec.service = ExponentialSpec{service};
    spec.workers = workers;
    return spec;
}

CallSpec call(const std::string& to, SimDuration timeout, std::int64_t attempts = 1) {
    CallSpec spec;
    spec.to = to;
    spec.timeout = timeout;
    spec.attempts = attempts;
    return spec;
}

FaultSpec fault(const std::string& name, const std::string& target, FaultBody body) {
    FaultSpec spec;
    spec.name = name;
    spec.target = target;
    spec.at.at = SimTime::zero() + 1_h;
    spec.length = 1_h;
    spec.body = body;
    return spec;
}

FlawSpec flaw(const std::string& in, FlawBody body) {
    FlawSpec spec;
    spec.name = "flaw";
    spec.in = in;
    spec.body = body;
    return spec;
}

/// So many that their homes and partitions are the shares as they are written, and not those of some tenants' names.
TenantClassSpec tenants(const std::string& name, double rate, std::vector<std::string> inbound) {
    TenantClassSpec spec;
    spec.name = name;
    spec.count = 1'000'000;
    spec.rate = {rate};
    spec.paths.inbound = std::move(inbound);
    return spec;
}

/// The setting of the check for 24 June 2014: 200/s, 50 ms of service, 2 % of the mail on the partition that hangs.
ScenarioSpec directory_2014(SimDuration timeout, std::int64_t workers = 40) {
    ScenarioSpec scenario;
    scenario.sites = {site("dfw")};
    TierSpec transport = tier("transport", {"dfw"}, 50_ms, workers);
    transport.calls = {call("directory", timeout)};
    TierSpec directory = tier("directory", {"dfw"}, 0_ms, 1);
    directory.service = DeterministicSpec{};
    directory.partitions = {"p1", "p2", "p3"};
    scenario.tiers = {transport, directory};
    TenantClassSpec all = tenants("all", 200, {"transport"});
    PlacementSpec placement;
    placement.name = "directory";
    ShareSpec on_p3;
    on_p3.name = "p3";
    on_p3.share = {0.02};
    placement.shares = {on_p3};
    all.placement = {placement};
    scenario.tenants = {all};
    scenario.faults = {fault("hang", "directory/p3", NoAnswerFault{})};
    return scenario;
}

/// sat (senders) -- dfw 10 ms, sat -- sea 20 ms, dfw -- sea 15 ms; edge and mailbox at both.
ScenarioSpec two_sites() {
    ScenarioSpec scenario;
    scenario.sites = {site("sat", true), site("dfw"), site("sea")};
    scenario.links = {link("sat", "dfw", 10_ms), link("sat", "sea", 20_ms), link("dfw", "sea", 15_ms)};
    scenario.tiers = {tier("edge", {"dfw", "sea"}, 10_ms, 10), tier("mailbox", {"dfw", "sea"}, 20_ms, 10)};
    SenderSpec senders;
    senders.name = "world";
    senders.at = "sat";
    scenario.senders = {senders};
    scenario.tenants = {tenants("all", 100, {"edge", "mailbox"})};
    return scenario;
}

OfferedLoadRow row(const ScenarioSpec& scenario, const std::string& place, const std::string& condition = "normal") {
    for (const OfferedLoadRow& found : offered_load(scenario).tiers)
        if (found.place == place && found.condition == condition) return found;
    FAIL("no row for " << place << " under " << condition);
    return {};
}

bool has_row(const ScenarioSpec& scenario, const std::string& place, const std::string& condition) {
    const auto rows = offered_load(scenario).tiers;
    return std::any_of(rows.begin(), rows.end(), [&](const OfferedLoadRow& r) { return r.place == place && r.condition == condition; });
}

}  // namespace

TEST_CASE("24 June 2014: 10 workers do, 130 are needed with a 30 s time-out, 11.8 with half a second") {
    const ScenarioSpec slow = directory_2014(30_s);
    CHECK(row(slow, "transport@dfw").work == Approx(10));
    CHECK(row(slow, "transport@dfw", "hang").work == Approx(129.8));
    CHECK(row(slow, "transport@dfw").utilization == Approx(0.25));
    CHECK(row(slow, "transport@dfw", "hang").utilization == Approx(129.8 / 40));
    CHECK(row(directory_2014(500_ms), "transport@dfw", "hang").work == Approx(11.8));
}

TEST_CASE("a flaw that holds the worker past a short time-out is the same as a long time-out") {
    ScenarioSpec scenario = directory_2014(1_s);
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(200 * (0.049 + 0.02 * 1)));
    scenario.flaws = {flaw("transport", HoldWorkerFlaw{30_s})};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(129.8));
    CHECK(row(scenario, "transport@dfw").work == Approx(10));  // dormant without its trigger
    scenario.flaws[0].share = {0.25};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(13.8));  // a quarter of one server is none
    scenario.tiers[0].servers = 4;
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(200 * 0.049 + 200 * 0.02 * (0.25 * 30 + 0.75 * 1)));
    scenario.flaws[0].share = {1};
    scenario.flaws[0].call = "another";
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(13.8));
    scenario.flaws[0].call = "directory";
    scenario.flaws[0].trigger = Trigger::call_fails;
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(13.8));
    scenario.flaws[0].trigger = Trigger::either;
    scenario.flaws[0].enabled = false;
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(13.8));
}

TEST_CASE("a partition that swallows each second request holds half as many workers") {
    ScenarioSpec scenario = directory_2014(30_s, 400);
    scenario.faults = {fault("hang", "directory/p3@dfw", NoAnswerFault{{0.5}, {}, {}})};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(200 * (0.99 * 0.05 + 0.01 * 30)));
    CHECK(row(scenario, "directory/p3@dfw", "hang").arrivals_per_second == Approx(2));
    CHECK_FALSE(has_row(scenario, "directory/p1@dfw", "hang"));
}

TEST_CASE("more attempts hold the worker longer, and answer more") {
    ScenarioSpec scenario = directory_2014(10_s, 400);
    scenario.tiers[0].calls[0].attempts = 3;
    scenario.faults = {fault("hang", "directory/p3", NoAnswerFault{{0.5}, {}, {}})};
    // hung attempts: 1/2 + 1/4 + 1/8; served in the end: 7/8
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(200 * (0.98 * 0.05 + 0.02 * (0.875 * 10 + 0.875 * 0.05))));
    CHECK(row(scenario, "directory/p3@dfw", "hang").arrivals_per_second == Approx(4 * 0.875));
}

TEST_CASE("unbounded retry: as often as it takes, and for ever if nothing answers") {
    ScenarioSpec scenario = directory_2014(1_s);
    scenario.flaws = {flaw("transport", RetryInPlaceFlaw{0})};
    CHECK(std::isinf(row(scenario, "transport@dfw", "hang").work));
    CHECK(std::isinf(row(scenario, "transport@dfw", "hang").peak_utilization));
    scenario.faults = {fault("hang", "directory/p3", NoAnswerFault{{0.75}, {}, {}})};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(10 + 200 * 0.02 * 3 * 1.0));  // 3 failures before the answer
    scenario.flaws = {flaw("transport", RequeueAtHeadFlaw{})};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(22));
    scenario.flaws = {flaw("transport", CrashFlaw{60_s})};
    CHECK(row(scenario, "transport@dfw", "hang").work == Approx(10 + 200 * 0.02 * 3 * (1 + 40 * 60.0)));
    scenario.flaws = {flaw("transport", RetryInPlaceFlaw{2})};
    CHECK(row(scenario, "transport@dfw", "hang").work ==
          Approx(200 * (0.98 * 0.05 + 0.02 * (0.75 + 0.75 * 0.75 + (1 - 0.75 * 0.75) * 0.05))));
}

TEST_CASE("a worker is held by its calls: round trip, and the callee's own calls and service") {
    ScenarioSpec scenario;
    scenario.sites = {site("dfw"), site("sea")};
    scenario.links = {link("dfw", "sea", 10_ms)};
    TierSpec front = tier("front", {"dfw"}, 5_ms, 1);
    front.calls = {call("middle", 10_s)};
    TierSpec middle = tier("middle", {"dfw"}, 3_ms, 1);
    middle.calls = {call("back", 10_s)};
    scenario.tiers = {front, middle, tier("back", {"sea"}, 7_ms, 1)};
    scenario.tenants = {tenants("all", 10, {"front"})};
    CHECK(row(scenario, "back@sea").work == Approx(10 * 0.007));
    CHECK(row(scenario, "middle@dfw").work == Approx(10 * (0.003 + 0.020 + 0.007)));
    CHECK(row(scenario, "front@dfw").work == Approx(10 * (0.005 + 0.030)));
    // A call that may fail without harm goes on to the service.
    scenario.tiers[0].calls[0].on_failure = OnFailure::continue_;
    scenario.tiers[0].calls[0].timeout = 1_s;
    scenario.faults = {fault("hang", "middle", NoAnswerFault{})};
    CHECK(row(scenario, "front@dfw", "hang").work == Approx(10 * 1.005));
    CHECK(row(scenario, "back@sea", "hang").arrivals_per_second == Approx(0).margin(1e-12));
}

TEST_CASE("a held hand-over keeps the proxy's worker for the dialogue") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers[0].at = {"dfw"};
    scenario.tiers[0].hand_over = HandOver::held;
    scenario.tiers[0].workers = 100;
    scenario.tiers[1].at = {"sea"};
    scenario.tenants[0].sizes = FixedSizesSpec{{1}};
    // four round trips of the dialogue and one for data and reply
    CHECK(row(scenario, "edge@dfw").work == Approx(100 * (0.010 + 5 * 0.030)));
    CHECK(row(scenario, "mailbox@sea").work == Approx(100 * 0.020));
}

TEST_CASE("mail enters at the sites of least preference, alike, and ends at the tenants' homes") {
    ScenarioSpec scenario = two_sites();
    CHECK(row(scenario, "edge@dfw").arrivals_per_second == Approx(50));
    CHECK(row(scenario, "mailbox@sea").arrivals_per_second == Approx(50));
    MxSpec first, second;
    first.name = "dfw";
    first.preference = 10;
    second.name = "sea";
    second.preference = 20;
    scenario.tenants[0].mx = {second, first};
    scenario.tenants[0].homes = {"sea"};
    CHECK(row(scenario, "edge@dfw").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "edge@sea").arrivals_per_second == 0);
    CHECK(row(scenario, "mailbox@sea").arrivals_per_second == Approx(100));
}

TEST_CASE("directions follow their own paths") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers.push_back(tier("outbound", {"sea"}, 1_ms, 1));
    TenantClassSpec& all = scenario.tenants[0];
    all.directions = {{0.5}, {0.3}, {0.2}};
    all.paths.outbound = {"mailbox", "outbound"};
    all.paths.internal = {"edge", "mailbox"};
    all.homes = {"dfw"};
    CHECK(row(scenario, "outbound@sea").arrivals_per_second == Approx(30));
    CHECK(row(scenario, "edge@dfw").arrivals_per_second == Approx(25 + 20));
    CHECK(row(scenario, "edge@sea").arrivals_per_second == Approx(25));
    CHECK(row(scenario, "mailbox@dfw").arrivals_per_second == Approx(100));
}

TEST_CASE("an outside tier gets its mail at all of its sites, or at its first MX host that is there") {
    ScenarioSpec scenario = two_sites();
    scenario.sites.push_back(site("near", true));
    scenario.sites.push_back(site("far", true));
    scenario.links.push_back(link("dfw", "near", 5_ms));
    scenario.links.push_back(link("dfw", "far", 80_ms));
    scenario.tiers.push_back(tier("internet", {"near", "far"}, 1_ms, 1));
    scenario.tiers[0].hand_over = HandOver::held;
    scenario.tiers[0].workers = 10'000;
    TenantClassSpec& all = scenario.tenants[0];
    all.sizes = FixedSizesSpec{{1}};
    all.directions = {{0}, {1}, {0}};
    all.paths.outbound = {"edge", "internet"};
    all.homes = {"dfw"};
    scenario.faults = {fault("dark", "near", SiteDownFault{})};
    CHECK(row(scenario, "internet@near").arrivals_per_second == Approx(50));
    CHECK(row(scenario, "internet@far").arrivals_per_second == Approx(50));
    CHECK_FALSE(has_row(scenario, "internet@far", "dark"));  // it gets what it got: nobody's mailbox has moved there
    const double trips = static_cast<double>(scenario.network.round_trips) + 1;
    CHECK(row(scenario, "edge@dfw").work == Approx(100 * (0.010 + trips * (0.010 + 0.160) / 2)));

    MxSpec first, second;
    first.name = "far";
    first.preference = 10;
    second.name = "near";
    second.preference = 20;
    scenario.tiers.back().mx = {second, first};
    scenario.faults = {fault("dark", "far", SiteDownFault{})};
    CHECK(row(scenario, "internet@far").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "internet@near", "dark").arrivals_per_second == Approx(100));
}

TEST_CASE("a site that is down leaves its entering mail to the others, and its mailboxes wait") {
    ScenarioSpec scenario = two_sites();
    scenario.faults = {fault("flood", "dfw", SiteDownFault{})};
    CHECK(row(scenario, "edge@sea", "flood").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "mailbox@sea").arrivals_per_second == Approx(50));
    CHECK_FALSE(has_row(scenario, "mailbox@sea", "flood"));  // its own half comes as before
    CHECK(row(scenario, "mailbox@dfw", "flood").workers == 0);
    CHECK(row(scenario, "mailbox@dfw", "flood").utilization == 0);
}

TEST_CASE("a tier that is gone at one site is served by the nearest other one") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers.insert(scenario.tiers.begin() + 1, tier("filter", {"dfw", "sea"}, 5_ms, 2));
    scenario.tenants[0].paths.inbound = {"edge", "filter", "mailbox"};
    scenario.faults = {fault("crash", "filter@dfw", ServerCrashFault{}), fault("stop", "filter@dfw", ServerPauseFault{})};
    CHECK(row(scenario, "filter@sea", "crash").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "filter@sea", "crash").utilization == Approx(100 * 0.005 / 2));
    CHECK_FALSE(has_row(scenario, "edge@dfw", "crash"));
    // One that stands still greets nobody: each of 20 connections goes on at the other site after 5 min.
    CHECK(row(scenario, "filter@sea", "stop").arrivals_per_second == Approx(50 + 20 / 300.0).epsilon(1e-4));
    scenario.tiers[0].next_hop.connections = 100'000;
    CHECK(row(scenario, "filter@sea", "stop").arrivals_per_second == Approx(100));
    scenario.tiers[0].next_hop.fallback_on = {FallbackOn::connect};
    CHECK_FALSE(has_row(scenario, "filter@sea", "stop"));
}

TEST_CASE("a share of crashed servers leaves the work to the rest; slow ones take longer") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers[0].servers = 2;  // of ten workers each
    scenario.faults = {fault("crash", "edge", ServerCrashFault{{0.5}}), fault("slow", "edge@sea", ServerSlowFault{{3}, {0.5}})};
    CHECK(row(scenario, "edge@dfw", "crash").workers == Approx(10));
    CHECK(row(scenario, "edge@dfw", "crash").utilization == Approx(50 * 0.010 / 10));
    CHECK(row(scenario, "edge@sea", "slow").work == Approx(50 * 0.010 * 2));
    CHECK_FALSE(has_row(scenario, "edge@dfw", "slow"));
    // A share is a number of servers, as in a run: half of three at each site is three of all six, two at the first site and one
    // at the second; a tenth of them is one of six; a tenth of two is none.
    scenario.tiers[0].servers = 3;
    CHECK(row(scenario, "edge@dfw", "crash").workers == Approx(10));
    CHECK(row(scenario, "edge@sea", "crash").workers == Approx(20));
    scenario.faults = {fault("crash", "edge", ServerCrashFault{{0.1}})};
    CHECK(row(scenario, "edge@dfw", "crash").workers == Approx(20));
}

TEST_CASE("a surge multiplies one class's mail and no other's") {
    ScenarioSpec scenario = two_sites();
    scenario.tenants.push_back(tenants("small", 10, {"edge", "mailbox"}));
    scenario.faults = {fault("surge", "small", LoadSurgeFault{{5}})};
    CHECK(row(scenario, "edge@dfw", "surge").arrivals_per_second == Approx(50 + 25));
}

TEST_CASE("a link that is down sends traffic around, and cuts off what has no other way") {
    ScenarioSpec scenario = two_sites();
    scenario.faults = {fault("cut", "sat--sea", LinkDownFault{})};
    CHECK_FALSE(has_row(scenario, "edge@sea", "cut"));  // over dfw
    scenario.links.pop_back();                          // without dfw--sea
    CHECK(row(scenario, "edge@dfw", "cut").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "edge@sea", "cut").arrivals_per_second == 0);
    CHECK(row(scenario, "mailbox@sea", "cut").arrivals_per_second == 0);
}

TEST_CASE("a call over a cut link fails fast, one into a black hole hangs, and a slower link holds workers longer") {
    ScenarioSpec scenario;
    scenario.sites = {site("dfw"), site("sea")};
    scenario.links = {link("dfw", "sea", 10_ms)};
    TierSpec front = tier("front", {"dfw"}, 5_ms, 1);
    front.calls = {call("back", 10_s)};
    scenario.tiers = {front, tier("back", {"sea"}, 7_ms, 1)};
    scenario.tenants = {tenants("all", 10, {"front"})};
    scenario.faults = {fault("cut", "dfw--sea", LinkDownFault{}), fault("hole", "dfw--sea", LinkBlackHoleFault{}), fault("slow", "dfw--sea", LinkLatencyFault{40_ms})};
    CHECK(row(scenario, "front@dfw", "cut").work == Approx(10 * 0.001));  // a failed call takes a millisecond at least
    CHECK(row(scenario, "front@dfw", "hole").work == Approx(10 * 10));
    CHECK(row(scenario, "front@dfw", "slow").work == Approx(10 * (0.005 + 0.100 + 0.007)));
    // A flaw may wake on a call that hangs, or on one that fails at once.
    scenario.flaws = {flaw("front", HoldWorkerFlaw{30_s})};
    CHECK(row(scenario, "front@dfw", "hole").work == Approx(10 * 30));
    CHECK(row(scenario, "front@dfw", "cut").work == Approx(10 * 0.001));
    scenario.flaws = {flaw("front", RetryInPlaceFlaw{0})};
    scenario.flaws[0].trigger = Trigger::call_fails;
    CHECK(std::isinf(row(scenario, "front@dfw", "cut").work));
}

TEST_CASE("a whole callee that crashes fails fast; one that pauses or burns hangs") {
    ScenarioSpec scenario;
    scenario.sites = {site("dfw"), site("sea")};
    scenario.links = {link("dfw", "sea", 10_ms)};
    TierSpec front = tier("front", {"dfw"}, 5_ms, 1);
    front.calls = {call("back", 10_s)};
    scenario.tiers = {front, tier("back", {"sea"}, 7_ms, 1)};
    scenario.tenants = {tenants("all", 10, {"front"})};
    scenario.faults = {fault("crash", "back", ServerCrashFault{}), fault("pause", "back", ServerPauseFault{}), fault("fire", "sea", SiteDownFault{})};
    CHECK(row(scenario, "front@dfw", "crash").work == Approx(10 * 0.020));
    CHECK(row(scenario, "front@dfw", "pause").work == Approx(10 * 10));
    CHECK(row(scenario, "front@dfw", "fire").work == Approx(10 * 10));
}

TEST_CASE("the peak is that of the busiest hour, over classes that peak at different hours") {
    ScenarioSpec scenario = two_sites();
    scenario.tenants.push_back(tenants("night", 100, {"edge", "mailbox"}));
    for (int h = 0; h < 24; ++h) {
        scenario.tenants[0].diurnal.push_back({h == 12 ? 25.0 : 1.0});
        scenario.tenants[1].diurnal.push_back({h == 0 ? 25.0 : 1.0});
    }
    const OfferedLoadRow edge = row(scenario, "edge@dfw");
    CHECK(edge.arrivals_per_second == Approx(100));
    CHECK(edge.utilization == Approx(0.1));
    CHECK(edge.peak_utilization == Approx(0.05 * (25 + 1) * 24 / 48));
}

TEST_CASE("clients sign in once a session") {
    ScenarioSpec scenario = two_sites();
    scenario.tenants.clear();
    ClientSpec clients;
    clients.name = "lync";
    clients.at = "sat";
    clients.count = 36'000;
    clients.tier = "edge";
    clients.site = "dfw";
    clients.session = ExponentialSpec{1_h};
    scenario.clients = {clients};
    CHECK(row(scenario, "edge@dfw").arrivals_per_second == Approx(10));
    CHECK(row(scenario, "edge@dfw").work == Approx(0.1));
}

TEST_CASE("figures of a tier's own at a site count there") {
    ScenarioSpec scenario = two_sites();
    TierSiteSpec own;
    own.name = "sea";
    own.servers = 3;
    own.workers = 7;
    own.service = DeterministicSpec{100_ms};
    scenario.tiers[0].sites = {own};
    CHECK(row(scenario, "edge@sea").workers == 21);
    CHECK(row(scenario, "edge@sea").work == Approx(5));
    CHECK(row(scenario, "edge@dfw").workers == 10);
}

TEST_CASE("what the rows leave out of a scenario is said, and of one that has nothing of it nothing") {
    ScenarioSpec scenario = two_sites();
    CHECK(load_gaps(scenario).empty());
    scenario.tiers[1].queue.limit = 10;
    scenario.tiers[0].calls = {call("mailbox", 1_s)};
    scenario.tiers[0].calls[0].hedge = HedgeSpec{};
    scenario.faults = {fault("crash", "edge", ServerCrashFault{})};
    const std::vector<std::string> gaps = load_gaps(scenario);
    REQUIRE(gaps.size() == 3);
    CHECK(gaps[0].starts_with("retries: "));
    CHECK(gaps[1].starts_with("edge: what guards its calls"));
    CHECK(gaps[2].starts_with("mailbox: what its queue turns away"));
}

TEST_CASE("a disabled fault has no rows") {
    ScenarioSpec scenario = directory_2014(30_s);
    scenario.faults[0].enabled = false;
    CHECK_FALSE(has_row(scenario, "transport@dfw", "hang"));
}

TEST_CASE("ten thousand classes on a thousand tiers are a matter of a moment") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers.clear();
    scenario.tenants.clear();
    for (int t = 0; t < 1000; ++t) scenario.tiers.push_back(tier("t" + std::to_string(t), {"dfw", "sea"}, 1_ms, 10));
    double expected = 0;
    for (int c = 0; c < 10'000; ++c) {
        const auto name = [c](int k) { return "t" + std::to_string((c + k) % 1000); };
        scenario.tenants.push_back(tenants("c" + std::to_string(c), 1, {name(0), name(1), name(2), name(3), name(4)}));
        expected += 5;
    }
    double arrivals = 0;
    for (const OfferedLoadRow& found : offered_load(scenario).tiers) arrivals += found.arrivals_per_second;
    CHECK(arrivals == Approx(expected));
}

TEST_CASE("what an overloaded tier holds back does not come to the next one, and its queue grows by it") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers[0].at = scenario.tiers[1].at = {"dfw"};
    scenario.tiers[0].workers = 1;  // 100/s x 10 ms, as much as it can do
    CHECK(row(scenario, "mailbox@dfw").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "edge@dfw").growth_per_second == Approx(0).margin(1e-9));
    scenario.tenants[0].rate = {160};
    CHECK(row(scenario, "edge@dfw").utilization == Approx(1.6));
    CHECK(row(scenario, "edge@dfw").growth_per_second == Approx(60));
    CHECK(row(scenario, "mailbox@dfw").arrivals_per_second == Approx(100));
    CHECK(row(scenario, "mailbox@dfw").growth_per_second == 0);
}

TEST_CASE("next hops: attempts at once are arrivals times how long one lasts, and a dead receiver takes nothing") {
    ScenarioSpec scenario = two_sites();
    scenario.tiers[0].at = {"dfw"};
    scenario.tiers[1].at = {"sea"};
    scenario.tiers[0].next_hop.connections = 10;
    scenario.tiers[0].next_hop.processes = 20;
    scenario.tiers[0].next_hop.throttle = GcraSpec{{50}};
    scenario.tenants[0].sizes = FixedSizesSpec{{1}};
    scenario.faults = {fault("flood", "sea", SiteDownFault{})};
    const OfferedLoad load = offered_load(scenario);
    REQUIRE(load.next_hops.size() == 6);
    const NextHopRow& processes = load.next_hops[0];
    const NextHopRow& throttle = load.next_hops[1];
    const NextHopRow& connections = load.next_hops[2];
    CHECK(processes.destination.empty());
    CHECK(processes.needed == Approx(50 * 5 * 0.030));  // no more than the throttle lets through
    CHECK(processes.utilization == Approx(0.375));
    CHECK(throttle.destination == "mailbox@sea");
    CHECK(throttle.utilization == Approx(2));
    CHECK(throttle.growth_per_second == Approx(50));
    CHECK(connections.needed == Approx(15));
    CHECK(connections.utilization == Approx(1.5));
    CHECK(row(scenario, "mailbox@sea").arrivals_per_second == Approx(50));  // the tightest limit decides
    const NextHopRow& down = load.next_hops[5];
    CHECK(down.condition == "flood");
    CHECK_FALSE(down.gets_through);
    CHECK(down.needed == Approx(100 * scenario.network.connect_timeout.seconds()));
    CHECK(down.growth_per_second == Approx(100));
}

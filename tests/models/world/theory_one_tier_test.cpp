// One tier, Poisson arrivals: M/M/1, M/M/c, Erlang B, M/G/1, two priorities, and the ways to spread work.
//
// All arrivals come at 1000/s, so that a run's length says how many there are. Lengths are chosen by the asymptotic
// variance of a mean wait, which for M/M/1 is about 2 (1 + rho) / (1 - rho)^2 squared means per message: at rho .95 some
// 50 million messages for 2 %. What takes minutes is tagged [.campaign]: the whole of the Erlang C table (5 billion), tails, rho .9.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <cmath>

#include "small_world.hpp"
#include "theory_runs.hpp"

using namespace mailquake;
using namespace mailquake::theory;

namespace {

constexpr double kRate = 1000;  // messages a second
constexpr std::uint32_t kRunsOfOneTier = 64;

const std::string kTier = R"(
name: one-tier
duration: 10s
sites:
  - {name: here, latency: 0s}
tiers:
  - name: queue
    at: here
    service: {law: exponential, mean: 500us}
tenants:
  - name: all
    rate: 1000/s
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [queue]}
)";

/// One tier of `servers` servers that are busy to `load`, `wrong` times as long on each message as they should be, for
/// `messages` messages a replication, after a warm-up.
ScenarioSpec tier(std::int64_t servers, double load, double messages, double wrong, std::vector<std::string> sets = {}) {
    const double warm = 0.02 * messages / kRate;
    sets.push_back("duration=" + in_ns(messages / kRate + warm));
    sets.push_back("warmup=" + in_ns(warm));
    sets.push_back(fmt::format("tiers.queue.servers={}", servers));
    sets.push_back("tiers.queue.service.mean=" + in_ns(wrong * load * static_cast<double>(servers) / kRate));
    return scenario_of(kTier, sets);
}

double share_that_waits(const StationOutcome& s) { return static_cast<double>(s.wait.count_above(0)) / static_cast<double>(s.wait.count()); }
double mean_wait(const StationOutcome& s) { return s.wait.mean() * 1e-9; }

/// Probability that an arrival waits in M/M/c (Erlang's C formula, by the recursion of his B formula).
double erlang_b(std::int64_t servers, double offered) {
    double blocked = 1;
    for (std::int64_t k = 1; k <= servers; ++k) blocked = offered * blocked / (static_cast<double>(k) + offered * blocked);
    return blocked;
}
double erlang_c(std::int64_t servers, double offered) {
    const double b = erlang_b(servers, offered);
    return b / (1 - offered / static_cast<double>(servers) * (1 - b));
}

void check_mm1(double load, double messages, double tolerance, double p99_tolerance) {
    const double service = load / kRate;
    const double sojourn = service / (1 - load);
    const Measure measure = [](const Outcome& o) {
        const StationOutcome& s = o.stations.front();
        return Figures{s.utilization, share_that_waits(s), mean_wait(s), o.classes.front().delay.mean() * 1e-9,
                       s.queue_mean, static_cast<double>(o.classes.front().delay.quantile(0.99)) * 1e-9};
    };
    INFO("M/M/1 at rho " << load);
    hold({{"utilization", load, 0.005},
          {"share that waits", load, 0.005},
          {"mean wait rho/(mu-lambda)", load * sojourn, tolerance},
          {"mean sojourn 1/(mu-lambda)", sojourn, tolerance},
          {"mean queue rho^2/(1-rho)", load * load / (1 - load), tolerance},
          {"p99 of the sojourn 4.605/(mu-lambda)", 4.605 * sojourn, p99_tolerance}},
         intervals(tier(1, load, messages / kRunsOfOneTier, 1), kRunsOfOneTier, measure),
         intervals(tier(1, load, std::max(50e3, messages / kRunsOfOneTier / 8), 0.97), kRunsOfOneTier / 2, measure));
}

struct ErlangC { std::int64_t servers; double load, waits; };
/// Waiting probability C(c, c rho), from the published table.
const std::vector<ErlangC> kErlangC{{2, .8, .71111},  {2, .9, .85263},   {5, .8, .55411},   {10, .5, .03611},
                                    {10, .8, .40918}, {10, .9, .66873},  {10, .95, .82559}, {20, .8, .25608},
                                    {20, .9, .55077}, {20, .95, .75540}, {50, .8, .08695},  {50, .9, .36386},
                                    {50, .95, .62909}, {100, .8, .01965}, {100, .9, .21694}, {100, .95, .50646}};

/// `wait_tolerance` 0: the mean wait must agree, however wide its interval is.
void check_mmc(const ErlangC& cell, double messages, double waits_tolerance, double wait_tolerance) {
    const auto [servers, load, waits] = cell;
    const double service = load * static_cast<double>(servers) / kRate;
    const double mean = waits * service / (static_cast<double>(servers) * (1 - load));
    const Measure measure = [](const Outcome& o) { return Figures{share_that_waits(o.stations.front()), mean_wait(o.stations.front())}; };
    INFO("M/M/c with " << servers << " servers at rho " << load);
    // The table's five digits are off by up to this.
    const double rounded = 5e-6 / waits;
    const auto right = intervals(tier(servers, load, messages / kRunsOfOneTier, 1), kRunsOfOneTier, measure);
    const auto wrong = intervals(tier(servers, load, messages / kRunsOfOneTier / 8, 0.97), kRunsOfOneTier, measure);
    CHECK(waits == Approx(erlang_c(servers, load * static_cast<double>(servers))).epsilon(rounded));
    hold({{"share that waits", waits, waits_tolerance}, {"mean wait C/(c mu (1-rho))", mean, wait_tolerance > 0 ? wait_tolerance : 0.15}}, right, wrong);
}

/// Erlang's loss formula, and its published values: (servers, offered load, share blocked).
struct ErlangB { std::int64_t servers; double offered, blocked; };
const std::vector<ErlangB> kErlangB{{10, 5, .018385},  {10, 8, .121661},  {10, 10, .214582}, {20, 15, .045593},
                                    {20, 20, .158892}, {50, 45, .054104}, {100, 90, .026957}};

void check_loss(const ErlangB& cell, double messages, double tolerance, const std::vector<std::string>& law = {}) {
    INFO("Erlang B with " << cell.servers << " servers and " << cell.offered << " offered");
    CHECK(cell.blocked == Approx(erlang_b(cell.servers, cell.offered)).epsilon(5e-7 / cell.blocked));
    std::vector<std::string> loss{"tiers.queue.queue.limit=0", "tiers.queue.queue.on_full=drop"};
    loss.insert(loss.end(), law.begin(), law.end());
    const double load = cell.offered / static_cast<double>(cell.servers);
    const Measure measure = [](const Outcome& o) {
        const StationOutcome& s = o.stations.front();
        const double blocked = static_cast<double>(s.refused) / static_cast<double>(s.arrivals + s.refused);
        return Figures{blocked, s.utilization / (1 - blocked), static_cast<double>(s.wait.max()),
                       static_cast<double>(s.refused) - static_cast<double>(o.messages.dropped)};
    };
    auto right = intervals(tier(cell.servers, load, messages / kRunsOfOneTier, 1, loss), kRunsOfOneTier, measure);
    auto wrong = intervals(tier(cell.servers, load, messages / kRunsOfOneTier / 2, 0.97, loss), kRunsOfOneTier, measure);
    CHECK((right[2].low == 0 && right[2].high == 0));  // nobody waits
    CHECK((right[3].low == 0 && right[3].high == 0));  // who is refused is dropped
    right.resize(2);
    wrong.resize(2);
    hold({{"share blocked", cell.blocked, tolerance}, {"carried load a (1-B)", load, 0.01}}, right, wrong);
}

/// Pollaczek-Khinchine: mean wait = rho (1 + cv^2) / (2 (1 - rho)) mean services.
void check_mg1(const std::string& law, double load, double cv, double messages, double tolerance) {
    const double service = load / kRate;
    std::vector<std::string> sets{"tiers.queue.service.law=" + law};
    if (cv > 0) sets.push_back(fmt::format("tiers.queue.service.cv={}", cv));
    const Measure measure = [](const Outcome& o) { return Figures{share_that_waits(o.stations.front()), mean_wait(o.stations.front())}; };
    INFO("M/G/1 at rho " << load << " with " << law << " service, cv " << cv);
    hold({{"share that waits", load, 0.01}, {"mean wait", service * load * (1 + cv * cv) / (2 * (1 - load)), tolerance}},
         intervals(tier(1, load, messages / kRunsOfOneTier, 1, sets), kRunsOfOneTier, measure),
         intervals(tier(1, load, std::max(30e3, messages / kRunsOfOneTier / 4), 0.97, sets), kRunsOfOneTier, measure));
}

ErlangC cell_of(std::int64_t servers, double load) {
    for (const ErlangC& cell : kErlangC)
        if (cell.servers == servers && cell.load == load) return cell;
    throw std::logic_error("no such cell in the table");
}

}  // namespace

TEST_CASE("M/M/1 waits as its formulas say", "[theory][long]") {
    check_mm1(0.5, 14e6, 0.01, 0.01);
    check_mm1(0.8, 85e6, 0.01, 0.01);
}

TEST_CASE("M/M/1 at rho .95 waits as its formulas say", "[theory][long]") { check_mm1(0.95, 64e6, 0.02, 0.04); }

TEST_CASE("M/M/1 waits as its formulas say, its tail to 1 % and at rho .95 to 2 %", "[.campaign]") {
    check_mm1(0.9, 380e6, 0.01, 0.01);
    check_mm1(0.95, 340e6, 0.02, 0.02);
}

TEST_CASE("M/M/c waits as often and as long as Erlang's C formula says", "[theory][long]") {
    check_mmc(cell_of(2, .8), 25e6, 0.01, 0.01);
    check_mmc(cell_of(10, .8), 9e6, 0.01, 0);
    check_mmc(cell_of(10, .9), 6e6, 0.01, 0);
    check_mmc(cell_of(10, .95), 2e6, 0.02, 0);
    check_mmc(cell_of(20, .95), 4e6, 0.02, 0);
    check_mmc(cell_of(50, .95), 9e6, 0.02, 0);
}

TEST_CASE("the Erlang C table holds, cell by cell", "[.campaign]") {
    // Waiting probability and mean wait to 1 %, at rho .95 to 2 %. One cell: -c "NAME".
    struct Cell { std::int64_t servers; double load, messages; };
    const std::vector<Cell> cells{
        {2, .8, 25e6},     {2, .9, 100e6},   {5, .8, 37e6},     {10, .5, 120e6},  {10, .8, 60e6},    {10, .9, 165e6},
        {10, .95, 115e6},  {20, .8, 170e6},  {20, .9, 190e6},   {20, .95, 150e6}, {50, .8, 500e6},   {50, .9, 310e6},
        {50, .95, 180e6},  {100, .8, 2e9},   {100, .9, 520e6},  {100, .95, 240e6},
    };
    REQUIRE(cells.size() == kErlangC.size());
    for (const Cell& c : cells)
        DYNAMIC_SECTION(c.servers << " servers at rho " << c.load) {
            const double tolerance = c.load == .95 ? 0.02 : 0.01;
            check_mmc(cell_of(c.servers, c.load), c.messages, tolerance, tolerance);
        }
}

TEST_CASE("where nobody may wait, Erlang's loss formula says how many are turned away", "[theory][long]") {
    check_loss(kErlangB[1], 6e6, 0.01);
    check_loss(kErlangB[2], 4e6, 0.01);
    check_loss(kErlangB[4], 6e6, 0.01);
    // Any law of service gives the same (Sevastyanov 1957).
    check_loss(kErlangB[1], 6e6, 0.01, {"tiers.queue.service.law=deterministic"});
}

TEST_CASE("the table of Erlang's loss formula holds", "[.campaign]") {
    const std::vector<double> messages{26e6, 6e6, 4e6, 20e6, 6e6, 28e6, 80e6};
    for (std::size_t k = 0; k < kErlangB.size(); ++k) check_loss(kErlangB[k], messages[k], 0.01);
}

TEST_CASE("M/G/1 waits as Pollaczek and Khinchine say", "[theory][long]") {
    check_mg1("deterministic", 0.7, 0, 6e6, 0.01);
    check_mg1("lognormal", 0.6, 1, 9.5e6, 0.01);
    check_mg1("hyperexponential", 0.5, 2, 15e6, 0.01);
}

TEST_CASE("M/G/1 at rho .9 waits as Pollaczek and Khinchine say", "[.campaign]") {
    check_mg1("deterministic", 0.9, 0, 40e6, 0.01);
    check_mg1("lognormal", 0.9, 1, 90e6, 0.01);
    check_mg1("hyperexponential", 0.9, 2, 200e6, 0.01);
}

// The delay ledger is conserved: whatever happens to a copy, the parts that it books sum to its delay, to the nanosecond,
// whether the copy has been delivered or dropped or is still under way when the run ends.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <map>

#include "small_world.hpp"
#include "theory_runs.hpp"

using namespace mailquake;
using namespace mailquake::theory;

namespace {

/// Two data centers and the outside world. Inbound mail passes a proxy, a filter that asks a directory, and a mailbox tier
/// at the other place; everything goes wrong once.
const std::string kEstate = R"(
name: estate
duration: 30min
sites:
  - {name: world, outside: true}
  - {name: sat, latency: 2ms}
  - {name: dfw, latency: 1ms}
links:
  - {name: in-sat, from: world, to: sat, latency: 20ms, bandwidth: 2Mbps}
  - {name: in-dfw, from: world, to: dfw, latency: 30ms}
  - {name: sat-dfw, from: sat, to: dfw, latency: 5ms, loss: 2%}
tiers:
  - name: edge
    at: [sat, dfw]
    workers: 3
    hand_over: held
    service: {law: exponential, mean: 300ms}
  - name: filter
    at: [sat, dfw]
    workers: 2
    queue: {limit: 5}
    service: {law: exponential, mean: 900ms}
    calls:
      - {to: names, timeout: 2s, attempts: 2, on_failure: defer}
    next_hop: {connections: 2, retry: {schedule: custom, waits: [10s, 45s], expire: 5d}}
  - {name: names, at: sat, partitions: [p1, p2], service: {law: lognormal, mean: 400ms, cv: 2}}
  - name: box
    at: dfw
    servers: 2
    spread: two-choices
    queue: {limit: 6}
    service: {law: exponential, mean: 1500ms}
  - {name: out, at: [sat, dfw], service: {law: exponential, mean: 500ms}, next_hop: {connections: 1}}
  - {name: theirs, at: world, workers: 50, service: {law: exponential, mean: 200ms}}
senders:
  - {name: others, at: world, retry: {schedule: custom, waits: [15s, 30s, 2min], expire: 5d}}
tenants: []
faults:
  - {name: crash, kind: server-crash, target: filter@sat, at: 60s, for: 30s}
  - {name: half, kind: server-crash, target: box, at: 100s, for: 40s, share: 50%}
  - {name: stop, kind: server-pause, target: box, at: 150s, for: 20s}
  - {name: silence, kind: no-answer, target: names/p1, at: 30s, for: 3min, probability: 50%}
  - {name: cut, kind: link-down, target: sat-dfw, at: 180s, for: 1min}
  - {name: hole, kind: link-black-hole, target: in-sat, at: 200s, for: 20s}
flaws:
  - {name: hang, in: filter, trigger: call-hangs, kind: hold-worker, hold: 12s, share: 50%}
)";

struct Class {
    std::string name, directions, paths;
    double rate;
};
const std::vector<Class> kClasses{
    {"in", "{inbound: 100%}", "{inbound: [edge, filter, box]}", 0.8},
    {"out", "{inbound: 0%, outbound: 100%}", "{outbound: [out, theirs]}", 0.3},
    {"within", "{inbound: 0%, internal: 100%}", "{internal: [filter, box]}", 0.3},
};

/// The estate with one class, and one tenant, for each message: its ledger and its delay are the message's own.
struct Estate {
    std::vector<std::unique_ptr<Replay>> replays;
    ScenarioSpec spec;

    explicit Estate(const std::vector<std::string>& sets = {}, bool reports = true) {
        std::string yaml = kEstate, tenants = "tenants:\n";
        for (const Class& c : kClasses) {
            if (!reports && c.name == "within") continue;
            const auto times = poisson_times(6_min, c.rate, c.name);
            for (std::size_t k = 0; k < times.size(); ++k) {
                replays.push_back(std::make_unique<Replay>(std::vector<SimDuration>{times[k]}));
                tenants += fmt::format("  - {{name: {}-{}, directions: {}, paths: {}, arrivals: {{law: replay, file: {}}}}}\n",
                                       c.name, k, c.directions, c.paths, replays.back()->arrivals().file);
            }
        }
        yaml.replace(yaml.find("tenants: []\n"), 12, tenants);
        spec = scenario_of(yaml, sets);
    }
};

std::map<std::uint32_t, TimeArea> booked_by_class(const Outcome& o) {
    std::map<std::uint32_t, TimeArea> sums;
    for (const LedgerRow& row : o.ledger) sums[row.tenant_class] += row.time;
    return sums;
}

/// How many of the copies, one a class, have a ledger that sums to their delay (or age so far); lists the others.
std::size_t conserved(const Outcome& o, std::string& others) {
    auto booked = booked_by_class(o);
    std::size_t good = 0;
    for (std::uint32_t c = 0; c < o.classes.size(); ++c) {
        const SimDuration delay = o.tenants[c].delay_max;
        if (booked[c] == delay.ns) { ++good; continue; }
        if (others.size() < 3000) {
            others += fmt::format("{}: delay {} s, booked {} s{}\n", o.classes[c].name, delay.seconds(), static_cast<double>(booked[c]) * 1e-9,
                                  o.tenants[c].counts.in_system ? ", under way" : "");
            for (const LedgerRow& row : o.ledger)
                if (row.tenant_class == c) others += fmt::format("    {:12.6f} {} | {}\n", static_cast<double>(row.time) * 1e-9, row.place, row.cause);
        }
    }
    return good;
}

}  // namespace

TEST_CASE("the ledger's parts sum to the delay of every message, to the nanosecond", "[theory]") {
    const Outcome o = simulate(Estate().spec, {});
    REQUIRE(o.classes.size() > 400);
    REQUIRE(o.messages.duplicated == 0);
    CHECK(o.messages.delivered == o.messages.accepted);
    for (const auto* entries : {&o.faults, &o.flaws})
        for (const DisturbanceOutcome& d : *entries) {
            INFO(d.name);
            CHECK(d.touched > 0);
        }
    std::map<std::string, TimeArea> causes;
    for (const LedgerRow& row : o.ledger) causes[row.cause] += row.time;
    for (const char* caller : {"filter@sat", "filter@dfw"}) CHECK(booked(o, caller, "fault: no answer from names") > 0);  // near and far
    for (const char* cause : {"service", "call names", "fault: no answer from names", "flaw hang", "queue: service", "queue: call names",
                              "queue: fault: no answer from names", "queue: flaw hang",
                              "queue: absent", "queue: stalled", "stalled", "connection slot", "transfer", "failed attempt", "retry", "sender's retry"}) {
        INFO(cause);
        CHECK(causes[cause] > 0);
    }
    std::string others;
    CHECK(conserved(o, others) == o.classes.size());
    INFO(others);
    CHECK(others.empty());
    Outcome wrong = o;
    for (LedgerRow& row : wrong.ledger)
        if (row.cause == "service") row.time = row.time * 103 / 100;
    std::string all;
    CHECK(conserved(wrong, all) == 0);
}

TEST_CASE("copies under way when the run ends have booked their age so far", "[theory]") {
    const Estate estate;
    for (int minute : {1, 2, 3, 4, 5}) {
        RunOptions options;
        options.until = SimTime::zero() + 1_min * minute + 17_s;
        const Outcome o = simulate(estate.spec, options);
        INFO("after " << minute << " min, " << o.messages.in_system << " under way");
        REQUIRE(o.messages.duplicated == 0);
        CHECK(o.messages.in_system > 0);
        std::string others;
        CHECK(conserved(o, others) == o.classes.size());
        INFO(others);
        CHECK(others.empty());
    }
}

TEST_CASE("copies that are given up, refused for good or dropped have booked their lives", "[theory]") {
    // Classes whose mail knows no way back: their bounces are there at once, and book nothing.
    const Estate estate({"tiers.filter.next_hop.retry.expire=30s", "senders.others.retry.expire=40s", "tiers.box.queue.on_full=drop",
                         "tiers.box.queue.limit=2", "tiers.filter.queue.on_full=bounce"}, false);
    const Outcome o = simulate(estate.spec, {});
    REQUIRE(o.messages.duplicated == 0);
    CHECK(o.messages.expired > 0);
    CHECK(o.messages.bounced > 0);
    CHECK(o.messages.dropped > 0);
    CHECK(o.messages.in_system == 0);
    std::string others;
    CHECK(conserved(o, others) == o.classes.size());
    INFO(others);
    CHECK(others.empty());
}

TEST_CASE("late mail is kept apart: all of a late copy's delay is in its books, and nothing of others'", "[theory]") {
    const Estate estate({"slo.delay=40s"});
    for (const std::optional<SimTime> until : {std::optional<SimTime>{}, std::optional(SimTime::zero() + 200_s)}) {
        RunOptions options;
        options.lives = true;
        options.until = until;
        const Outcome o = simulate(estate.spec, options);
        std::map<std::uint32_t, TimeArea> all, late;
        for (const BookedRow& row : o.lives->rows) {
            all[row.tenant_class] += row.all;
            late[row.tenant_class] += row.late;
        }
        std::size_t late_copies = 0, wrong = 0;
        for (std::uint32_t c = 0; c < o.classes.size(); ++c) {
            const SimDuration delay = o.tenants[c].delay_max;   // of the one copy of this class
            const bool is_late = o.tenants[c].late > 0;   // as the figures have it: own destinations excuse
            late_copies += is_late ? 1 : 0;
            if (all[c] != delay.ns || late[c] != (is_late ? delay.ns : 0)) ++wrong;
        }
        CHECK(wrong == 0);
        CHECK(late_copies > 10);
        CHECK(late_copies < o.classes.size() / 2);
    }
}

TEST_CASE("the ledger's rows of a class sum to the delays of its copies", "[theory]") {
    std::string yaml = kEstate, tenants = "tenants:\n";
    for (const Class& c : kClasses)
        tenants += fmt::format("  - {{name: {}, count: 20, rate: {}/s, directions: {}, paths: {}}}\n", c.name, c.rate, c.directions, c.paths);
    yaml.replace(yaml.find("tenants: []\n"), 12, tenants);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        RunOptions options;
        options.seed = seed;
        const Outcome o = simulate(scenario_of(yaml), options);
        REQUIRE(o.messages.duplicated == 0);
        auto booked = booked_by_class(o);
        for (std::uint32_t c = 0; c < o.classes.size(); ++c) CHECK(booked[c] == o.classes[c].delay.sum());
    }
}

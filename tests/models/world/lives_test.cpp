// Lives of single copies: in a run that is to be explained the account of every copy sums to its delay, whatever becomes of
// it (the engine itself checks each one and stops otherwise), and the run takes the course that it takes without.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <map>
#include <random>

#include "models/mta/station.hpp"
#include "small_world.hpp"

using namespace mailquake;

namespace {

struct Sums {
    CopyTotal all, late, collateral;
};

Sums rows_of(const Outcome& o) {
    Sums sums;
    for (const BookedRow& row : o.lives->rows) {
        CHECK(row.collateral <= row.late);
        CHECK(row.late <= row.all);
        CHECK(row.collateral >= 0);
        sums.all.delay += row.all;
        sums.late.delay += row.late;
        sums.collateral.delay += row.collateral;
    }
    return sums;
}

Sums totals_of(const Outcome& o) {
    Sums sums;
    const auto add = [](CopyTotal& to, const CopyTotal& more) {
        to.copies += more.copies;
        to.censored += more.censored;
        to.delay += more.delay;
    };
    for (const ClassLives& c : o.lives->classes) {
        add(sums.all, c.all);
        add(sums.late, c.late);
        add(sums.collateral, c.collateral);
    }
    return sums;
}

Outcome explained(const std::string& yaml, RunOptions options = {}) {
    options.lives = true;
    return run(yaml, {}, options);
}

/// A small estate of two data centers; what may go wrong in it, and how tiers hand over, is drawn.
std::string random_estate(unsigned seed) {
    std::mt19937 dice(seed);
    const auto one_of = [&](std::initializer_list<const char*> choices) {
        return *(choices.begin() + dice() % choices.size());
    };
    const auto number = [&](unsigned from, unsigned to) {
        return from + static_cast<unsigned>(dice() % (to - from + 1));
    };
    std::string yaml = fmt::format(R"(
name: random
duration: 20min
slo: {{delay: {}s}}
sites:
  - {{name: world, outside: true}}
  - {{name: sat, latency: 2ms}}
  - {{name: dfw, latency: {}}}
links:
  - {{name: in-sat, from: world, to: sat, latency: 20ms, bandwidth: 2Mbps}}
  - {{name: in-dfw, from: world, to: dfw, latency: 30ms}}
  - {{name: sat-dfw, from: sat, to: dfw, latency: 5ms, loss: {}%}}
network: {{reply_timeout: {}s}}
tiers:
  - {{name: edge, at: [sat, dfw], workers: 20, hand_over: held, service: {{law: exponential, mean: 100ms}}}}
  - {{name: gate, at: {}, workers: {}, hand_over: {}, service: {{law: exponential, mean: 200ms}}, next_hop: {{connections: 2, retry: {{schedule: custom, waits: [10s, 45s], expire: 5d}}}}}}
  - name: filter
    at: [sat, dfw]
    workers: {}
    queue: {{limit: {}, on_full: {}}}
    service: {{law: exponential, mean: 700ms}}
    calls:
      - {{to: names, timeout: {}s, attempts: 2, on_failure: {}}}
    next_hop: {{connections: 2, retry: {{schedule: custom, waits: [10s, 45s], expire: {}}}}}
  - {{name: names, at: sat, partitions: [p1, p2], service: {{law: lognormal, mean: 300ms, cv: 2}}, calls: [{{to: disk, timeout: 5s, attempts: 2, on_failure: refuse}}]}}
  - {{name: disk, at: dfw, workers: 2, service: {{law: exponential, mean: 100ms}}}}
  - {{name: box, at: [sat, dfw], servers: 2, spread: {}, service: {{law: exponential, mean: 900ms}}}}
senders:
  - {{name: others, at: world, retry: {{schedule: custom, waits: [15s, 30s, 2min], expire: 5d}}}}
tenants:
  - {{name: big, count: 4, rate: {}/s, homes: [dfw], paths: {{inbound: [edge, gate, filter, box]}}}}
  - {{name: small, count: 10, rate: 0.3/s, homes: [sat, dfw], directions: {{inbound: 0%, internal: 100%}}, paths: {{internal: [filter, box]}}}}
backlog:
  - {{name: old, at: filter@sat, class: big, count: {}, oldest: 1min}}
)",
                                   number(5, 90), one_of({"1ms", "0s"}), number(0, 5), number(2, 60),
                                   one_of({"[sat, dfw]", "dfw"}), number(1, 6), one_of({"held", "queued", "direct"}),
                                   number(1, 4), number(2, 30), one_of({"defer", "bounce", "drop"}), number(1, 4),
                                   one_of({"defer", "bounce", "continue"}), one_of({"5d", "40s"}),
                                   one_of({"two-choices", "shared", "round-robin"}), number(1, 3), number(1, 40));
    yaml += "faults:\n";
    for (const char* fault :
         {"{name: crash, kind: server-crash, target: filter@sat, at: 60s, for: 30s}",
          "{name: proxy, kind: server-crash, target: edge@sat, at: 80s, for: 10s}",
          "{name: gates, kind: server-crash, target: gate@dfw, at: 200s, for: 20s}",
          "{name: stop, kind: server-pause, target: box, at: 150s, for: 40s}",
          "{name: silence, kind: no-answer, target: names/p1, at: 30s, for: 3min, probability: 50%}",
          "{name: cut, kind: link-down, target: sat-dfw, at: 180s, for: 1min}",
          "{name: hole, kind: link-black-hole, target: in-sat, at: 240s, for: 2min}",
          "{name: dark, kind: site-down, target: dfw, at: 400s, for: 1min}"})
        if (dice() % 2 == 0) yaml += fmt::format("  - {}\n", fault);
    yaml += "  - {name: late, kind: late-answer, target: names, at: 500s, for: 1min, added: 3s}\n";
    if (dice() % 2 == 0)
        yaml += "flaws:\n  - {name: hang, in: filter, trigger: call-hangs, kind: hold-worker, hold: 12s, share: 50%}\n";
    else
        yaml += "flaws:\n  - {name: twice, in: filter, trigger: always, kind: duplicate, probability: 5%}\n";
    return yaml;
}

}  // namespace

TEST_CASE("whatever goes wrong, lives sum to the ns, for all mail, late mail and collateral mail") {
    std::uint64_t late = 0, collateral = 0, censored = 0, duplicated = 0, bounced = 0, dropped = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const std::string yaml = random_estate(seed);
        INFO(yaml);
        RunOptions options;
        options.seed = seed;
        if (seed % 2 == 0) options.until = SimTime::zero() + 1_s * static_cast<std::int64_t>(100 + seed * 11);
        const Outcome o = explained(yaml, options);
        const Sums rows = rows_of(o), totals = totals_of(o);
        CHECK(rows.all.delay == totals.all.delay);
        CHECK(rows.late.delay == totals.late.delay);
        CHECK(rows.collateral.delay == totals.collateral.delay);
        CHECK(totals.all.copies <=
              o.messages.ended() + o.messages.in_system);  // reports that are there at once have no life
        CHECK(totals.all.copies + o.notices + o.bounces >= o.messages.ended() + o.messages.in_system);
        std::uint64_t tenants_late = 0;
        for (const TenantOutcome& t : o.tenants) tenants_late += t.late;
        CHECK(totals.late.copies >= tenants_late);  // of the backlog, too
        late += totals.late.copies;
        collateral += totals.collateral.copies;
        censored += totals.late.censored;
        duplicated += o.messages.duplicated;
        bounced += o.messages.bounced;
        dropped += o.messages.dropped;
    }
    CHECK(late > 1000);
    CHECK(collateral > 100);
    CHECK(censored > 20);
    CHECK(duplicated > 20);
    CHECK(bounced > 20);
    CHECK(dropped > 20);
}

TEST_CASE("a run that keeps lives takes the same course, and on two threads books the same", "[threads]") {
    const std::string yaml = random_estate(7);
    const Outcome plain = run(yaml);
    const Outcome one = explained(yaml);
    RunOptions threads;
    threads.threads = 2;
    threads.executor = ExecutorKind::threads;
    const Outcome two = explained(yaml, threads);
    CHECK_FALSE(plain.lives.has_value());
    CHECK(one.fingerprint.hex() == plain.fingerprint.hex());
    CHECK(two.fingerprint.hex() == plain.fingerprint.hex());
    REQUIRE(one.lives->rows.size() == two.lives->rows.size());
    for (std::size_t i = 0; i < one.lives->rows.size(); ++i) {
        CHECK(one.lives->rows[i].all == two.lives->rows[i].all);
        CHECK(one.lives->rows[i].late == two.lives->rows[i].late);
    }
    REQUIRE(one.lives->calls.size() == two.lives->calls.size());
    for (std::size_t i = 0; i < one.lives->calls.size(); ++i)
        CHECK(one.lives->calls[i].own.columns == two.lives->calls[i].own.columns);
}

TEST_CASE("without duplicates and refusals by proxies, all lives book what the ledger books") {
    const Outcome o = explained(kOneSite);
    std::map<std::uint32_t, TimeArea> ledger, lives;
    for (const LedgerRow& row : o.ledger) ledger[row.tenant_class] += row.time;
    for (const BookedRow& row : o.lives->rows) lives[row.tenant_class] += row.all;
    CHECK(ledger == lives);
    CHECK(totals_of(o).late.copies == 0);
}

TEST_CASE("what a request was served in vain is in no book") {
    // One worker at `slow` serves 10 s; the callers wait 1 s and give up, one after the other.
    const Outcome o = explained(R"(
name: vain
duration: 100s
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
tiers:
  - {name: mta, at: dc, workers: 3, service: {law: deterministic, mean: 0s}, calls: [{to: slow, timeout: 1s, on_failure: continue}]}
  - {name: slow, at: dc, workers: 1, service: {law: deterministic, mean: 10s}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 1/d, paths: {inbound: [mta]}}]
backlog: [{name: three, at: mta@dc, class: acme, count: 3, oldest: 0s}]
)");
    REQUIRE(o.lives->calls.size() == 1);
    const auto& columns = o.lives->calls.front().own.columns;
    const std::size_t states = columns.size() / 2;
    CHECK(columns[worker_state::serving] == (2_s).ns);           // two wait, behind one that is served
    CHECK(columns[states + worker_state::serving] == (1_s).ns);  // of which its caller saw one second
}

namespace {

/// What the ledger has in all, less what all lives have. (Copies that a lost reply doubled share a past, which is in the ledger once.)
TimeArea overbooked(const Outcome& o) {
    TimeArea sum = 0;
    for (const LedgerRow& row : o.ledger) sum += row.time;
    return sum - rows_of(o).all.delay;
}

/// A proxy that serves 2 s, and then finds `box` as `fault` has it; its senders wait 5 s for a reply.
std::string slow_proxy(const std::string& faults, const std::string& site_of_box = "dc") {
    return fmt::format(R"(
name: proxy
duration: 1h
network: {{connect_timeout: 6s, reply_timeout: 5s, greeting_timeout: 9s}}
sites: [dc, far, {{name: world, outside: true}}]
links: [{{from: world, to: dc, latency: 20ms}}, {{name: inner, from: dc, to: far, latency: 10ms}}]
tiers:
  - {{name: edge, at: dc, servers: 2, workers: 20, hand_over: held, service: {{law: deterministic, mean: 2s}}}}
  - {{name: box, at: {}, workers: 20, service: {{law: exponential, mean: 1s}}}}
senders: [{{name: others, at: world, retry: {{schedule: custom, waits: [1min, 2min, 5min], expire: 5d}}}}]
tenants: [{{name: acme, count: 4, rate: 1/s, paths: {{inbound: [edge, box]}}}}]
faults: [{}]
)",
                       site_of_box, faults);
}

}  // namespace

TEST_CASE("the ledger has what a failing proxy did once, or, where its sender had stopped waiting, what the sender did instead") {
    const char* const faults[] = {
        "{name: down, kind: server-crash, target: box, at: 10min, for: 10min}",                                        // heard in time
        "{name: still, kind: server-pause, target: box, at: 50min, for: 1h}",                                          // after 11 s
        "{name: slow, kind: server-slow, target: edge, factor: 4, at: 10min, for: 10min}, {name: down, kind: server-crash, target: box, at: 10min, for: 11min}",
        "{name: edge, kind: server-crash, target: edge, at: 10min, for: 1min}, {name: still, kind: server-pause, target: edge, at: 20min, for: 8s}",
    };
    for (const char* const fault : faults) {
        const Outcome o = explained(slow_proxy(fault));
        INFO(fault);
        CHECK(o.messages.duplicated == 0);
        CHECK(o.retry_attempts > 10);
        CHECK(overbooked(o) == 0);
    }
}

TEST_CASE("what a proxy of another site did, and what it did when the run ends, is in the ledger as it is in lives") {
    const std::string fault = "{name: hole, kind: link-black-hole, target: inner, at: 50min, for: 1h}";
    const Outcome o = explained(slow_proxy(fault, "far"));
    CHECK(o.messages.duplicated == 0);
    CHECK(o.retry_attempts > 10);
    CHECK(overbooked(o) == 0);
}

TEST_CASE("where a slow proxy succeeds after its sender has given up, the ledger lacks of all lives just the pasts that duplicates share") {
    RunOptions options;
    options.sample = 1;
    std::string yaml = slow_proxy("");
    yaml.replace(yaml.find("{law: deterministic, mean: 2s}"), 30, "{law: exponential, mean: 2s}");
    yaml.erase(yaml.find("faults: []"));
    const Outcome o = explained(yaml, options);
    CHECK(o.messages.duplicated > 100);
    TimeArea shared = 0;
    for (const StoryLine& line : o.story) {
        if (line.what != Transition::duplicated) continue;
        const StoryLine* accepted = nullptr;
        const StoryLine* offered = nullptr;  // the attempt whose reply came too late: the last one before its time-out
        for (const StoryLine& other : o.story) {
            if (other.message != line.message) continue;
            if (other.what == Transition::accepted) accepted = &other;
            if (other.what == Transition::attempt && other.place == "edge@dc" && other.at + 5_s < line.at) offered = &other;
        }
        REQUIRE(accepted != nullptr);
        REQUIRE(offered != nullptr);
        shared += (offered->at - accepted->at).ns;
    }
    CHECK(-overbooked(o) == shared);
}

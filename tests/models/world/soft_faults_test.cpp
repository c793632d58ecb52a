// Faults that leave servers up: late and wrong answers, gray failures, cold caches; and those that take more than time: lost
// disks, lost tiers; campaigns and bursts; service that slows with load.
#include <cmath>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// mta calls dir before its own service; 1 copy a second, for 20 minutes.
const std::string kCalls = R"(
name: calls
duration: 20min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: mta, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 2s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: dir, at: dc, workers: 50, service: {law: deterministic, mean: 20ms}}
  - {name: box, at: dc, workers: 50, service: {law: deterministic, mean: 5ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [mta, box]}}]
)";

const ClassOutcome& acme(const Outcome& outcome) { return outcome.classes.at(0); }

}  // namespace

TEST_CASE("late-answer: each answer comes later by that much, and its worker waits") {
    const Outcome sound = run(kCalls), late = run(kCalls, {"faults=[{name: f, kind: late-answer, at: 0s, for: 20min, target: dir, added: 1s}]"});
    CHECK(late.messages.accepted == sound.messages.accepted);
    CHECK(static_cast<double>(acme(late).delay.max() - acme(sound).delay.max()) == Approx(1e9).epsilon(0.02));
    CHECK(touched(late.faults, "f") == station(late, "dir", "dc").served);
}

TEST_CASE("late-answer past the time-out: answers are given in vain") {
    const Outcome late = run(kCalls, {"faults=[{name: f, kind: late-answer, at: 0s, for: 10min, target: dir, added: 3s, probability: 30%}]"});
    CHECK(station(late, "mta", "dc").timed_out > 100);
    CHECK(station(late, "dir", "dc").wasted == station(late, "mta", "dc").timed_out);
    CHECK(late.messages.delivered > 1000);
}

TEST_CASE("wrong-answer error: the call has failed, and the mail is tried again") {
    const Outcome wrong = run(kCalls, {"faults=[{name: f, kind: wrong-answer, at: 1min, for: 10min, target: dir, probability: 50%}]"});
    CHECK(touched(wrong.faults, "f") > 200);
    CHECK(booked(wrong, "mta@dc", "retry") > 0);
    CHECK(wrong.messages.bounced == 0);
    CHECK(wrong.messages.delivered + wrong.messages.in_system == wrong.messages.accepted);
}

TEST_CASE("wrong-answer no-such-recipient: what exists is bounced, in the share that is wrong") {
    const Outcome wrong = run(kCalls, {"faults=[{name: f, kind: wrong-answer, at: 0s, for: 20min, target: dir, probability: 25%, answer: no-such-recipient}]"});
    CHECK(static_cast<double>(wrong.messages.wrongly_bounced) / static_cast<double>(wrong.messages.accepted) == Approx(0.25).margin(0.06));
    CHECK(touched(wrong.faults, "f") == wrong.messages.wrongly_bounced);
    // Shares nest: who is bounced at 25 % is bounced at 60 %, and nobody's luck moves.
    const Outcome more = run(kCalls, {"faults=[{name: f, kind: wrong-answer, at: 0s, for: 20min, target: dir, probability: 60%, answer: no-such-recipient}]"});
    CHECK(more.messages.wrongly_bounced > wrong.messages.wrongly_bounced);
    CHECK(more.messages.accepted == wrong.messages.accepted);
}

TEST_CASE("gray: a share of requests is dropped and of services slowed, and health checks see nothing") {
    const std::string health = "tiers.dir.health={interval: 10s, failures: 2, timeout: 1s}";
    const Outcome gray = run(kCalls, {"faults=[{name: f, kind: gray, at: 0s, for: 20min, target: dir, dropped: 20%, slowed: 30%, factor: 10x}]", health});
    const double requests = static_cast<double>(station(gray, "dir", "dc").arrivals + station(gray, "dir", "dc").swallowed);
    CHECK(static_cast<double>(station(gray, "dir", "dc").swallowed) / requests == Approx(0.2).margin(0.05));
    CHECK(touched(gray.faults, "f") > station(gray, "dir", "dc").swallowed);
    const Outcome sound = run(kCalls, {health});
    // 30 % of the services last 200 ms instead of 20 ms.
    CHECK(station(gray, "dir", "dc").utilization / station(sound, "dir", "dc").utilization == Approx((0.7 + 0.3 * 10) * 1.0).epsilon(0.2));
}

TEST_CASE("gray: mail that is offered is turned away with 4yz, and comes again") {
    const Outcome gray = run(kCalls, {"faults=[{name: f, kind: gray, at: 0s, for: 10min, target: box, dropped: 50%}]"});
    CHECK(station(gray, "box", "dc").refused > 200);
    CHECK(gray.messages.delivered + gray.messages.in_system == gray.messages.accepted);
    CHECK(gray.messages.dropped == 0);
    CHECK_FALSE(gray.tenants.at(0).own_healthy);
}

TEST_CASE("gray: mail gets 4yz whatever a full queue says, also from a proxy") {
    for (const char* on_full : {"defer", "bounce", "drop"}) {
        for (const char* hand_over : {"queued", "held"}) {
            INFO(on_full << ", " << hand_over);
            const Outcome gray = run(kCalls, {"faults=[{name: f, kind: gray, at: 0s, for: 10min, target: mta, dropped: 50%}]", "tiers.dir.queue.limit=1000",
                                              "tiers.mta.queue={limit: 100000, on_full: " + std::string(on_full) + "}", "tiers.mta.hand_over=" + std::string(hand_over)});
            CHECK(station(gray, "mta", "dc").refused > 200);
            CHECK(gray.bounces == 0);
            CHECK(gray.messages.dropped == 0);
            CHECK(gray.messages.delivered + gray.messages.in_system == gray.messages.accepted);
        }
    }
}

TEST_CASE("cache-loss: a callee sized for the misses meets all calls, and less and less while the cache fills") {
    const std::string cached = "tiers.mta.calls.dir.cached=90%";
    const Outcome warm = run(kCalls, {cached});
    CHECK(static_cast<double>(station(warm, "dir", "dc").arrivals) / static_cast<double>(warm.messages.accepted) == Approx(0.1).margin(0.03));
    const Outcome cold = run(kCalls, {cached, "faults=[{name: f, kind: cache-loss, at: 0s, for: 20min, target: mta}]"});
    CHECK(station(cold, "dir", "dc").arrivals == station(run(kCalls), "dir", "dc").arrivals);
    const Outcome filling = run(kCalls, {cached, "faults=[{name: f, kind: cache-loss, at: 0s, for: 1s, target: mta, refill: 20min}]"});
    // Over the refill a mean of half of the hits is lost: 10 % + 45 %.
    CHECK(static_cast<double>(station(filling, "dir", "dc").arrivals) / static_cast<double>(filling.messages.accepted) == Approx(0.55).margin(0.06));
}

TEST_CASE("server-crash with its disk lost: what the tier had accepted is gone, and counted") {
    const std::string stuck = "tiers.box.workers=1";
    const std::string slow = "tiers.box.service.mean=2s";
    const std::string crash = "faults=[{name: f, kind: server-crash, at: 10min, for: 1min, target: box, disk: DISK}]";
    const auto with = [&](std::string disk, std::vector<std::string> more = {}) {
        std::string fault = crash;
        fault.replace(fault.find("DISK"), 4, disk);
        more.insert(more.begin(), {stuck, slow, fault});
        return run(kCalls, more);
    };
    const Outcome kept = with("kept"), lost = with("lost");
    CHECK(kept.messages.dropped == 0);
    CHECK(lost.messages.dropped > 200);  // half of 10 minutes' mail waits at one server at half the rate
    CHECK(touched(lost.faults, "f") >= lost.messages.dropped);
    CHECK(lost.messages.accepted == lost.messages.delivered + lost.messages.dropped + lost.messages.in_system);
    const Outcome half = with("lost", {"tiers.box.servers=2", "tiers.box.service.mean=4s", "faults.f.share=60%"});
    CHECK(half.messages.conserved());
}

TEST_CASE("tier-lost: nothing comes back, and mail for it stays with whoever holds it") {
    const Outcome lost = run(kCalls, {"faults=[{name: f, kind: tier-lost, at: 10min, target: box}]"});
    CHECK(lost.messages.delivered < 700);
    CHECK(lost.messages.in_system > 500);
    CHECK_FALSE(lost.faults.at(0).end);
    CHECK(lost.messages.conserved());
}

TEST_CASE("a campaign brings its copies, to so many tenants, and moves nobody else's mail") {
    const std::vector<std::string> tenants{"tenants.acme.count=100"};
    std::vector<std::string> with = tenants;
    with.push_back("faults=[{name: f, kind: campaign, at: 5min, for: 5min, target: acme, copies: 3000, tenants: 2}]");
    const Outcome calm = run(kCalls, tenants), campaign = run(kCalls, with);
    CHECK(static_cast<double>(campaign.messages.accepted - calm.messages.accepted) == Approx(3000).margin(220));
    CHECK(touched(campaign.faults, "f") == campaign.messages.accepted - calm.messages.accepted);
    std::size_t grown = 0;
    for (std::size_t t = 0; t < calm.tenants.size(); ++t) {
        const bool takes_part = campaign.tenants[t].counts.accepted > calm.tenants[t].counts.accepted;
        grown += takes_part;
        CHECK(campaign.tenants[t].own_healthy == !takes_part);   // whoever makes the flood is no bystander
        CHECK(calm.tenants[t].own_healthy);
    }
    CHECK(grown == 2);
}

TEST_CASE("mmpp arrivals have the class's mean rate, and counts that vary more than a Poisson process's", "[long]") {
    const auto dispersion = [](const Outcome& outcome) {
        double sum = 0, squares = 0, n = 0;
        for (const MinuteTally& m : outcome.minutes) {
            sum += m.accepted;
            squares += static_cast<double>(m.accepted) * m.accepted;
            ++n;
        }
        return squares / sum - sum / n;  // variance / mean
    };
    const std::vector<std::string> longer{"duration=60h", "tiers.mta.calls=~"};
    std::vector<std::string> bursts = longer;
    bursts.push_back("tenants.acme.arrivals={law: mmpp, factor: 10x, burst: 2min, quiet: 8min}");
    const Outcome plain = run(kCalls, longer), bursty = run(kCalls, bursts);
    CHECK(dispersion(plain) == Approx(1).margin(0.4));
    CHECK(dispersion(bursty) > 10);
    CHECK(static_cast<double>(bursty.messages.accepted) == Approx(static_cast<double>(plain.messages.accepted)).epsilon(0.2));
}

TEST_CASE("weibull arrivals keep the rate; with a small shape they cluster") {
    const std::vector<std::string> longer{"duration=5h", "tiers.mta.calls=~", "tiers.box.workers=1", "tiers.box.service.mean=500ms"};
    const auto with = [&](const std::string& arrivals) {
        std::vector<std::string> sets = longer;
        sets.push_back("tenants.acme.arrivals=" + arrivals);
        return run(kCalls, sets);
    };
    const Outcome poisson = with("{law: weibull, shape: 1}"), clustered = with("{law: weibull, shape: 0.5}"), regular = with("{law: weibull, shape: 5}");
    CHECK(poisson.fingerprint.hex() == run(kCalls, longer).fingerprint.hex());
    CHECK(static_cast<double>(clustered.messages.accepted) == Approx(static_cast<double>(poisson.messages.accepted)).epsilon(0.1));
    CHECK(station(clustered, "box", "dc").queue_mean > 1.5 * station(poisson, "box", "dc").queue_mean);
    CHECK(station(regular, "box", "dc").queue_mean < 0.5 * station(poisson, "box", "dc").queue_mean);
}

TEST_CASE("slope: a service grows with each job that is in service beside it") {
    // Workers enough, 1/s of 1 s; with a slope of 200 ms a service lasts 1 s + 200 ms x others.
    const Outcome plain = run(kCalls, {"tiers.box.service.mean=1s", "tiers.mta.calls=~"});
    const Outcome slope = run(kCalls, {"tiers.box.service.mean=1s", "tiers.mta.calls=~", "tiers.box.slope=200ms"});
    const double busy = station(plain, "box", "dc").utilization * 50, slowed = station(slope, "box", "dc").utilization * 50;
    CHECK(busy == Approx(1).epsilon(0.1));
    // In balance n = 1/s x (1 s + 0.2 s x n) in the mean, about: n = 1.25.
    CHECK(slowed == Approx(1.25).epsilon(0.1));
}

TEST_CASE("a group fails as one, at the same times") {
    const Outcome group = run(kCalls, {"faults=[{name: f, kind: server-crash, at: 5min, for: 1min, group: [mta, box, dir]}]"});
    CHECK(group.faults.at(0).target == "mta, box, dir");
    const Outcome apart = run(kCalls, {"faults=[{name: a, kind: server-crash, at: 5min, for: 1min, target: mta}, {name: b, kind: server-crash, at: 5min, for: 1min, target: box}, {name: c, kind: server-crash, at: 5min, for: 1min, target: dir}]"});
    CHECK(group.fingerprint.hex() == apart.fingerprint.hex());
}

TEST_CASE("a random fault acts at its drawn times, and says how likely it is") {
    const Outcome random = run(kCalls, {"faults=[{name: f, kind: server-crash, target: box, mtbf: {law: exponential, mean: 3min}, mttr: {law: exponential, mean: 20s}}]"});
    CHECK(random.faults.at(0).times.value() >= 2);
    CHECK(random.faults.at(0).probability.value() == Approx(1 - std::exp(-20.0 / 3)).epsilon(0.001));
    CHECK(touched(random.faults, "f") > 0);
    CHECK(random.messages.conserved());
    const Outcome rare = run(kCalls, {"faults=[{name: f, kind: server-crash, target: box, mtbf: {law: exponential, mean: 52w}, mttr: {law: exponential, mean: 20s}, conditional: true}]"});
    CHECK(rare.faults.at(0).times.value() == 1);
    CHECK(rare.faults.at(0).probability.value() < 1e-4);
}

TEST_CASE("a fault that a mitigation brings counts from it, and is gone without it") {
    const std::vector<std::string> both{"mitigations=[{name: more, kind: add-servers, at: 5min, target: box, servers: 1}]",
                                        "faults=[{name: f, kind: server-slow, at: 1min, for: 2min, target: box, factor: 2x, with: more}]"};
    const Outcome outcome = run(kCalls, both);
    CHECK(*outcome.faults.at(0).start == SimTime::zero() + 6_min);
    CHECK(touched(outcome.faults, "f") > 0);
    std::vector<std::string> without = both;
    without.emplace_back("mitigations.more.enabled=false");
    CHECK_FALSE(run(kCalls, without).faults.at(0).enabled);
}

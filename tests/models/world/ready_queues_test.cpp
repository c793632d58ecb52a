// KumoMTA's ready queues, and suspensions: what overflows, what is delayed as a whole, what an operator's five minutes become.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// A relay with a ready queue sends to the internet and to a partner, each of them at most a copy a second.
const std::string kRelay = R"(
name: ready
duration: 3h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}, {name: far, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 10ms}, {name: lane, from: dc, to: far, latency: 10ms}]
tiers:
  - name: out
    at: dc
    workers: 100
    service: {law: deterministic, mean: 1ms}
    next_hop: {retry: {schedule: kumomta, jitter: 0%}, ready: {}}
  - {name: internet, at: world, workers: 1000, service: {law: deterministic, mean: 10ms}}
  - {name: partner, at: far, workers: 1000, service: {law: deterministic, mean: 10ms}}
tenants:
  - {name: acme, rate: 0/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, internet]}}
  - {name: firm, rate: 0/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, partner]}}
)";

/// So many copies of a class at the relay at once.
std::string backlog(int count, const std::string& of = "acme") {
    return fmt::format("backlog=[{{name: old, at: out@dc, class: {}, direction: outbound, count: {}, oldest: 0s}}]", of,
                       count);
}

RunOptions following(int count) {
    RunOptions options;
    for (int k = 0; k < count; ++k) options.follow.push_back(backlog_copy("old", static_cast<std::uint64_t>(k)));
    std::sort(options.follow.begin(), options.follow.end());
    return options;
}

double at(const StoryLine& line) { return static_cast<double>(line.at.ns) * 1e-9; }

}  // namespace

/// 2,000 copies at once to a queue of 20 that sends one a second.
TEST_CASE("what finds the ready queue full is due again within a minute, after half a minute in the mean") {
    const Outcome o =
        run(kRelay, {backlog(2000), "tiers.out.next_hop.ready.max=20", "tiers.out.next_hop.throttle={rate: 1/s}"},
            following(2000));
    std::map<std::uint64_t, std::vector<StoryLine>> stories;
    for (const StoryLine& line : o.story) stories[line.message].push_back(line);
    double sum = 0;
    std::uint64_t waits = 0, over = 0, first = 0;
    for (const auto& [message, story] : stories) {
        for (std::size_t k = 1; k < story.size(); ++k) {
            if (story[k].what == Transition::attempt && story[k - 1].what != Transition::overflowed) {
                // Within the bound: at a copy a second nobody of 20 waits for longer than 20 s.
                CHECK(at(story[k]) - at(story[k - 1]) < 20.1);
                ++first;
            }
            if (story[k - 1].what != Transition::overflowed) continue;
            const double wait = at(story[k]) - at(story[k - 1]);
            REQUIRE(wait > 0);
            if (story[k].what == Transition::attempt) REQUIRE(wait < 60 + 20.1);
            if (story[k].what != Transition::overflowed) continue;
            ++waits;
            sum += wait;
            over += wait > 60;
        }
    }
    CHECK(waits > 20'000);
    CHECK(over == 0);
    CHECK(sum / static_cast<double>(waits) == Approx(30).margin(0.5));
    CHECK(first >= 20);
    CHECK(o.messages.delivered == 2000);
    CHECK(o.retry_attempts == 0);  // it has failed nothing
    CHECK(booked(o, "out@dc", "retry") == 0);
    CHECK(booked(o, "out@dc", "throttle") >
          (1000_s).ns * 1900);  // that is what it waited for, a thousand seconds in the mean
}

TEST_CASE("a ready queue that is long enough changes nothing but the order, and a longer delay makes fewer looks") {
    const std::vector<std::string> sets{backlog(500), "tiers.out.next_hop.throttle={rate: 1/s}"};
    auto window = sets, narrow = sets, patient = sets;
    window.push_back("tiers.out.next_hop.ready=~");
    CHECK(run(kRelay, sets).fingerprint == run(kRelay, window).fingerprint);
    narrow.push_back("tiers.out.next_hop.ready.max=10");
    patient.insert(patient.end(), {"tiers.out.next_hop.ready.max=10", "tiers.out.next_hop.ready.overflow_delay=10min"});
    const auto looks = [](const std::vector<std::string>& s) {
        const Outcome o = run(kRelay, s, following(500));
        CHECK(o.messages.delivered == 500);
        return std::count_if(o.story.begin(), o.story.end(),
                             [](const StoryLine& line) { return line.what == Transition::overflowed; });
    };
    CHECK(looks(narrow) > 5 * looks(patient));
}

/// KumoMTA asks for the age of what it puts off after a failure, not of what finds the ready queue full (Queue::force_into_delayed).
TEST_CASE("what goes back and forth is not given up for its age, unless the schedule expires by a timer or before an attempt") {
    const auto with = [](const std::string& expires) {
        return run(kRelay, {backlog(100), "tiers.out.next_hop.ready.max=1", "tiers.out.next_hop.throttle={rate: 1/min}",
                            "tiers.out.next_hop.retry={schedule: kumomta, retry_interval: 1min, expire: 30min" + expires + "}"});
    };
    const Outcome o = with("");
    CHECK(o.messages.delivered == 100);
    CHECK(o.messages.expired == 0);
    for (const std::string expires : {", expires: by-timer", ", expires: before-attempt"}) {
        const Outcome strict = with(expires);
        CHECK(strict.messages.delivered == Approx(30).margin(1));
        CHECK(strict.messages.expired + strict.messages.delivered == 100);
    }
}

/// The internet is down for ten minutes; nobody is tried for a second time within 20.
TEST_CASE(
    "so many failed connections in a row defer all that waits, untried, and a reply of any kind starts the count "
    "anew") {
    const auto tried = [](const std::vector<std::string>& more) {
        std::vector<std::string> sets{backlog(250), "tiers.out.next_hop.connections=1"};
        sets.insert(sets.end(), more.begin(), more.end());
        const Outcome o = run(kRelay, sets, following(250));
        CHECK(o.messages.delivered + o.messages.in_system == o.messages.accepted);
        CHECK(o.messages.in_system <= 1);
        return std::count_if(o.story.begin(), o.story.end(),
                             [](const StoryLine& line) { return line.what == Transition::attempt && at(line) < 600; });
    };
    const std::string down = "faults=[{name: gone, kind: server-crash, at: 0s, for: 10min, target: internet}]";
    CHECK(tried({down}) == 100);
    CHECK(tried({down, "tiers.out.next_hop.ready.failures_before_delay=99"}) == 99);
    CHECK(tried({down, "tiers.out.next_hop.ready.failures_before_delay=30"}) == 30);
    CHECK(tried({down, "tiers.out.next_hop.ready.failures_before_delay=251"}) == 250);
    // It says 4yz instead: everybody is heard.
    const std::string full =
        "mitigations=[{name: shut, kind: throttle, target: internet, at: 0s, for: 10min, rate: 1/d}]";
    CHECK(tried({full, "tiers.out.next_hop.ready.failures_before_delay=30"}) == 250);
    // And each site of the outside world is a destination of its own.
    CHECK(tried({down, "tiers.out.next_hop.ready.failures_before_delay=30", "tenants.firm.rate=1/s"}) == 30);
}

TEST_CASE("delivery processes that are shared do not change what a ready queue delays") {
    const std::string down = "faults=[{name: gone, kind: server-crash, at: 0s, for: 10min, target: internet}]";
    const Outcome o = run(kRelay, {backlog(250), down, "tiers.out.next_hop.processes=1"}, following(250));
    CHECK(std::count_if(o.story.begin(), o.story.end(), [](const StoryLine& line) {
              return line.what == Transition::attempt && at(line) < 600;
          }) == 100);
    CHECK(o.messages.delivered == 250);
}

/// A copy every ten seconds to either destination.
TEST_CASE("five minutes of suspension are 20 under KumoMTA's schedule, and an hour for who meets them again") {
    const auto with = [](const std::string& mitigations, const std::string& more = "tenants.acme.rate=6/min") {
        return run(kRelay,
                   {"tenants.acme.rate=6/min", "tenants.firm.rate=6/min", more, "mitigations=[" + mitigations + "]"});
    };
    const std::string once = "{name: stop, kind: suspend, target: out, to: internet, at: 30min, for: 5min}";
    const Outcome o = with(once);
    const auto minutes = [](const Outcome& outcome, std::size_t c) {
        return static_cast<double>(outcome.classes[c].delay.max()) / 60e9;
    };
    CHECK(minutes(o, 0) == Approx(20).margin(0.1));
    CHECK(minutes(o, 1) < 0.1);
    CHECK(static_cast<double>(touched(o.mitigations, "stop")) == Approx(30).margin(15));
    CHECK(o.retry_attempts == 0);   // what was put off had not been tried
    CHECK(o.messages.delivered + o.messages.in_system == o.messages.accepted);
    CHECK(booked(o, "out@dc", "retry") == (1200_s).ns * static_cast<std::int64_t>(touched(o.mitigations, "stop")));
    // Who was put off from 30 to 35 min is due from 50 to 55 min: 20 and 40 minutes.
    const Outcome again = with(once + ", {name: more, kind: suspend, target: out, to: internet, at: 50min, for: 5min}");
    CHECK(minutes(again, 0) == Approx(60).margin(0.1));
    CHECK(touched(again.mitigations, "more") >= touched(o.mitigations, "stop"));
    // Any destination; any retry schedule; without a ready queue.
    const Outcome all = with("{name: stop, kind: suspend, target: out@dc, at: 30min, for: 5min}",
                             "tiers.out.next_hop={retry: {schedule: custom, waits: [90s]}}");
    for (const std::size_t c : {0U, 1U})
        CHECK(minutes(all, c) == Approx(6).margin(0.6));  // 90 s until there is an attempt again
    // To the end.
    const Outcome never = with("{name: stop, kind: suspend, target: out, at: 30min}");
    CHECK(static_cast<double>(never.messages.delivered) ==
          Approx(static_cast<double>(never.messages.accepted) / 6).epsilon(0.2));
    CHECK(with("{name: stop, kind: suspend, target: out, at: 30min, enabled: false}").fingerprint ==
          with("").fingerprint);
}

TEST_CASE("what waits for an attempt when a suspension begins is put off, and what is in one goes on") {
    const Outcome o = run(kRelay,
                          {backlog(100), "tiers.out.next_hop.throttle={rate: 1/s}",
                           "mitigations=[{name: stop, kind: suspend, target: out, at: 10.5s, for: 1min}]"},
                          following(100));
    const auto early = std::count_if(o.story.begin(), o.story.end(), [](const StoryLine& line) {
        return line.what == Transition::attempt && at(line) < 11;
    });
    CHECK(early == 11);
    CHECK(touched(o.mitigations, "stop") == 89);
    CHECK(o.messages.delivered == 100);
    for (const StoryLine& line : o.story) {
        const bool between = at(line) > 12 && at(line) < 10.5 + 1200;
        CHECK_FALSE((line.what == Transition::attempt && between));
    }
    // What it waited for before is not the suspension's.
    CHECK(booked(o, "out@dc", "retry") == (1200_s).ns * 89);
}

TEST_CASE("operators suspend a queue on a condition, too") {
    const Outcome o =
        run(kRelay, {"tenants.acme.rate=1/s",
                     "faults=[{name: gone, kind: server-crash, at: 10min, for: 1min, target: internet}]",
                     "mitigations=[{name: stop, kind: suspend, target: out, for: 5min, when: deferred(out) > 20}]"});
    REQUIRE(o.mitigations[0].start);
    CHECK(*o.mitigations[0].start > SimTime::zero() + 10_min);
    CHECK(*o.mitigations[0].start < SimTime::zero() + 11_min);
    CHECK(static_cast<double>(touched(o.mitigations, "stop")) == Approx(300).margin(60));
    CHECK(o.messages.delivered + o.messages.in_system == o.messages.accepted);
}

namespace {

/// All of it at once: overflow, failures in a row, suspensions that overlap, servers of the relay that crash, copies that are given up.
std::vector<std::string> trouble(unsigned k) {
    return {
        "duration=2h",
        "tenants.acme.rate=2/s",
        "tenants.firm.rate=0.2/s",
        fmt::format("tiers.out.next_hop.ready={{max: {}, overflow_delay: 40s, failures_before_delay: {}}}", 1 + 7 * k,
                    3 + k),
        "tiers.out.next_hop.throttle={rate: 1/s, burst: 3}",
        fmt::format("tiers.out.next_hop.retry={{schedule: kumomta, retry_interval: 1min, expire: {}min}}", 20 + 10 * k),
        k % 2 == 0 ? "tiers.out.next_hop.processes=2" : "tiers.out.servers=2",
        "faults=[{name: gone, kind: server-crash, at: 10min, for: 5min, target: internet}, {name: hole, kind: "
        "link-black-hole, at: 30min, for: 8min, target: wire},"
        " {name: off, kind: server-crash, at: 33min, for: 3min, target: out}, {name: dark, kind: site-down, at: 65min, "
        "for: 4min, target: dc}]",
        "mitigations=[{name: stop, kind: suspend, target: out, to: internet, at: 20min, for: 5min}, {name: all, kind: "
        "suspend, target: out, at: 24min, for: 12min},"
        " {name: push, kind: flush, target: out, at: 28min}, {name: late, kind: suspend, target: out, for: 3min, when: "
        "deferred(out) > 300}]"};
}

void check_trouble(unsigned k) {
    RunOptions options;
    options.seed = 1 + k;
    options.lives = true;  // the engine stops at the first sum that is wrong
    const Outcome o = run(kRelay, trouble(k), options);
    CHECK(o.messages.conserved());
    CHECK(o.messages.delivered > 1000);
    if (k < 4) CHECK(o.messages.expired > 0);   // later it is lives of an hour and more, and what overflows is not asked for its age
    TimeArea rows = 0, totals = 0, ledger = 0;
    for (const BookedRow& row : o.lives->rows) rows += row.all;
    for (const ClassLives& c : o.lives->classes) totals += c.all.delay;
    for (const LedgerRow& row : o.ledger) ledger += row.time;
    CHECK(rows == totals);
    CHECK(rows == ledger);
    for (const DisturbanceOutcome& d : o.mitigations) {
        INFO(d.name);
        CHECK(d.touched > 0);
    }
    options.lives = false;
    CHECK(run(kRelay, trouble(k), options).fingerprint == o.fingerprint);
}

}  // namespace

TEST_CASE("in all trouble at once copies are conserved, and the parts of each one's life sum to its delay") { check_trouble(0); }

TEST_CASE("so they are in five other kinds of trouble", "[long]") {
    for (unsigned k = 1; k < 6; ++k) check_trouble(k);
}

TEST_CASE("ready queues and suspensions take the same course on 1 and 2 threads", "[threads]") {
    const Outcome once = run(kRelay, trouble(2));
    RunOptions two;
    two.threads = 2;
    two.executor = ExecutorKind::threads;
    for (int round = 0; round < 3; ++round) {
        const Outcome o = run(kRelay, trouble(2), two);
        CHECK(o.fingerprint == once.fingerprint);
        CHECK(o.events == once.events);
    }
    RunOptions other;
    other.seed = 2;
    CHECK_FALSE(run(kRelay, trouble(2), other).fingerprint == once.fingerprint);
}

}  // namespace mailquake

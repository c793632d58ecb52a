// When mail is given up for its age: after a failed attempt, instead of an attempt, or by a timer.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// Three copies a second for a place that takes one a second; a copy may be ten minutes old.
std::string throttled(const std::string& expires, const std::string& schedule = "schedule: custom, waits: [1min]") {
    return fmt::format(R"(
name: expiry
duration: 2h
sites: [{{name: dc, latency: 0s}}, {{name: world, outside: true}}]
links: [{{name: wire, from: dc, to: world, latency: 10ms}}]
tiers:
  - name: out
    at: dc
    workers: 100
    service: {{law: deterministic, mean: 1ms}}
    next_hop: {{connections: 50, active: 100000, throttle: {{rate: 1/s}}, retry: {{{}, expire: 10min{}}}}}
  - {{name: internet, at: world, workers: 1000, service: {{law: deterministic, mean: 10ms}}}}
tenants:
  - {{name: acme, rate: 3/s, directions: {{inbound: 0%, outbound: 100%}}, paths: {{outbound: [out, internet]}}}}
)",
                       schedule, expires.empty() ? "" : ", expires: " + expires);
}

/// A share of all stories.
RunOptions watching() {
    RunOptions options;
    options.sample = 1;
    return options;
}

/// From acceptance by the users to the end, of each copy that ended so [s].
std::vector<double> ages(const Outcome& outcome, Transition end) {
    std::map<std::uint64_t, SimTime> begun;
    std::vector<double> found;
    for (const StoryLine& line : outcome.story) {
        if (line.what == Transition::accepted) begun.try_emplace(line.message, line.at);
        if (line.what == end && begun.count(line.message) > 0) found.push_back(static_cast<double>((line.at - begun.at(line.message)).ns) / 1e9);
    }
    return found;
}

double most(const std::vector<double>& of) { return *std::max_element(of.begin(), of.end()); }
double least(const std::vector<double>& of) { return *std::min_element(of.begin(), of.end()); }

}  // namespace

TEST_CASE("behind a throttle mail grows older than its schedule allows where expiry looks at failed attempts alone") {
    const Outcome o = run(throttled(""), {}, watching());
    CHECK(o.messages.expired == 0);
    CHECK(o.messages.delivered == Approx(7200).margin(3));
    CHECK(most(ages(o, Transition::delivered)) == Approx(7200.0 * 2 / 3).epsilon(0.03));   // first come, first served at a third of the load
}

/// In equilibrium the queue holds the arrivals of ten minutes; one a second goes on, and all others are given up as they reach that age.
TEST_CASE("by a timer a copy behind a throttle is given up at its age, to the ns") {
    const Outcome o = run(throttled("by-timer"), {}, watching());
    CHECK(o.messages.delivered == Approx(7200).margin(3));
    CHECK(o.messages.in_system == Approx(1800).margin(4 * std::sqrt(1800)));
    CHECK(o.messages.expired == o.messages.accepted - o.messages.delivered - o.messages.in_system);
    const std::vector<double> given_up = ages(o, Transition::expired);
    REQUIRE(given_up.size() == o.messages.expired);
    CHECK(most(given_up) == 600);
    CHECK(least(given_up) == 600);
    CHECK(most(ages(o, Transition::delivered)) < 600.2);
}

TEST_CASE("before an attempt a copy behind a throttle is given up when its turn comes, which is the next one's then") {
    const Outcome o = run(throttled("before-attempt"), {}, watching());
    CHECK(o.messages.delivered == Approx(7200).margin(3));   // who is given up costs no turn
    CHECK(o.messages.in_system == Approx(1800).margin(4 * std::sqrt(1800)));
    const std::vector<double> given_up = ages(o, Transition::expired);
    REQUIRE(given_up.size() == o.messages.expired);
    CHECK(least(given_up) >= 600);
    CHECK(most(given_up) > 600.5);
    CHECK(most(given_up) < 601.1);                           // a turn a second
    CHECK(most(ages(o, Transition::delivered)) < 600.2);
}

TEST_CASE("each schedule gives up as its system does") {
    const auto expired = [](const std::string& schedule) { return run(throttled("", schedule)).messages.expired; };
    CHECK(expired("schedule: postfix") == 0);
    CHECK(expired("schedule: kumomta") == 0);
    CHECK(expired("schedule: exchange") == run(throttled("by-timer")).messages.expired);
    CHECK(expired("schedule: opensmtpd") == run(throttled("before-attempt")).messages.expired);
}

/// 400 x 29^2 s is the last step within four days; without the timer the copy was given up then.
TEST_CASE("opensmtpd: deferred mail is given up at its ttl, after 29 retries") {
    const Outcome o = run(throttled("", "schedule: opensmtpd"),
                          {"tiers.out.next_hop.throttle=~", "tiers.out.next_hop.retry.expire=4d", "tenants.acme.rate=1/h", "duration=5d",
                           "faults=[{name: gone, kind: server-crash, at: 0s, for: 10d, target: internet}]"},
                          watching());
    const std::vector<double> given_up = ages(o, Transition::expired);
    REQUIRE(given_up.size() > 10);
    CHECK(least(given_up) == 4 * 86'400);
    CHECK(most(given_up) == 4 * 86'400);
    std::map<std::uint64_t, int> attempts;
    for (const StoryLine& line : o.story) attempts[line.message] += line.what == Transition::attempt && line.place == "internet@world" ? 1 : 0;
    for (const StoryLine& line : o.story)
        if (line.what == Transition::expired) CHECK(attempts[line.message] == 30);
}

/// Held for half an hour; the others go on.
TEST_CASE("what operators hold is given up at its age by a timer, and when it is let go before an attempt") {
    const std::vector<std::string> hold{"tiers.out.next_hop.throttle=~", "duration=1h",
                                        "mitigations=[{name: hold, kind: hold, target: out, at: 10min, for: 30min}]"};
    const Outcome never = run(throttled("after-attempt"), hold, watching());
    CHECK(never.messages.expired == 0);
    const Outcome at_age = run(throttled("by-timer"), hold, watching());
    CHECK(at_age.messages.expired == Approx(3 * 1200).margin(4 * 60));
    CHECK(most(ages(at_age, Transition::expired)) == 600);
    CHECK(least(ages(at_age, Transition::expired)) == 600);
    const Outcome let_go = run(throttled("before-attempt"), hold, watching());
    CHECK(let_go.messages.expired == at_age.messages.expired);
    CHECK(most(ages(let_go, Transition::expired)) == Approx(1800).margin(5));
    CHECK(booked(let_go, "out@dc", "held back") > booked(at_age, "out@dc", "held back"));
}

/// One connection, whose attempts take 30 s into a hole. A Postfix queue whose destination is dead puts its mail off.
TEST_CASE("by a timer mail is given up that waits for a connection, for a process, or for a dead destination") {
    const std::vector<std::string> hole{"tiers.out.next_hop.throttle=~", "tiers.out.next_hop.connections=1", "duration=1h", "tenants.acme.rate=0.2/s",
                                        "faults=[{name: hole, kind: link-black-hole, at: 0s, for: 2h, target: wire}]"};
    for (const std::string more : {"", "tiers.out.next_hop.processes=1", "tiers.out.next_hop.concurrency={initial: 1, dead_for: 5min}"}) {
        std::vector<std::string> sets = hole;
        if (!more.empty()) sets.push_back(more);
        const Outcome o = run(throttled("by-timer"), sets, watching());
        const std::vector<double> given_up = ages(o, Transition::expired);
        INFO(more);
        CHECK(static_cast<double>(given_up.size()) > 0.9 * 0.2 * 3000);
        CHECK(least(given_up) >= 600);
        CHECK(std::count(given_up.begin(), given_up.end(), 600.0) >= static_cast<std::ptrdiff_t>(given_up.size()) - 120);  // others were in an attempt
        CHECK(most(given_up) <= 630.1);
        const Outcome after = run(throttled("after-attempt"), sets);
        CHECK(after.messages.expired < o.messages.expired);
    }
}

}  // namespace mailquake

// Flaws: what the code makes of a call that hangs or fails.
#include "tests/catch.hpp"

#include <set>

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// 32 copies wait at eight servers of `mta` when the run starts, and nobody else comes. The directory is silent for 5 min.
const std::string kFlawed = R"(
name: flawed
duration: 30min
sites:
  - {name: dc, latency: 0s}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
tiers:
  - {name: mta, at: dc, servers: 8, workers: 4, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 1s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: dir, at: dc, workers: 50, service: {law: deterministic, mean: 20ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 0/s, paths: {inbound: [mta]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 32, oldest: 0s}]
faults: [{name: silent, kind: no-answer, at: 0s, for: 5min, target: dir}]
)";

const std::string kHold = "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 30s}]";

Outcome flawed(std::vector<std::string> sets) {
    RunOptions options;
    for (std::uint64_t k = 0; k < 32; ++k) options.follow.push_back(backlog_copy("old", k));
    return run(kFlawed, sets, options);
}

std::size_t lines(const Outcome& outcome, std::string_view words) {
    std::size_t n = 0;
    for (const StoryLine& line : outcome.story) n += line.text.find(words) != std::string::npos;
    return n;
}

const std::uint64_t kOne = backlog_copy("old", 7);

}  // namespace

TEST_CASE("hold-worker: the time-out passes, the worker stays until the hold is over") {
    const Outcome outcome = flawed({kHold});
    CHECK(times_of(outcome, kOne, "time-out ignored").at(0) == Approx(1.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "deferred").at(0) == Approx(30.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "time-out ignored").at(1) == Approx(91.0).margin(1e-9));
    CHECK(touched(outcome.flaws, "bug") == lines(outcome, "time-out ignored"));
    CHECK(booked(outcome, "mta@dc", "flaw bug") == TimeArea{29'000'000'000} * lines(outcome, "time-out ignored"));
    // Up to the time-out of 1 s it is the fault's doing, beyond it the flaw's; and then 32 answers.
    CHECK(booked(outcome, "mta@dc", "fault: no answer from dir") == TimeArea{1'000'000'000} * lines(outcome, "time-out ignored"));
    CHECK(booked(outcome, "mta@dc", "call dir") == 32 * 20'000'000);
    CHECK(outcome.messages.delivered == 32);
}

TEST_CASE("an answer that comes within the hold is still taken") {
    const Outcome outcome = flawed({kHold, "faults=~", "tiers.dir.service.mean=5s"});
    CHECK(times_of(outcome, kOne, "answered").at(0) == Approx(5.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "delivered").at(0) == Approx(5.010).margin(1e-9));
    CHECK(station(outcome, "dir", "dc").wasted == 0);
}

TEST_CASE("without its trigger a flaw sleeps") {
    const Outcome sound = flawed({});
    CHECK(times_of(sound, kOne, "deferred").at(0) == Approx(1.0).margin(1e-9));
    const Outcome calm = flawed({kHold, "faults=~"});
    CHECK(touched(calm.flaws, "bug") == 0);
    // Servers that crash make calls fail at once, which does not wake a flaw of calls that hang.
    const std::string crash = "faults=[{name: silent, kind: server-crash, at: 0s, for: 5min, target: dir}]";
    CHECK(touched(flawed({kHold, crash}).flaws, "bug") == 0);
    const std::string stubborn = "flaws=[{name: bug, kind: retry-in-place, in: mta, attempts: 10, trigger: TRIGGER}]";
    const auto with = [&](std::string trigger, std::vector<std::string> sets) {
        std::string flaw = stubborn;
        flaw.replace(flaw.find("TRIGGER"), 7, trigger);
        sets.push_back(flaw);
        return touched(flawed(sets).flaws, "bug");
    };
    CHECK(with("call-hangs", {crash}) == 0);
    CHECK(with("call-fails", {crash}) > 0);
    CHECK(with("call-fails", {}) == 0);
    CHECK(with("call-hangs-or-fails", {}) > 0);
    CHECK(with("call-hangs-or-fails", {crash}) > 0);
}

TEST_CASE("retry-in-place: the worker is held through so many tries, or until there is an answer") {
    const Outcome ten = flawed({"flaws=[{name: bug, kind: retry-in-place, in: mta, attempts: 10}]"});
    CHECK(times_of(ten, kOne, "deferred").at(0) == Approx(10.0).margin(1e-9));
    CHECK(times_of(ten, kOne, "call timed out").at(9) == Approx(10.0).margin(1e-9));
    const Outcome endless = flawed({"flaws=[{name: bug, kind: retry-in-place, in: mta}]"});
    CHECK(times_of(endless, kOne, "deferred").empty());
    CHECK(times_of(endless, kOne, "call timed out").size() == 300);
    CHECK(times_of(endless, kOne, "answered").at(0) == Approx(300.020).margin(1e-9));
    CHECK(touched(endless.flaws, "bug") == 32 * 300);
}

TEST_CASE("requeue-at-head: what failed is next again, and others wait behind it") {
    const Outcome outcome = flawed({"flaws=[{name: bug, kind: requeue-at-head, in: mta}]", "tiers.mta.servers=1", "tiers.mta.workers=1"});
    // One worker: the first copy comes back each second until the directory answers; the second starts only then.
    std::vector<std::size_t> requeues;
    for (std::uint64_t k = 0; k < 32; ++k) {
        const std::size_t n = times_of(outcome, backlog_copy("old", k), "back to the head").size();
        if (n > 0) requeues.push_back(n);
    }
    CHECK(requeues == std::vector<std::size_t>{300});
    CHECK(outcome.messages.delivered == 32);
    CHECK(station(outcome, "mta", "dc").wait.max() > (300_s).ns);
    CHECK(lines(outcome, "deferred") == 0);
}

TEST_CASE("a copy may go back to its queue more often than its record counts") {
    // A hundred times a second for 300 s: more than the 8,191 passes that a record can tell apart.
    const Outcome outcome = flawed({"flaws=[{name: bug, kind: requeue-at-head, in: mta}]", "tiers.mta.servers=1", "tiers.mta.workers=1",
                                    "tiers.mta.calls.dir.timeout=10ms", "tiers.dir.service.mean=5ms", "backlog.old.count=1"});
    CHECK(touched(outcome.flaws, "bug") == 30'000);
    CHECK(outcome.messages.delivered == 1);
    REQUIRE(outcome.repeated.size() == 3);
    CHECK(outcome.repeated[0].before == backlog_copy("old", 0));
    for (std::size_t k = 1; k < 3; ++k) CHECK(outcome.repeated[k].before == outcome.repeated[k - 1].after);
    CHECK(booked(outcome, "mta@dc", "fault: no answer from dir") == TimeArea{30'000} * 10'000'000);
}

TEST_CASE("a copy that goes back at a proxy has luck of its own in each pass, and in each attempt of its upstream") {
    // The second pass of one attempt once drew what the first pass of the next attempt drew: the register of `dev` stops on that.
    RunOptions options;
    options.follow = {1};  // nobody: so that new identities are told
    const Outcome outcome = run(R"(
name: proxied
duration: 12min
network: {reply_timeout: 30s}
sites: [dc, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 5ms}]
tiers:
  - {name: edge, at: dc, workers: 4, service: {law: exponential, mean: 5ms}, hand_over: held, calls: [{to: dir, timeout: 1s}]}
  - {name: mailbox, at: dc, workers: 4, service: {law: exponential, mean: 5ms}}
  - {name: dir, at: dc, workers: 4, service: {law: exponential, mean: 2ms}}
senders: [{name: world, at: out, retry: {schedule: custom, waits: [7s], expire: 1d}}]
tenants: [{name: all, rate: 10/min, paths: {inbound: [edge, mailbox]}}]
faults: [{name: silent, kind: no-answer, target: dir, at: 1min, for: 8min}]
flaws: [{name: again, in: edge, call: dir, trigger: call-hangs, kind: requeue-at-head}]
)", {}, options);
    CHECK(outcome.messages.conserved());
    CHECK(outcome.messages.duplicated > 10);  // the proxy hands on what its upstream has given up
    CHECK(outcome.repeated.size() > 1000);
    std::set<std::uint64_t> identities;
    for (const Repeated& one : outcome.repeated) identities.insert(one.after);
    CHECK(identities.size() == outcome.repeated.size());
}

TEST_CASE("crash: the whole server goes down, and its work starts anew after the restart") {
    const Outcome outcome = flawed({"flaws=[{name: bug, kind: crash, in: mta, restart: 90s}]", "tiers.mta.servers=1", "backlog.old.count=4"});
    // 1 s to the time-out, 90 s to the restart, and again: 0, 91, 182, 273, 364 s.
    const std::vector<double> starts = times_of(outcome, backlog_copy("old", 0), "gets a worker");
    REQUIRE(starts.size() == 5);
    CHECK(starts[4] == Approx(364).margin(1e-9));
    CHECK(touched(outcome.flaws, "bug") == 4);  // once for each crash, not for each message
    CHECK(lines(outcome, "its server crashes") == 16);
    CHECK(outcome.messages.delivered == 4);
    CHECK(booked(outcome, "mta@dc", "queue: absent") == TimeArea{4} * 4 * 90'000'000'000);
}

TEST_CASE("a flaw is in a share of the servers, and shares nest") {
    const auto holds = [](std::string share) {
        const Outcome outcome = flawed({"flaws=[{name: bug, kind: hold-worker, in: mta, hold: 30s, share: " + share + "}]",
                                          "faults=[{name: silent, kind: no-answer, at: 0s, for: 2s, target: dir}]"});
        return lines(outcome, "time-out ignored");
    };
    const std::size_t quarter = holds("25%"), half = holds("60%"), all = holds("100%");
    CHECK(quarter % 4 == 0);  // whole servers of four workers
    CHECK(quarter > 0);
    CHECK(quarter < half);
    CHECK(half < all);
    CHECK(all == 32);
}

TEST_CASE("a flaw of one call leaves the others alone") {
    const Outcome outcome = flawed({"tiers.mta.calls.dir.on_failure=continue", "tiers.mta.calls=[{name: second, to: dir, timeout: 1s}]",
                                      "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 30s, call: second}]"});
    CHECK(times_of(outcome, kOne, "call timed out").at(0) == Approx(1.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "call timed out").at(1) == Approx(2.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "time-out ignored").at(0) == Approx(2.0).margin(1e-9));
    CHECK(times_of(outcome, kOne, "deferred").at(0) == Approx(31.0).margin(1e-9));
}

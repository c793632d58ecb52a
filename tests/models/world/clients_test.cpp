// Clients: they hold sessions, lose them when their way or their site breaks, and come back by their own back-off.
#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

const std::string kLogin = R"(
name: login
duration: 2h
sites: [{name: dc}, {name: spare}, {name: homes, outside: true}]
links:
  - {name: wire, from: homes, to: dc, latency: 20ms}
  - {name: other, from: homes, to: spare, latency: 30ms}
tiers: [{name: login, at: [dc, spare], workers: 100, service: {law: deterministic, mean: 10ms}}]
clients:
  - name: users
    at: homes
    site: dc
    tier: login
    count: 1000
    timeout: 5s
    session: {law: exponential, mean: 8h}
    notice_loss: 10s
    retry: {base: 2s, factor: 2, cap: 1min, jitter: none}
)";

void check_sums(const ClientOutcome& c) {
    CHECK(c.tried == c.succeeded + c.given_up + c.trying);
    CHECK(c.attempts >= c.tried);
    CHECK(c.sign_in.count() == c.succeeded);
}

std::string fault(const std::string& body) { return "faults=[{name: f, " + body + "}]"; }

}  // namespace

TEST_CASE("sessions end at the rate of the steady state from the first minute on") {
    // 1000 clients with sessions of 8 h: 125 sign-ins an hour, whatever the law.
    for (const char* law : {"{law: exponential, mean: 8h}", "{law: deterministic, mean: 8h}", "{law: lognormal, mean: 8h, cv: 1.5}", "{law: gamma, mean: 8h, cv: 0.5}"}) {
        INFO(law);
        const Outcome outcome = run(kLogin, {std::string("clients.users.session=") + law, "clients.users.count=20000", "duration=1h"});
        const ClientOutcome& c = outcome.clients[0];
        CHECK(static_cast<double>(c.tried) == Approx(2500).epsilon(0.12));
        check_sums(c);
        CHECK(c.given_up == 0);
        CHECK(c.sign_in.max() < (100_ms).ns);
        const Outcome first = run(kLogin, {std::string("clients.users.session=") + law, "clients.users.count=20000", "duration=2min"});
        CHECK(static_cast<double>(first.clients[0].tried) < 1.5 * 2500 / 30);
    }
}

TEST_CASE("a link that goes down, refusing or silent, ends the sessions that use it") {
    for (const char* kind : {"link-down", "link-black-hole"}) {
        INFO(kind);
        const Outcome outcome = run(kLogin, {fault(std::string("kind: ") + kind + ", at: 1h, for: 2min, target: wire")});
        const ClientOutcome& c = outcome.clients[0];
        CHECK(c.min_signed_in == 0);
        CHECK(c.succeeded >= 1000);
        CHECK(c.trying == 0);
        CHECK(c.signed_in.back() >= 995);
        CHECK(c.below_90 >= 2_min);
        CHECK(c.below_90 < 5_min);
        CHECK(touched(outcome.faults, "f") >= 1000);
        check_sums(c);
        // Nobody notices before the cut, and all within `notice_loss`: 360 samples an hour.
        CHECK(c.signed_in[358] > 990);
        CHECK(c.signed_in[360] == 0);
    }
    const Outcome elsewhere = run(kLogin, {fault("kind: link-down, at: 1h, for: 2min, target: other")});
    CHECK(elsewhere.clients[0].min_signed_in > 990);
}

TEST_CASE("a site that goes down ends the sessions that it holds") {
    const Outcome outcome = run(kLogin, {fault("kind: site-down, at: 1h, for: 10min, target: dc")});
    CHECK(outcome.clients[0].min_signed_in == 0);
    CHECK(outcome.clients[0].below_90 >= 10_min);
    CHECK(outcome.clients[0].signed_in.back() >= 995);
    CHECK(touched(outcome.faults, "f") >= 1000);
    check_sums(outcome.clients[0]);
    CHECK(run(kLogin, {fault("kind: site-down, at: 1h, for: 10min, target: spare")}).clients[0].min_signed_in > 990);
}

TEST_CASE("waits double up to the cap, and without jitter all clients keep step") {
    // One client, nobody answers: tries at 0, then time-out 5 s and waits of 2, 4, 8, ... 60 s.
    const std::vector<std::string> one{"clients.users.count=1", "clients.users.session={law: deterministic, mean: 1s}",
                                       fault("kind: no-answer, at: 0s, for: 2h, target: login")};
    const auto attempts_in = [&](const char* duration, const char* more) {
        std::vector<std::string> sets = one;
        sets.push_back(std::string("duration=") + duration);
        sets.push_back(more);
        return run(kLogin, sets).clients[0].attempts;
    };
    const char* none = "clients.users.retry.jitter=none";
    // Ends of the first sessions lie within a second; from then: 0, 7, 16, 29, 50, 87, 152, 217 s.
    CHECK(attempts_in("6s", none) == 1);
    CHECK(attempts_in("10s", none) == 2);
    CHECK(attempts_in("20s", none) == 3);
    CHECK(attempts_in("33s", none) == 4);
    CHECK(attempts_in("60s", none) == 5);
    CHECK(attempts_in("100s", none) == 6);
    CHECK(attempts_in("160s", none) == 7);
    CHECK(attempts_in("225s", none) == 8);
    CHECK(attempts_in("10min", "clients.users.retry.factor=1") == Approx(600.0 / 7).margin(2));
    CHECK(attempts_in("2h", "clients.users.retry.jitter=full") > attempts_in("2h", none) * 3 / 2);
}

TEST_CASE("a client gives up after so many tries") {
    const Outcome outcome = run(kLogin, {"clients.users.retry.attempts=3", fault("kind: link-black-hole, at: 1h, for: 1h, target: wire")});
    const ClientOutcome& c = outcome.clients[0];
    CHECK(c.given_up == 1000);
    CHECK(c.trying == 0);
    CHECK(c.signed_in.back() == 0);
    check_sums(c);
}

TEST_CASE("requests of clients that have given up the wait are served in vain") {
    // One worker of 1 s against 1000 clients that wait 5 s: nearly all work is in vain at first.
    const Outcome outcome = run(kLogin, {"tiers.login.workers=1", "tiers.login.service.mean=1s", "clients.users.notice_loss=1s",
                                         fault("kind: link-down, at: 1h, for: 10s, target: wire")});
    const StationOutcome& login = station(outcome, "login", "dc");
    CHECK(login.wasted > 500);
    CHECK(login.wasted < login.served);
    CHECK(login.served - login.wasted == outcome.clients[0].succeeded);
    check_sums(outcome.clients[0]);
}

TEST_CASE("a full queue fails the sign-in at once, and the client tries again") {
    const Outcome outcome = run(kLogin, {"tiers.login.workers=1", "tiers.login.service.mean=100ms", "tiers.login.queue={limit: 10}",
                                         fault("kind: link-down, at: 1h, for: 10s, target: wire")});
    CHECK(station(outcome, "login", "dc").refused > 300);
    CHECK(station(outcome, "login", "dc").wasted == 0);  // the queue is short enough for its time-out
    CHECK(outcome.clients[0].signed_in.back() >= 990);
    check_sums(outcome.clients[0]);
}

TEST_CASE("a fail-over takes a share of the clients when they sign in anew") {
    const auto at_spare = [](const char* share) {
        const Outcome outcome = run(kLogin, {"clients.users.session.mean=10min", std::string("mitigations=[{name: m, kind: fail-over, at: 0s, from: dc, to: spare, share: ") + share + "}]"});
        CHECK(touched(outcome.mitigations, "m") == station(outcome, "login", "spare").arrivals);
        return static_cast<double>(station(outcome, "login", "spare").arrivals) / static_cast<double>(outcome.clients[0].attempts);
    };
    CHECK(at_spare("100%") == 1);
    CHECK(at_spare("25%") == Approx(0.25).margin(0.05));
    // Who has moved is lost with the new site, not with the old one.
    const Outcome outcome = run(kLogin, {"clients.users.session.mean=10min", "mitigations=[{name: m, kind: fail-over, at: 0s, from: dc, to: spare}]",
                                         fault("kind: site-down, at: 1h30min, for: 5min, target: dc")});
    CHECK(outcome.clients[0].min_signed_in > 990);
}

TEST_CASE("clients may stand beside the tier that they sign in at") {
    const Outcome outcome = run(kLogin, {"tiers.login.at=[homes]", "clients.users.site=homes", "clients.users.session.mean=10min"});
    CHECK(outcome.clients[0].succeeded > 9000);
    CHECK(outcome.clients[0].trying == 0);
    check_sums(outcome.clients[0]);
}

TEST_CASE("a session is lost when routes have followed a cut, also one that is over by then") {
    // The cut is from 5 to 6 s; routes follow it 4 s later, so that there is none from 9 to 10 s.
    const std::string late = R"(
name: routes
duration: 40s
network: {convergence: 4s}
sites: [{name: east}, {name: west}, {name: town, outside: true}]
links: [{from: east, to: town, name: wire, latency: 15ms}, {from: east, to: west, name: other, latency: 15ms}]
tiers: [{name: login, at: [east], service: {law: deterministic, mean: 50ms}}]
clients: [{name: folk, at: town, count: 20, tier: login, site: east, session: {law: deterministic, mean: 1h}, notice_loss: 1ms, retry: {base: 300ms}}]
faults:
  - {name: cut, target: wire, kind: link-down, at: 5s, for: 1s}
)";
    const auto series = [&](const std::string& more) { return run(late + more).clients.at(0).signed_in; };
    const auto alone = series("");
    CHECK(run(late).clients.at(0).succeeded == 40);  // all at 6 s and later, and again at 10 s and later
    CHECK(series("  - {name: elsewhere, target: other, kind: link-latency, added: 1ms, at: 9500ms, for: 1s}\n") == alone);
}

// Retry times in the running world, to the nanosecond: one message whose next hop is down for good is followed, and its
// attempts are compared with what each system publishes.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include "sim/base/hash.hpp"
#include "small_world.hpp"
#include "theory_runs.hpp"

using namespace mailquake;
using namespace mailquake::theory;

namespace {

const std::string kDeadEnd = R"(
name: dead-end
duration: 8d
sites:
  - {name: here, latency: 0s}
tiers:
  - {name: relay, at: here, next_hop: {retry: {schedule: postfix}}}
  - {name: box, at: here}
tenants:
  - name: all
    rate: 1/d
    directions: {inbound: 0%, internal: 100%}
    paths: {internal: [relay, box]}
faults:
  - {name: gone, kind: server-crash, target: box, at: 0s, for: 8d}
)";

const std::string kDeadEdge = R"(
name: dead-edge
duration: 8d
sites:
  - {name: dc, latency: 0s}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 20ms}
tiers:
  - {name: edge, at: dc}
senders:
  - {name: others, at: world, retry: {schedule: exim}}
tenants:
  - {name: all, rate: 1/d, paths: {inbound: [edge]}}
faults:
  - {name: gone, kind: server-crash, target: edge, at: 0s, for: 8d}
)";

constexpr SimDuration kArrival = 1000_s;

/// When a message that arrived at `arrival` was tried, and given up, as time since its arrival.
struct Attempts {
    std::vector<SimDuration> tried;
    std::optional<SimDuration> given_up;
    friend bool operator==(const Attempts&, const Attempts&) = default;
};

Attempts attempts_of(ScenarioSpec spec, std::string_view source, SimDuration arrival = kArrival) {
    const Replay one({arrival});
    spec.tenants.front().arrivals = one.arrivals();
    RunOptions options;
    options.follow = {derived(hash_name(source), draws::message, 0)};
    Attempts attempts;
    for (const StoryLine& line : simulate(spec, options).story) {
        const SimDuration since = line.at - SimTime::zero() - arrival;
        if (line.text == "attempt to box@here" || line.text == "attempt to edge@dc") attempts.tried.push_back(since);
        if (line.text == "given up by relay@here" || line.text == "given up by others") attempts.given_up = since;
    }
    return attempts;
}

Attempts attempts_with(const std::string& schedule, SimDuration arrival = kArrival) {
    return attempts_of(scenario_of(kDeadEnd, {"tiers.relay.next_hop.retry=" + schedule}), "sources/internal/all/here", arrival);
}

/// The same sequence, each wait 3 % longer, as a custom schedule.
std::string three_percent_slower(const Attempts& published) {
    std::string waits;
    for (std::size_t k = 1; k < published.tried.size(); ++k)
        waits += fmt::format("{}{}ns", k == 1 ? "" : ", ", (published.tried[k] - published.tried[k - 1]).ns * 103 / 100);
    return fmt::format("{{schedule: custom, waits: [{}], expire: {}ns}}", waits, published.given_up->ns);
}

void check_schedule(const std::string& schedule, const Attempts& published) {
    INFO(schedule);
    const Attempts measured = attempts_with(schedule);
    CHECK(measured.tried == published.tried);
    CHECK(measured.given_up == published.given_up);
    CHECK_FALSE(attempts_with(three_percent_slower(published)) == published);
}

}  // namespace

namespace Catch {
template <>
struct StringMaker<SimDuration> {
    static std::string convert(SimDuration d) { return fmt::format("{} s", d.seconds()); }
};
}  // namespace Catch

TEST_CASE("a message is tried when Exim's rules say: F,2h,15m; G,16h,1h,1.5; F,4d,6h", "[theory]") {
    Attempts exim;
    for (int quarter = 0; quarter <= 8; ++quarter) exim.tried.push_back(15_min * quarter);
    for (SimDuration gap = 1_h; exim.tried.back() < 16_h; gap = gap * 3 / 2) exim.tried.push_back(exim.tried.back() + gap);
    CHECK(exim.tried[10] == 270_min);
    CHECK(exim.tried[13] == 54675_s);
    while (exim.tried.back() < 4_d) exim.tried.push_back(exim.tried.back() + 6_h);
    exim.given_up = exim.tried.back();
    check_schedule("{schedule: exim}", exim);
}

TEST_CASE("a message is tried when Exchange says: 4 x 1 min, 6 x 5 min, then every 15 min; after 2 d a timer gives it up", "[theory]") {
    Attempts exchange{{0_s}, 2_d};
    for (int k = 1; k <= 200; ++k) {
        const SimDuration next = exchange.tried.back() + (k <= 4 ? 1_min : k <= 10 ? 5_min : 15_min);
        if (next >= 2_d) break;
        exchange.tried.push_back(next);
    }
    check_schedule("{schedule: exchange}", exchange);
}

TEST_CASE("a message is tried when OpenSMTPD says: 400 k^2 s after its arrival; after 4 d its scheduler gives it up", "[theory]") {
    Attempts smtpd;
    for (int k = 0; 400_s * k * k < 4_d; ++k) smtpd.tried.push_back(400_s * k * k);
    smtpd.given_up = 4_d;
    CHECK(smtpd.tried.size() == 30);
    check_schedule("{schedule: opensmtpd}", smtpd);
}

TEST_CASE("a message is tried when Haraka says: after 64, 128, ... s, twelve times", "[theory]") {
    Attempts haraka;
    for (int k = 0; k <= 12; ++k) haraka.tried.push_back(64_s * ((1 << k) - 1));
    haraka.given_up = haraka.tried.back();
    check_schedule("{schedule: haraka}", haraka);
}

TEST_CASE("a message is tried as a custom schedule says, the last wait again and again", "[theory]") {
    Attempts custom{{0_s, 10_s, 70_s}, {}};
    while (custom.tried.back() < 1_h) custom.tried.push_back(custom.tried.back() + 5_min);
    custom.given_up = custom.tried.back();
    check_schedule("{schedule: custom, waits: [10s, 1min, 5min], expire: 1h}", custom);
}

TEST_CASE("a message is tried when Postfix's scans of the deferred queue find it due", "[theory]") {
    // The scans come every 300 s, at an instant of this queue's own; the first retry shows it.
    const Attempts probe = attempts_with("{schedule: postfix}");
    const SimDuration scan{(kArrival + probe.tried.at(1)).ns % (300_s).ns};
    // Arrived at a scan: 0, 300, 600, 1200, 2400, 4800 s, then each 4000 s rounded up to 4200.
    Attempts postfix{{0_s, 300_s, 600_s, 1200_s, 2400_s, 4800_s}, {}};
    while (postfix.tried.back() < 5_d) postfix.tried.push_back(postfix.tried.back() + 4200_s);
    postfix.given_up = postfix.tried.back();
    CHECK(attempts_with("{schedule: postfix}", scan + 1200_s) == postfix);
    // Arrived 100 s after one: the same scans from the second retry on.
    Attempts later = attempts_with("{schedule: postfix}", scan + 1300_s);
    REQUIRE(later.tried.size() == postfix.tried.size() - 1);
    CHECK(later.tried[0] == 0_s);
    for (std::size_t k = 1; k < later.tried.size(); ++k) CHECK(later.tried[k] + 100_s == postfix.tried[k + 1]);
    CHECK_FALSE(attempts_with("{schedule: postfix, maximal_backoff: 4120s, queue_run_delay: 309s}", scan + 1200_s) == postfix);
}

TEST_CASE("a message is tried when KumoMTA says: after 20 min, doubling, within the jitter, for 7 d", "[theory]") {
    const Attempts kumo = attempts_with("{schedule: kumomta}");
    REQUIRE(kumo.tried.size() == 9);
    CHECK(kumo.given_up == kumo.tried.back());
    const auto within_jitter = [](const Attempts& attempts) {
        bool all = true;
        for (std::size_t k = 1; k < attempts.tried.size(); ++k) {
            const double wait = (attempts.tried[k] - attempts.tried[k - 1]).seconds(), base = 1200.0 * (1 << (k - 1));
            all = all && std::abs(wait - base) <= 0.01 * base && wait != base;
        }
        return all;
    };
    CHECK(within_jitter(kumo));
    CHECK_FALSE(within_jitter(attempts_with("{schedule: kumomta, retry_interval: 1236s}")));
    const Attempts exact = attempts_with("{schedule: kumomta, jitter: 0%}");
    REQUIRE(exact.tried.size() == 9);
    for (int k = 0; k < 9; ++k) CHECK(exact.tried[static_cast<std::size_t>(k)] == 1200_s * ((1 << k) - 1));
}

TEST_CASE("an outside sender waits from the failure of an attempt, which takes its time on the wire", "[theory]") {
    const Attempts outside = attempts_of(scenario_of(kDeadEdge), "sources/inbound/all/others");
    REQUIRE(outside.tried.size() > 12);
    const SimDuration wire = outside.tried[1] - 15_min;
    CHECK(wire >= 40_ms);  // there and back
    CHECK(wire < 1_s);
    for (std::size_t k = 1; k <= 8; ++k) CHECK(outside.tried[k] - outside.tried[k - 1] == 15_min + wire);
    CHECK(outside.tried[9] - outside.tried[8] == 1_h + wire);
    CHECK(outside.tried[10] - outside.tried[9] == 90_min + wire);
}

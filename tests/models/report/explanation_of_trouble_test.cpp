// What trouble adds is told apart from what there is without it: by paired runs, whose difference it must be, and by cases that
// can be worked out by hand.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "models/report/explanation.hpp"
#include "models/scenario/load.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/world/simulate.hpp"

using namespace mailquake;

namespace {

Explanation explained(const std::string& yaml, std::uint16_t threads = 1) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("mailquake-trouble-{}.yaml", getpid());
    std::ofstream(file) << yaml;
    LoadRequest request;
    request.file = file.string();
    Diagnostics said;
    auto loaded = load_scenario(request, said);
    std::filesystem::remove(file);
    INFO(said.render());
    REQUIRE(loaded);
    RunOptions options;
    options.lives = true;
    options.threads = threads;
    Explanation e = explain(loaded->spec, simulate(loaded->spec, options));
    TimeArea all = 0;
    for (const DelayPart& p : e.parts) all += p.all;
    CHECK(all == e.mail.delay);
    return e;
}

template <class Is>
double seconds(const Explanation& e, const Is& is) {
    TimeArea sum = 0;
    for (const DelayPart& p : e.parts)
        if (is(p)) sum += p.all;
    return static_cast<double>(sum) / 1e9;
}
double seconds_of(const Explanation& e, DelayCause cause, const std::string& name = "") {
    return seconds(e, [&](const DelayPart& p) { return p.cause == cause && p.name == name; });
}
double delay_of(const Explanation& e) { return static_cast<double>(e.mail.delay) / 1e9; }

/// Two data centers and the world; nobody ever waits for a worker. `loss` on the long link; `rest`, YAML, has the tenants and faults.
const std::string kFirms = "tenants: [{name: acme, rate: 5/s, homes: west, paths: {inbound: [edge, box]}}]\n";
std::string far(const std::string& loss, const std::string& rest = kFirms, const std::string& bandwidth = "") {
    return fmt::format(R"(
name: far
duration: 20min
slo: {{delay: 30s}}
sites: [east, west, {{name: world, outside: true}}]
links:
  - {{name: long, from: east, to: west, latency: 30ms, loss: {}{}}}
  - {{from: world, to: east, latency: 20ms}}
tiers:
  - {{name: edge, at: east, servers: 100, workers: 100, service: {{law: exponential, mean: 20ms}}, next_hop: {{connections: 10000}}}}
  - {{name: box, at: west, servers: 100, workers: 100, service: {{law: exponential, mean: 20ms}}}}
senders: [{{name: others, at: world}}]
{})",
                       loss, bandwidth.empty() ? "" : ", bandwidth: " + bandwidth, rest);
}

}  // namespace

TEST_CASE("loss is what the same mail takes longer than without") {
    const std::string at_once = R"(
tenants: [{name: acme, rate: 1/d, homes: west, paths: {inbound: [edge, box]}}]
backlog: [{name: all, at: edge@east, class: acme, count: 5000, oldest: 0s}])";
    const Explanation clean = explained(far("0%", at_once)), lossy = explained(far("4%", at_once));
    REQUIRE(clean.mail.copies == lossy.mail.copies);
    REQUIRE(lossy.mail.censored == 0);
    const double lost = seconds_of(lossy, DelayCause::loss);
    CHECK(lost > 100);
    CHECK(lost == Approx(delay_of(lossy) - delay_of(clean)).epsilon(1e-6));
    CHECK(seconds_of(lossy, DelayCause::transit) == Approx(seconds_of(clean, DelayCause::transit)).epsilon(1e-6));
    CHECK(seconds_of(clean, DelayCause::loss) == 0);
}

TEST_CASE("loss of a fault is named by it, and threads change nothing") {
    const std::string yaml = far("0%", kFirms + "faults: [{name: bad-fibre, kind: link-loss, target: long, at: 5min, for: 5min, loss: 5%}]");
    const Explanation e = explained(yaml);
    CHECK(seconds_of(e, DelayCause::loss, "bad-fibre") > 50);
    CHECK(seconds_of(e, DelayCause::loss) == 0);
    CHECK(explanation_json(explained(yaml, 2)) == explanation_json(e));
}

TEST_CASE("a transfer that stands still while its path is down is the fault's") {
    const std::string cut = kFirms + "faults: [{name: cut, kind: link-black-hole, target: long, at: 5min, for: 20s}]";
    const Explanation without = explained(far("0%")), with = explained(far("0%", cut));
    REQUIRE(with.mail.copies == without.mail.copies);
    CHECK(seconds_of(with, DelayCause::fault, "cut") > 100);  // until routes have converged to none
    const double of_cut = seconds(with, [](const DelayPart& p) { return p.name == "cut"; });
    CHECK(of_cut == Approx(delay_of(with) - delay_of(without)).epsilon(0.01));  // with the tries that failed, and the waits for the next
}

TEST_CASE("waiting for a link that others' mail has is told apart") {
    const Explanation wide = explained(far("0%", kFirms, "10Gbps")), narrow = explained(far("0%", kFirms, "3Mbps"));
    REQUIRE(wide.mail.copies == narrow.mail.copies);
    CHECK(seconds_of(wide, DelayCause::bandwidth) < 1);
    CHECK(seconds_of(narrow, DelayCause::bandwidth) > 1000);
    CHECK(seconds_of(narrow, DelayCause::transit) > seconds_of(wide, DelayCause::transit));
}

/// So many copies wait at the start for one worker, whose server is slower (or faster) for a while.
Explanation explained_slow(const std::string& service, int copies, const std::string& when, const std::string& factor = "3") {
    return explained(R"(
name: slow
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers: [{name: box, at: dc, service: {law: deterministic, mean: )" + service + R"(}}]
tenants: [{name: acme, rate: 1/d, paths: {inbound: [box]}}]
backlog: [{name: old, at: box@dc, class: acme, oldest: 0s, count: )" + std::to_string(copies) + R"(}]
faults: [{name: old-disk, kind: server-slow, target: box@dc, share: 100%, factor: )" + factor + ", " + when + "}]\n");
}

TEST_CASE("what a slow server takes longer is the fault's, also for those who wait") {
    // A second each, three where the server is slow, as it is from the beginning.
    const Explanation e = explained_slow("1s", 10, "at: 0s, for: 1h");
    CHECK(delay_of(e) == Approx(165));  // 3 + 6 + ... + 30
    CHECK(seconds_of(e, DelayCause::service) == Approx(55));
    CHECK(seconds_of(e, DelayCause::fault, "old-disk") == Approx(110));
    CHECK(seconds(e, [](const DelayPart& p) { return p.in == Whereabouts::queue && p.name == "old-disk"; }) == Approx(90));
}

TEST_CASE("of a service that is slow for a part of its time, that part alone is the fault's") {
    // 10 s of work: 4 s at full speed, 2 s of work in the 6 s of the fault, 4 s again; two copies behind it wait for that.
    const Explanation e = explained_slow("10s", 3, "at: 4s, for: 6s");
    CHECK(delay_of(e) == Approx(14 + 24 + 34));
    CHECK(seconds_of(e, DelayCause::service) == Approx(10 + 20 + 30));
    CHECK(seconds_of(e, DelayCause::fault, "old-disk") == Approx(3 * 4));
}

TEST_CASE("what makes a service shorter is no cause of delay") {
    const Explanation e = explained_slow("10s", 3, "at: 0s, for: 1h", "0.5");
    CHECK(delay_of(e) == Approx(5 + 10 + 15));
    CHECK(seconds_of(e, DelayCause::service) == Approx(30));
    CHECK(seconds_of(e, DelayCause::fault, "old-disk") == 0);
}

TEST_CASE("a service that grows with the load is service, slowed by the load") {
    const Explanation e = explained(R"(
name: steep
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers: [{name: box, at: dc, workers: 2, service: {law: deterministic, mean: 1s}, slope: 500ms}]
tenants: [{name: acme, rate: 1/d, paths: {inbound: [box]}}]
backlog: [{name: two, at: box@dc, class: acme, count: 2, oldest: 0s}]
)");
    CHECK(seconds_of(e, DelayCause::service) == Approx(2));
    CHECK(seconds_of(e, DelayCause::service, "load") == Approx(0.5));  // of the second one
}

TEST_CASE("back-off is led back to what made attempts fail, and to the fault behind it") {
    const Explanation e = explained(far("0%", kFirms + "faults: [{name: crash, kind: server-crash, target: box@west, at: 5min, for: 2min, share: 100%}]"));
    const auto after = [&](DelayCause cause, HopTrouble what, const char* at, const char* fault) {
        return seconds(e, [&](const DelayPart& p) { return p.cause == cause && p.after == what && p.at == at && p.name == fault; });
    };
    CHECK(after(DelayCause::back_off, HopTrouble::unreachable, "box@west", "crash") > 10'000);
    CHECK(after(DelayCause::failed_attempt, HopTrouble::unreachable, "box@west", "crash") > 10);
    CHECK(seconds(e, [](const DelayPart& p) { return p.cause == DelayCause::back_off && p.name.empty(); }) == 0);
    const auto told = std::find_if(e.parts.begin(), e.parts.end(), [](const DelayPart& p) { return p.cause == DelayCause::back_off; });
    REQUIRE(told != e.parts.end());
    CHECK(cause_text(*told) == "back-off until the next try (fault crash)");
}

TEST_CASE("a full queue, greylisting and failed calls are told as what they are") {
    const std::string world = R"(
name: told
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
)";
    const Explanation full = explained(world + R"(
tiers: [{name: box, at: dc, service: {law: deterministic, mean: 1s}, queue: {limit: 2}}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [box]}}]
)");
    const auto waits = [](const Explanation& e, HopTrouble what, const char* text) {
        double sum = 0;
        for (const DelayPart& p : e.parts) {
            if (p.after != what || p.cause == DelayCause::failed_attempt) continue;
            CHECK(cause_text(p) == text);
            sum += static_cast<double>(p.all) / 1e9;
        }
        return sum;
    };
    CHECK(waits(full, HopTrouble::turned_away, "the sender's wait until the next try (box turned it away)") > 1000);
    const Explanation grey = explained(world + R"(
tiers: [{name: box, at: dc, service: {law: deterministic, mean: 10ms}, greylist: {first_contacts: 100%}}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [box]}}]
)");
    CHECK(waits(grey, HopTrouble::greylisted, "the sender's wait until the next try (greylisted by box)") > 1000);
    const Explanation calls = explained(world + R"(
tiers:
  - {name: box, at: dc, workers: 1000, service: {law: deterministic, mean: 10ms}, calls: [{to: names, timeout: 5s}]}
  - {name: names, at: dc, workers: 100, service: {law: deterministic, mean: 10ms}}
tenants: [{name: acme, rate: 1/s, paths: {inbound: [box]}}]
faults: [{name: mute, kind: no-answer, target: names@dc, at: 10min, for: 5min, probability: 100%}]
)");
    CHECK(waits(calls, HopTrouble::call_failed, "back-off until the next try after failed calls of names (fault mute)") > 1000);
}

TEST_CASE("a queue waits for the calls that are made while it is there, not for those of the quiet hours", "[long]") {
    // Calls take 20 ms for 58 minutes and over 1 s for two, in which alone a queue forms. What stood in front of it are late answers.
    const Explanation e = explained(R"(
name: lazy
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers:
  - {name: mta, at: dc, workers: 10, service: {law: exponential, mean: 1ms}, calls: [{to: names, timeout: 10s}]}
  - {name: names, at: dc, workers: 100, service: {law: deterministic, mean: 20ms}}
tenants: [{name: acme, rate: 50/s, paths: {inbound: [mta]}}]
faults: [{name: lazy, kind: late-answer, target: names@dc, at: 10min, for: 2min, added: 1s}]
)");
    const auto behind = [&](DelayCause cause) {
        return seconds(e, [&](const DelayPart& p) { return p.in == Whereabouts::queue && !p.calls.empty() && p.cause == cause; });
    };
    CHECK(behind(DelayCause::fault) > 50'000);
    // 4,800 wait after two minutes: 290,000 s up to then, 2 % of it service, and 26,000 s while they drain, at 21 ms a copy.
    CHECK(behind(DelayCause::service) == Approx(31'000).epsilon(0.05));
    const auto own = seconds(e, [](const DelayPart& p) { return p.in == Whereabouts::worker && !p.calls.empty() && p.cause == DelayCause::fault; });
    CHECK(own == Approx(1200).epsilon(0.02));  // 10 workers for two minutes
}

TEST_CASE("the cascade shows the queue that a replay has filled, and the one that a flush has", "[long]") {
    const std::string world = R"(
name: again
duration: 3h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers:
  - {name: hub, at: dc, workers: 2, service: {law: exponential, mean: 100ms}, safety_net: {}, next_hop: {connections: 1000}}
  - {name: box, at: dc, workers: 2, service: {law: exponential, mean: 100ms}}
tenants: [{name: acme, rate: 15/s, paths: {inbound: [hub, box]}}]
)";
    const auto filled_by = [](const Explanation& e, const char* cause, const char* queue) {
        return std::any_of(e.cascade.edges.begin(), e.cascade.edges.end(), [&](const CascadeEdge& edge) {
            return edge.in_tree && edge.way == CascadeWay::flood && e.cascade.nodes[edge.from].name == cause && e.cascade.nodes[edge.to].name == queue;
        });
    };
    const Explanation replayed = explained(world + "mitigations: [{name: once-more, kind: replay, at: 2h, target: hub, of: 20min}]\n");
    CHECK(filled_by(replayed, "once-more", "hub@dc"));
    const Explanation flushed = explained(R"(
name: flush
duration: 3h
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links: [{name: long, from: east, to: west, latency: 30ms}, {from: world, to: east, latency: 20ms}]
tiers:
  - {name: hub, at: east, servers: 10, workers: 10, service: {law: exponential, mean: 100ms}, next_hop: {connections: 1000, retry: {schedule: custom, waits: [30min]}}}
  - {name: box, at: west, workers: 2, service: {law: exponential, mean: 100ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 10/s, homes: west, paths: {inbound: [hub, box]}}]
faults: [{name: cut, kind: link-down, target: long, at: 1h, for: 20min}]
mitigations: [{name: try-now, kind: flush, at: 81min, target: hub}]
)");
    CHECK(filled_by(flushed, "try-now", "box@west"));
}

TEST_CASE("who waits for a connection waits for what those do who have one") {
    // While the site is down, all five connections wait for their time-outs.
    const Explanation e = explained(R"(
name: slots
duration: 1h
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links: [{from: east, to: west, latency: 30ms}, {from: world, to: east, latency: 20ms}]
tiers:
  - {name: edge, at: east, servers: 100, workers: 100, service: {law: exponential, mean: 20ms}, next_hop: {per: place, connections: 5}}
  - {name: box, at: west, servers: 100, workers: 100, service: {law: exponential, mean: 20ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 5/s, homes: west, paths: {inbound: [edge, box]}}]
faults: [{name: dark, kind: site-down, target: west, at: 10min, for: 20min}]
)");
    const double dark = seconds(e, [](const DelayPart& p) { return p.cause == DelayCause::slot && p.after == HopTrouble::timed_out && p.name == "dark"; });
    CHECK(dark == Approx(3'500'000).epsilon(0.1));  // 5/s for 20 min
    CHECK(seconds_of(e, DelayCause::slot) == Approx(1'600'000).epsilon(0.1));  // 6,000 copies, once the site is back, at some 16/s
    const auto told = std::find_if(e.parts.begin(), e.parts.end(), [](const DelayPart& p) { return p.after == HopTrouble::timed_out && p.cause == DelayCause::slot; });
    REQUIRE(told != e.parts.end());
    CHECK(cause_text(*told) == "waiting for a connection that failed attempts have (fault dark)");
    const Explanation calm = explained(far("0%"));
    CHECK(seconds(calm, [](const DelayPart& p) { return p.cause == DelayCause::slot; }) == 0);
}

TEST_CASE("who waits for a process that all destinations share is told which destination has them") {
    // Ten processes; mail for the slow destination takes 20 s of each, so that it alone wants 0.45/s x 20 s = 9 of them, and the fast one .05 s.
    const std::string yaml = R"(
name: neighbours
duration: 2h
sites: [{name: dc}, {name: fast, outside: true}, {name: slow, outside: true}]
links: [{from: dc, to: fast, latency: 10ms}, {from: dc, to: slow, latency: 10ms}]
tiers:
  - {name: out, at: dc, workers: 100, service: {law: exponential, mean: 10ms}, next_hop: {connections: 100, processes: 10}}
  - {name: quick, at: fast, workers: 100, service: {law: deterministic, mean: 10ms}}
  - {name: tardy, at: slow, workers: 1000, service: {law: exponential, mean: 20s}, hand_over: held}
  - {name: inbox, at: slow, workers: 1000, service: {law: deterministic, mean: 10ms}}
tenants:
  - {name: good, rate: 2/s, homes: dc, directions: {inbound: 0%, outbound: 100%}, sizes: {law: fixed, size: 1KiB}, paths: {inbound: out, outbound: [out, quick]}}
  - {name: bad, rate: 0.45/s, homes: dc, directions: {inbound: 0%, outbound: 100%}, sizes: {law: fixed, size: 1KiB}, paths: {inbound: out, outbound: [out, tardy, inbox]}}
)";
    const Explanation e = explained(yaml);
    const auto waited = [&](const std::string& by) {
        return seconds(e, [&](const DelayPart& p) { return p.tenant_class == "good" && p.cause == DelayCause::slot && p.had_by == by; });
    };
    const double all = seconds(e, [](const DelayPart& p) { return p.tenant_class == "good" && p.cause == DelayCause::slot; });
    CHECK(all > 1000);
    CHECK(waited("tardy@slow") > 0.95 * all);   // 9 of 9.1 processes at work
    CHECK(waited("quick@fast") > 0);
    CHECK(waited("tardy@slow") + waited("quick@fast") == Approx(all));
    const auto told = std::find_if(e.parts.begin(), e.parts.end(), [](const DelayPart& p) { return p.cause == DelayCause::slot; });
    REQUIRE(told != e.parts.end());
    CHECK(cause_text(*told) == "waiting for a delivery process that mail for tardy@slow has");
    CHECK(explanation_text(e, {}).find("waiting for a delivery process that mail for tardy@slow has") != std::string::npos);
    CHECK(read_explanation(explanation_json(e)).parts.front().had_by == e.parts.front().had_by);
}

TEST_CASE("what a plain tarpit keeps waiting at the door is told as the tarpit's, as that of back pressure is") {
    const auto with = [](const std::string& queue) {
        return explained(
            "name: pit\nduration: 30min\nsites: [{name: dc, latency: 0s}, {name: world, outside: true}]\nlinks: [{name: wire, from: world, to: dc, latency: 10ms}]\n"
            "tiers:\n"
            "  - {name: edge, at: dc, workers: 10, service: {law: deterministic, mean: 100ms}, next_hop: {connections: 10, retry: {schedule: custom, waits: [1min]}}}\n"
            "  - {name: box, at: dc, workers: 1, service: {law: deterministic, mean: 400ms}" + queue + "}\n"
            "senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]\n"
            "tenants: [{name: acme, rate: 2/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [edge, box]}}]\n");
    };
    const Explanation pitted = with(", queue: {tarpit: {delay: 1s, above: 0}}"), free = with("");
    const double kept = seconds_of(pitted, DelayCause::transit, "tarpit");
    CHECK(kept > 0.25 * delay_of(pitted));
    CHECK(seconds_of(free, DelayCause::transit, "tarpit") == 0);
}

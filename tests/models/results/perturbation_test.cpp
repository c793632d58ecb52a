// Every key that a scenario writes must change something: in all scenarios of the library, each key is set to another
// valid value, one at a time, and the run of the scenario's `test:` cut must differ in some figure.
#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>

#include <catch2/catch.hpp>

#include "models/results/figures.hpp"
#include "models/results/json.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/perturb.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {
namespace {

/// Keys that need not show in the cut of a scenario, and why. A `*` stands for any names; an empty file for any scenario.
struct Exception {
    std::string_view file, path, why;
};
constexpr std::array kExceptions{
    Exception{"", "seed", "the runs below are all made with one seed"},
    Exception{"", "links.*.bandwidth", "10 Gbps or a fifth of it: mail of a few kB takes microseconds either way"},
    Exception{"", "tiers.*.next_hop.connections", "a limit that no cut comes near"},
    Exception{"", "tiers.*.next_hop.active", "a limit that no cut comes near"},
    Exception{"", "tiers.*.queue.limit", "a limit that no cut comes near"},
    Exception{"", "tiers.*.queue.on_full", "a limit that no cut comes near; limits_test.cpp holds it"},
    Exception{"", "tiers.*.next_hop.notice_after", "no mail of a cut gets that old"},
    Exception{"", "senders.*.notice_after", "no mail of a cut gets that old"},
    Exception{"", "tiers.*.next_hop.retry.*", "schedules act on failures, and hours later; theory_retries_test.cpp holds them"},
    Exception{"", "senders.*.retry.*", "schedules act on failures, and hours later; theory_retries_test.cpp holds them"},
    Exception{"", "tiers.*.health.*", "acts only when the tier or its site is down"},
    Exception{"", "flaws.*", "of a flaw that is switched off nothing shows; flaws_test.cpp holds them"},
    Exception{"", "network.convergence", "acts only where there is another route"},
    Exception{"", "tenants.*.mx.*.preference", "only the order of preferences acts, and a third more keeps it"},
    Exception{"estate", "tenants.bulk.priority", "only the order of priorities acts, and the next one keeps it"},
    Exception{"estate", "mitigations.fix.rate", "the cut's last lookup has hung before the fix begins"},
    Exception{"estate", "faults.detour.added", "in the light cut nothing crosses that link meanwhile"},
    Exception{"estate", "backlog.yesterday.oldest", "the ages of copies from before the start are not measured"},
    Exception{"estate", "clients.phones.*", "no sign-in fails there; lync-online-2014 lives on these keys"},
    Exception{"lync", "tiers.access.calls.login.on_failure", "without mail, refuse and bounce are one answer to a client"},
    Exception{"exchange", "tiers.transport.calls.directory.attempts", "the flaw gives up after its hold, whatever is left"},
    Exception{"exchange", "tiers.edge.spread", "nothing waits there"},
    Exception{"exchange", "tiers.filter.spread", "nothing waits there in the light cut"},
    Exception{"exchange", "tiers.mailbox.spread", "nothing waits there"},
};

bool matches(std::string_view pattern, std::string_view path) {
    while (true) {
        const auto star = pattern.find('*');
        if (star == std::string_view::npos) return pattern == path;
        if (path.substr(0, star) != pattern.substr(0, star)) return false;
        pattern.remove_prefix(star + 1);
        path.remove_prefix(star);
        if (pattern.empty()) return true;
        const auto next = path.find(pattern.substr(0, std::min(pattern.find('*'), pattern.size())));
        if (next == std::string_view::npos) return false;
        path.remove_prefix(next);
    }
}

std::string figures_with(const std::string& file, const std::vector<std::string>& sets) {
    Diagnostics diagnostics;
    const auto scenario = load_scenario(LoadRequest{.file = file, .sets = sets, .cut = true}, diagnostics);
    if (!scenario) throw std::runtime_error(diagnostics.render());
    const Outcome outcome = simulate(scenario->spec, RunOptions{});
    Figures figures = figures_of(outcome, scenario->spec);
    figures.wall = 0;
    return outcome.fingerprint.hex() + figures_json(figures);
}

void check_every_key(const std::string& file) {
    const std::string as_written = figures_with(file, {});
    const std::vector<Perturbation> changes = perturbations(LoadRequest{.file = file, .cut = true});
    REQUIRE(changes.size() > 10);
    const auto results = run_replications<std::string>(changes.size(), 2, [&](std::uint64_t k) -> std::string {
        const Perturbation& change = changes[k];
        if (!change.skipped.empty()) return "skipped";
        if (std::any_of(kExceptions.begin(), kExceptions.end(), [&](const Exception& e) { return file.find(e.file) != std::string::npos && matches(e.path, change.path); }))
            return "excepted";
        return figures_with(file, {change.set()}) == as_written ? "same" : "other";
    });
    std::size_t changed = 0;
    for (std::size_t k = 0; k < changes.size(); ++k) {
        INFO(file << ": " << changes[k].set() << " (was " << changes[k].from << ")");
        REQUIRE(results[k].value);
        CHECK(*results[k].value != "same");
        changed += *results[k].value == "other";
    }
    CHECK(changed > changes.size() / 2);
}

TEST_CASE("every key of exchange-online-2014 has an effect", "[long]") { check_every_key("scenarios/exchange-online-2014"); }
TEST_CASE("every key of lync-online-2014 has an effect", "[long]") { check_every_key("scenarios/lync-online-2014"); }
TEST_CASE("every key of the estate has an effect", "[long]") { check_every_key("tests/models/scenario/good/estate.yaml"); }

TEST_CASE("patterns of exceptions match what they say") {
    CHECK(matches("seed", "seed"));
    CHECK_FALSE(matches("seed", "seeds"));
    CHECK(matches("tiers.*.health.*", "tiers.edge.health.interval"));
    CHECK_FALSE(matches("tiers.*.health.*", "tiers.edge.servers"));
    CHECK(matches("links.*.bandwidth", "links.a--b.bandwidth"));
    CHECK_FALSE(matches("links.*.bandwidth", "links.a--b.latency"));
}

}  // namespace
}  // namespace mailquake

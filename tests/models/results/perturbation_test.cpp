// Every key that a scenario writes must change something: in all scenarios of the library, each key is set to another
// valid value, one at a time, and the run of the scenario's `test:` cut must differ in some figure. Over 1,000 keys, so runs
// are short: in a light world, and given up at the first difference.
#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"

#include "models/results/figures.hpp"
#include "models/results/json.hpp"
#include "models/scenario/yaml_tree.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/perturb.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {
namespace {

/// Keys whose other values do not show in the cut of a scenario, neither a near one nor a far one, and why. A `*` stands for any
/// names. Each one is tried all the same: an exception that excuses nothing is stale, and fails.
struct Exception {
    std::string_view scenario, path, why;
};
constexpr std::array kExceptions{
    Exception{"estate", "tiers.outbound.next_hop.retry.expires", "nothing there grows two days old; expiry_test.cpp holds it"},
    Exception{"estate", "tiers.edge.queue.codel.*", "nothing waits there in the light cut; retry_storm_policies_test.cpp holds it"},
    Exception{"estate", "tiers.edge.queue.tarpit.*", "nothing waits there in the light cut; memories_and_shadows_test.cpp holds it"},
    Exception{"estate", "tiers.transport.queue.back_pressure.*", "its queue never gets that long; back_pressure_test.cpp and capacity_policies_test.cpp hold it"},
    Exception{"estate", "tiers.transport.calls.directory.deadline.*", "nothing waits there for a second; retry_storm_policies_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.next_hop.concurrency.positive", "no destination of the cut is short of slots; destinations_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.spread", "nothing waits there in the light cut; shuffle_shard_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.shard", "nothing waits there in the light cut; shuffle_shard_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.shadow.*", "all its servers are lost at once, and a shadow with them; memories_and_shadows_test.cpp holds it"},
    Exception{"estate", "tiers.internet.mx.world.preference", "only the order of preferences acts, and zero is the first as well"},
    Exception{"estate", "tenants.gold.mx.dfw.preference", "only the order of preferences acts, and zero is the first as well"},
    Exception{"estate", "tiers.login.queue.*", "50 clients never fill it; clients_test.cpp holds it"},
    Exception{"estate", "tiers.login.autoscale.*", "50 clients never fill it; capacity_policies_test.cpp holds it"},
    Exception{"estate", "flaws.stubborn.attempts", "no call fails that often; flaws_test.cpp holds it"},
    Exception{"estate", "flaws.refuses.*", "50 clients make no such queue; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.leaks.queue_over", "nothing waits there in the light cut; woken_flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "tiers.*.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"m365-2024", "tiers.*.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"greylisting", "tiers.edge.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"gmail-2013", "tiers.frontend.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"noisy-tenant", "tiers.relay.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"exchange-y2k22", "tiers.transport.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"gmail-550", "tiers.mx.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"mitigation-breaks", "tiers.*.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"bpos-2011", "tiers.hub.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"rackspace-2022", "tiers.edge.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"office365-2012", "tiers.filter.next_hop.per", "no server of the cut reaches its limits; server_queues_test.cpp holds it"},
    Exception{"lync-online-2014", "tiers.access.calls.login.on_failure", "without mail, refuse and bounce are one answer to a client"},
    Exception{"exchange-online-2014", "tiers.transport.calls.directory.attempts", "the flaw gives up after its hold, whatever is left"},
    Exception{"exchange-online-2014", "tiers.*.spread", "nothing waits there in the light cut; spread_test.cpp holds it"},
    Exception{"exchange-online-2014", "tiers.*.next_hop.notice_after", "no mail of the cut waits for half an hour there; notices_and_bounces_test.cpp holds it"},
    Exception{"exchange-online-2014", "senders.exchange-east.notice_after", "no mail of the cut stays with it for half an hour; notices_and_bounces_test.cpp holds it"},
    Exception{"exchange-online-2014", "senders.exim-west.retry.queue_run", "hardly any of its mail is deferred in the cut; theory_retries_test.cpp holds it"},
    Exception{"exchange-online-2014", "flaws.lookup-*.trigger", "the calls of the cut hang, and none fails fast; flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "flaws.lookup-crash.restart", "the flaw that holds workers comes first; flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.publish.retry", "the first try succeeds in the cut; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.channels.feed.every", "switched off, and nobody of the light world reads it; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.channels.email.size", "switched off, and nothing is published in the light world; the estate holds it"},
    Exception{"noisy-tenant-batch", "sites.internet.outside", "receivers that nothing else stands beside serve alike inside and outside"},
    Exception{"dead-mx", "sites.internet.outside", "receivers that nothing else stands beside serve alike inside and outside"},
    Exception{"gmail-550-2020", "tiers.mx.calls.accounts.on_failure", "a wrong answer that bounces is no failed call; the variant `temporary` is one"},
    Exception{"gmail-550-2020", "senders.exchange.notice_after", "no mail stays with its sender; notices_and_bounces_test.cpp holds it"},
    Exception{"m365-2024-retry-flood", "senders.world.notice_after", "no mail stays with its sender"},
    Exception{"m365-2024-retry-flood", "flaws.retries-in-the-rest.built_in", "the servers that have it in the cut are not those that the fault meets then"},
    Exception{"gmail-2009-router-cascade", "start", "the cut's times are offsets"},
    Exception{"gmail-2009-router-cascade", "cooldown", "it measures mail, and these are clients alone"},
    Exception{"gmail-2009-router-cascade", "flaws.refuse-instead-of-slowing-down.resume", "a router that is closed for ten seconds has nobody waiting; woken_flaws_test.cpp holds it"},
    Exception{"bpos-2011-drain", "tenants.firms.skew.exponent", "all its tenants are hit, whatever each one's share"},
    Exception{"rackspace-2022", "senders.exchange.notice_after", "no mail stays with its sender"},
    Exception{"outlook-2013-reconnect", "start", "the cut's times are offsets"},
    Exception{"outlook-2013-reconnect", "cooldown", "it measures mail, and these are clients alone"},
    Exception{"outlook-2013-reconnect", "tiers.*.calls.*.on_failure", "without mail, refuse and bounce are one answer to a client"},
    Exception{"outlook-2013-reconnect", "clients.*.retry.*", "no answer fails by time in the light cut; clients_test.cpp and the headline's test hold it"},
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

LoadRequest request_for(const std::string& file) {
    LoadRequest request;
    request.file = file;
    request.cut = true;
    request.search = {"scenarios"};
    request.parsed = std::make_shared<ParsedTexts>();
    return request;
}

/// The same world with a fifth of its mail and clients: most keys show in it, and it runs in a fifth of the time.
ScenarioSpec lighter(ScenarioSpec spec) {
    constexpr std::int64_t part = 5;
    for (TenantClassSpec& tenants : spec.tenants) tenants.rate.per_second /= static_cast<double>(part);
    for (ClientSpec& clients : spec.clients) clients.count = (clients.count + part - 1) / part;
    for (BacklogSpec& backlog : spec.backlog) backlog.count = (backlog.count + part - 1) / part;
    return spec;
}

/// A world as written, run once, with which changed ones are compared: at marks while they last, and by all figures at the
/// end. A run that differs at a mark ends there, since what has happened otherwise stays so.
class Original {
public:
    explicit Original(const ScenarioSpec& spec) {
        constexpr std::int64_t parts = 96;
        for (const std::int64_t part : {parts * 8, parts * 4, parts * 2}) marks_.push_back(SimTime::zero() + spec.duration / part);
        for (std::int64_t n = 1; n < parts; ++n) marks_.push_back(SimTime::zero() + spec.duration / parts * n);
        RunMarks marks{marks_, [&](std::size_t, const Fingerprint& so_far) {
            so_far_.push_back(so_far);
            return true;
        }};
        end_ = end_of(spec, simulate(spec, options_of(spec, marks)));
    }

    /// True if the world of `spec` runs otherwise, or has other figures.
    [[nodiscard]] bool differs(const ScenarioSpec& spec) const {
        bool same = true;
        RunMarks marks{marks_, [&](std::size_t mark, const Fingerprint& so_far) { return same = so_far == so_far_[mark]; }};
        const Outcome outcome = simulate(spec, options_of(spec, marks));
        return !same || end_of(spec, outcome) != end_;
    }

private:
    static RunOptions options_of(const ScenarioSpec& spec, const RunMarks& marks) {
        RunOptions options;
        options.seed = static_cast<std::uint64_t>(spec.seed);
        options.marks = &marks;
        return options;
    }
    static std::string end_of(const ScenarioSpec& spec, const Outcome& outcome) {
        Figures figures = figures_of(outcome, spec);
        figures.wall = 0;
        return outcome.fingerprint.hex() + figures_json(figures);
    }

    std::vector<SimTime> marks_;
    std::vector<Fingerprint> so_far_;
    std::string end_;
};

/// Which of the changes show. All are made at once, as long as nothing differs; then halves of them, so that few runs tell
/// of many.
void find_shown(const LoadRequest& request, const Original& original, const std::vector<const Perturbation*>& changes, std::set<std::string>& shown) {
    if (changes.empty()) return;
    if (changes.size() == 1) {
        if (original.differs(changes.front()->changed->spec)) shown.insert(changes.front()->path);
        return;
    }
    LoadRequest together = request;
    for (const Perturbation* change : changes) together.sets.push_back(change->set());
    Diagnostics said;
    const auto scenario = load_scenario(together, said);  // what cannot stand together is tried apart
    if (scenario && !original.differs(scenario->spec)) return;
    const auto half = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
    find_shown(request, original, {changes.begin(), half}, shown);
    find_shown(request, original, {half, changes.end()}, shown);
}

std::vector<std::size_t> excuses_of(const std::string& file, const std::string& path) {
    std::vector<std::size_t> found;
    for (std::size_t e = 0; e < kExceptions.size(); ++e)
        if (file.find(kExceptions[e].scenario) != std::string::npos && matches(kExceptions[e].path, path)) found.push_back(e);
    return found;
}

/// Tries the keys of one scenario: each by a small change and, if that does not show, by a bold one; in a light world, then
/// in the one that is written; what belongs to an entry that is switched off, with it switched on.
class KeysOf {
public:
    explicit KeysOf(const std::string& file) : request_(request_for(file)), small_(perturbations(request_)), bold_(perturbations(request_, Change::bold)) {
        const ScenarioSpec spec = loaded(request_).spec;
        original_ = std::make_unique<Original>(spec);
        light_ = std::make_unique<Original>(lighter(spec));
    }

    [[nodiscard]] const std::vector<Perturbation>& keys() const { return small_; }

    /// Keys that show, of those that are tried: indices into keys().
    [[nodiscard]] std::vector<std::size_t> showing(const std::vector<std::size_t>& tried) const {
        const auto results = run_replications<bool>(tried.size(), 2, [&](std::uint64_t n) {
            const Perturbation &a = small_[tried[n]], &b = bold_[tried[n]];
            return differs(*light_, a, true) || differs(*light_, b, true) || differs(*original_, a, false) || differs(*original_, b, false);
        });
        std::vector<std::size_t> found;
        for (std::size_t n = 0; n < tried.size(); ++n) {
            INFO(small_[tried[n]].set());
            REQUIRE(results[n].value);
            if (*results[n].value) found.push_back(tried[n]);
        }
        return found;
    }

    /// The same of keys that hardly show: all at once where that is possible.
    [[nodiscard]] std::set<std::string> showing_at_all(const std::vector<std::size_t>& tried) const {
        std::set<std::string> shown;
        for (const std::vector<Perturbation>* changes : {&small_, &bold_}) {
            std::vector<const Perturbation*> made;
            for (const std::size_t k : tried)
                if ((*changes)[k].changed != nullptr) made.push_back(&(*changes)[k]);
            find_shown(request_, *original_, made, shown);
        }
        return shown;
    }

    /// Of keys of entries that are switched off: those that show once it is on.
    [[nodiscard]] std::vector<std::size_t> showing_switched_on(const std::vector<std::size_t>& tried) const {
        std::map<std::string, std::vector<std::size_t>> by_entry;
        for (const std::size_t k : tried)
            for (const Perturbation& other : small_)
                if (other.from == "false" && other.path.ends_with(".enabled") && small_[k].path.starts_with(other.path.substr(0, other.path.size() - 7)) && small_[k].path != other.path)
                    by_entry[other.path].push_back(k);
        std::vector<std::size_t> found;
        for (const auto& [enabled, keys] : by_entry) {
            LoadRequest on = request_;
            on.sets.push_back(enabled + "=true");
            const Original original(lighter(loaded(on).spec));
            for (const std::size_t k : keys)
                if (differs_with(on, original, small_[k]) || differs_with(on, original, bold_[k])) found.push_back(k);
        }
        return found;
    }

    /// Of keys that show in no run of the scenario's own seed: those that show in one of two others. Rare faults and ties are not met
    /// by every seed.
    [[nodiscard]] std::vector<std::size_t> showing_by_other_seeds(const std::vector<std::size_t>& tried) const {
        std::vector<std::size_t> found;
        for (const char* seed : {"seed=2", "seed=3"}) {
            if (found.size() == tried.size()) break;
            LoadRequest other = request_;
            other.sets.push_back(seed);
            const Original original(loaded(other).spec);
            for (const std::size_t k : tried) {
                if (std::find(found.begin(), found.end(), k) != found.end()) continue;
                if (differs_as_written(other, original, small_[k]) || differs_as_written(other, original, bold_[k])) found.push_back(k);
            }
        }
        return found;
    }

private:
    static LoadedScenario loaded(const LoadRequest& request) {
        Diagnostics said;
        auto scenario = load_scenario(request, said);
        if (!scenario) throw std::runtime_error(said.render());
        return std::move(*scenario);
    }
    static bool differs(const Original& original, const Perturbation& change, bool light) {
        return change.changed != nullptr && original.differs(light ? lighter(change.changed->spec) : change.changed->spec);
    }
    static bool differs_with(LoadRequest request, const Original& original, const Perturbation& change) {
        request.sets.push_back(change.set());
        Diagnostics said;
        const auto scenario = load_scenario(request, said);
        return scenario && original.differs(lighter(scenario->spec));
    }

    static bool differs_as_written(LoadRequest request, const Original& original, const Perturbation& change) {
        request.sets.push_back(change.set());
        Diagnostics said;
        const auto scenario = load_scenario(request, said);
        return scenario && original.differs(scenario->spec);
    }

    LoadRequest request_;
    std::vector<Perturbation> small_, bold_;   // of the same keys
    std::unique_ptr<Original> original_, light_;
};

void check_every_key(const std::string& file) {
    const KeysOf scenario(file);
    REQUIRE(scenario.keys().size() > 10);
    std::vector<std::size_t> to_show, excused;
    for (std::size_t k = 0; k < scenario.keys().size(); ++k) {
        const Perturbation& key = scenario.keys()[k];
        INFO(file << ": " << key.path);
        CHECK(key.to.empty() == !key.skipped.empty());
        if (!key.to.empty()) (excuses_of(file, key.path).empty() ? to_show : excused).push_back(k);
    }
    std::vector<std::size_t> shown = scenario.showing(to_show);
    std::vector<std::size_t> rest;
    std::set_difference(to_show.begin(), to_show.end(), shown.begin(), shown.end(), std::back_inserter(rest));
    std::vector<std::size_t> on = scenario.showing_switched_on(rest), never;
    std::copy_if(rest.begin(), rest.end(), std::back_inserter(never), [&](std::size_t k) { return std::find(on.begin(), on.end(), k) == on.end(); });
    for (const std::size_t k : scenario.showing_by_other_seeds(never)) on.push_back(k);
    for (const std::size_t k : rest) {
        INFO(file << ": " << scenario.keys()[k].set() << " (was " << scenario.keys()[k].from << ") shows in nothing");
        CHECK(std::find(on.begin(), on.end(), k) != on.end());
    }
    std::set<std::string> after_all = scenario.showing_at_all(excused);
    for (const std::size_t k : scenario.showing_switched_on(excused)) after_all.insert(scenario.keys()[k].path);
    std::vector<std::size_t> needed(kExceptions.size(), 0);
    for (const std::size_t k : excused)
        if (!after_all.contains(scenario.keys()[k].path))
            for (const std::size_t e : excuses_of(file, scenario.keys()[k].path)) ++needed[e];
    for (std::size_t e = 0; e < kExceptions.size(); ++e) {
        INFO(kExceptions[e].scenario << ": " << kExceptions[e].path << ", " << kExceptions[e].why);
        if (file.find(kExceptions[e].scenario) != std::string::npos) CHECK(needed[e] > 0);
    }
}

constexpr std::array<std::string_view, 2> kStories{"exchange-online-2014", "lync-online-2014"};

TEST_CASE("every key of exchange-online-2014 has an effect", "[long][.all]") { check_every_key("scenarios/exchange-online-2014"); }
TEST_CASE("every key of lync-online-2014 has an effect", "[long]") { check_every_key("scenarios/lync-online-2014"); }
TEST_CASE("every key of the estate has an effect", "[long]") { check_every_key("tests/models/scenario/good/estate.yaml"); }

TEST_CASE("every key of every other scenario has an effect", "[long]") {
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator("scenarios")) {
        if (!std::filesystem::exists(entry.path() / "scenario.yaml")) continue;
        ++found;
        if (std::find(kStories.begin(), kStories.end(), entry.path().filename().string()) == kStories.end()) check_every_key(entry.path().string());
    }
    CHECK(found >= kStories.size());
}

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

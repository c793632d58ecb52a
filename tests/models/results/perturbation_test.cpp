// Every key that a scenario writes must change something: in all scenarios of the library, each key is set to another
// valid value, one at a time, and the run of the scenario's `test:` cut must differ in some figure.
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>

#include "models/results/figures.hpp"
#include "models/results/json.hpp"
#include "models/scenario/yaml_tree.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/perturb.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {
namespace {

/// Keys whose other value does not show in the cut of a scenario, and why. A `*` stands for any names. Each one is tried all
/// the same: an exception that excuses nothing is stale, and fails.
struct Exception {
    std::string_view scenario, path, why;
};
constexpr std::array kExceptions{
    Exception{"estate", "tiers.transport.next_hop.active", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"estate", "tiers.login.queue.*", "50 clients never fill it; clients_test.cpp holds it"},
    Exception{"estate", "senders.others.retry.expire", "nothing stays with a sender for days"},
    Exception{"estate", "tenants.gold.mx.*.preference", "only the order of preferences acts, and a third more keeps it"},
    Exception{"estate", "tenants.bulk.priority", "only the order of priorities acts, and the next one keeps it"},
    Exception{"estate", "backlog.yesterday.oldest", "shows in tables of the queue while it waits; backlog_test.cpp holds it"},
    Exception{"estate", "tiers.edge.queue.codel.*", "nothing waits there in the light cut; retry_storm_policies_test.cpp holds it"},
    Exception{"estate", "tiers.transport.queue.back_pressure.*", "its queue never gets that long; back_pressure_test.cpp and capacity_policies_test.cpp hold it"},
    Exception{"estate", "tiers.outbound.spread", "nothing waits there in the light cut; shuffle_shard_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.shard", "nothing waits there in the light cut; shuffle_shard_test.cpp holds it"},
    Exception{"estate", "tiers.login.autoscale.*", "50 clients never fill it; capacity_policies_test.cpp holds it"},
    Exception{"estate", "tiers.filter.queue.shed.*", "nothing waits there in the light cut; queue_policies_test.cpp holds it"},
    Exception{"estate", "tiers.transport.queue.aging", "hardly anything waits there in the light cut; queue_policies_test.cpp holds it"},
    Exception{"estate", "tiers.transport.calls.directory.retry_budget.minimum", "the first-call earnings are never short in the cut; call_guard_test.cpp holds it"},
    Exception{"estate", "tiers.transport.calls.directory.deadline.margin", "nothing waits there for a second; retry_storm_policies_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.next_hop.concurrency.*", "no destination of the cut fails or is short of slots; destinations_test.cpp holds it"},
    Exception{"estate", "flaws.stubborn.*", "switched off; flaws_test.cpp holds it"},
    Exception{"estate", "flaws.pushy.trigger", "switched off; flaws_test.cpp holds it"},
    Exception{"estate", "flaws.brittle.restart", "switched off; flaws_test.cpp holds it"},
    Exception{"estate", "flaws.waves.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.misread.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.refuses.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.leaks.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.loses.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"estate", "flaws.opens.*", "switched off; woken_flaws_test.cpp holds it"},
    Exception{"lync-online-2014", "tiers.access.calls.login.on_failure", "without mail, refuse and bounce are one answer to a client"},
    Exception{"exchange-online-2014", "tiers.transport.calls.directory.attempts", "the flaw gives up after its hold, whatever is left"},
    Exception{"exchange-online-2014", "tiers.*.spread", "nothing waits there in the light cut; spread_test.cpp holds it"},
    Exception{"exchange-online-2014", "tiers.*.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"exchange-online-2014", "tiers.*.next_hop.notice_after", "no mail of the cut gets that old; notices_and_bounces_test.cpp holds it"},
    Exception{"exchange-online-2014", "senders.*.notice_after", "no mail of the cut gets that old; notices_and_bounces_test.cpp holds it"},
    Exception{"exchange-online-2014", "senders.exim-west.retry.queue_run", "hardly any of its mail is deferred in the cut; theory_retries_test.cpp holds it"},
    Exception{"exchange-online-2014", "flaws.lookup-loop.trigger", "switched off; flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "flaws.lookup-crash.*", "switched off; flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "flaws.lookup-requeue.trigger", "switched off; flaws_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.clear", "the cut ends before all is quiet; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.signals.late-mail.*", "the age of the oldest speaks first; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.publish.retry", "the first try succeeds in the cut; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.channels.feed.*", "switched off; dashboards_test.cpp holds it"},
    Exception{"exchange-online-2014", "dashboards.service-health.channels.email.size", "switched off; the estate holds it"},
    Exception{"estate", "dashboards.status.publish.timeout", "what publishing needs answers at once or not within any time-out here; dashboards_test.cpp holds it"},
    Exception{"estate", "dashboards.apps.signals.phones.under", "so few sign in that all or none succeed; dashboards_test.cpp holds it"},
    Exception{"estate", "tiers.transport.next_hop.retry.maximal_backoff", "nothing is deferred for so long in the cut; retry_schedule_test.cpp holds it"},
    Exception{"noisy-tenant-batch", "sites.internet.outside", "receivers that nothing else stands beside serve alike inside and outside"},
    Exception{"noisy-tenant-batch", "tiers.relay.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"exchange-y2k22", "slo.delay", "who is late is so by hours"},
    Exception{"exchange-y2k22", "tiers.transport.next_hop.*", "no mail of the cut gets that old, and a limit that it does not come near"},
    Exception{"gmail-550-2020", "tiers.mx.calls.accounts.timeout", "the wrong answer comes at once"},
    Exception{"gmail-550-2020", "tiers.mx.calls.accounts.on_failure", "a wrong answer that bounces is no failed call; the variant `temporary` is one"},
    Exception{"gmail-550-2020", "tiers.mx.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"gmail-550-2020", "senders.exchange.notice_after", "no mail of the cut gets that old; notices_and_bounces_test.cpp holds it"},
    Exception{"mitigation-breaks-2023", "tiers.*.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"mitigation-breaks-2023", "senders.exchange.notice_after", "no mail of the cut gets that old; notices_and_bounces_test.cpp holds it"},
    Exception{"bpos-2011-drain", "slo.delay", "who is late is so by hours"},
    Exception{"bpos-2011-drain", "tiers.hub.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"bpos-2011-drain", "tenants.firms.skew.exponent", "all its tenants are hit, whatever each one's share"},
    Exception{"bpos-2011-drain", "backlog.stuck.oldest", "shows in tables of the queue while it waits; backlog_test.cpp holds it"},
    Exception{"office365-2012-poison-flood", "tiers.filter.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"estate", "tiers.edge.queue.tarpit.*", "nothing waits there in the light cut; memories_and_shadows_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.next_hop.processes", "hardly anything is under way at once in the light cut; mx_hosts_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.next_hop.addresses", "no destination has more hosts than that; mx_hosts_test.cpp holds it"},
    Exception{"estate", "tiers.outbound.shadow.*", "all its servers are lost at once, and a shadow with them; memories_and_shadows_test.cpp holds it"},
    Exception{"estate", "tiers.internet.mx.*.preference", "only the order of preferences acts, and a third more keeps it"},
    Exception{"m365-2024-retry-flood", "tiers.*.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"m365-2024-retry-flood", "senders.world.notice_after", "no mail stays with its sender"},
    Exception{"m365-2024-retry-flood", "faults.change.added", "an answer that is late is late, however late"},
    Exception{"m365-2024-retry-flood", "flaws.retries-in-the-rest.*", "which of the few servers of the cut have it does not change with so little"},
    Exception{"greylisting", "slo.delay", "what greylisting alone holds up is late for nobody; lateness_test.cpp holds it"},
    Exception{"greylisting", "tiers.edge.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"greylisting", "senders.*.notice_after", "no mail gets that old; notices_and_bounces_test.cpp holds it"},
    Exception{"dead-mx", "slo.delay", "nobody waits for so long in the light cut; the headline's test holds it"},
    Exception{"dead-mx", "sites.internet.outside", "receivers that nothing else stands beside serve alike inside and outside"},
    Exception{"dead-mx", "tiers.relay.next_hop.connections", "the shared processes bound it first; mx_hosts_test.cpp holds it"},
    Exception{"dead-mx", "tiers.relay.next_hop.active", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"gmail-2013-capacity-cut", "tiers.frontend.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"gmail-2013-capacity-cut", "tiers.frontend.next_hop.retry.expire", "nothing is deferred for so long in the cut; retry_schedule_test.cpp holds it"},
    Exception{"gmail-2009-router-cascade", "start", "the cut's times are offsets"},
    Exception{"gmail-2009-router-cascade", "cooldown", "it measures mail, and these are clients alone"},
    Exception{"gmail-2009-router-cascade", "clients.web.timeout", "nobody waits for so long in the light cut; clients_test.cpp holds it"},
    Exception{"gmail-2009-router-cascade", "faults.upgrade.share", "of the few routers of the cut the same ones are hit"},
    Exception{"gmail-2009-router-cascade", "flaws.refuse-instead-of-slowing-down.resume", "a router that is closed for ten seconds has nobody waiting; woken_flaws_test.cpp holds it"},
    Exception{"rackspace-2022", "slo.delay", "who is late is so by hours"},
    Exception{"rackspace-2022", "tiers.edge.next_hop.connections", "a limit that no cut comes near; hand_over_test.cpp holds it"},
    Exception{"rackspace-2022", "senders.exchange.notice_after", "no mail stays with its sender"},
    Exception{"outlook-2013-reconnect", "start", "the cut's times are offsets"},
    Exception{"outlook-2013-reconnect", "cooldown", "it measures mail, and these are clients alone"},
    Exception{"outlook-2013-reconnect", "tiers.*.calls.*.timeout", "no answer fails by time in the light cut; clients_test.cpp and the headline's test hold it"},
    Exception{"outlook-2013-reconnect", "tiers.*.calls.*.on_failure", "without mail, refuse and bounce are one answer to a client"},
    Exception{"outlook-2013-reconnect", "clients.*.timeout", "no answer fails by time in the light cut; clients_test.cpp and the headline's test hold it"},
    Exception{"outlook-2013-reconnect", "clients.*.retry.*", "no answer fails by time in the light cut; clients_test.cpp and the headline's test hold it"},
    Exception{"on-premises-2014", "slo.delay", "who is late is so by hours"},
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

/// Which of the excused changes show, although they are excused. All are made at once, as long as nothing differs; then
/// halves of them, so that few runs tell of many.
void find_shown(const LoadRequest& request, const Original& original, const std::vector<const Perturbation*>& changes, std::vector<std::string>& shown) {
    if (changes.empty()) return;
    if (changes.size() == 1) {
        if (original.differs(changes.front()->changed->spec)) shown.push_back(changes.front()->path);
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

void check_every_key(const std::string& file) {
    const LoadRequest request = request_for(file);
    Diagnostics said;
    const auto scenario = load_scenario(request, said);
    INFO(said.render());
    REQUIRE(scenario);
    const Original original(scenario->spec), light(lighter(scenario->spec));
    std::vector<const Perturbation*> to_show, excused;
    const std::vector<Perturbation> changes = perturbations(request);
    REQUIRE(changes.size() > 10);
    for (const Perturbation& change : changes) {
        INFO(file << ": " << change.path);
        CHECK(change.to.empty() == !change.skipped.empty());
        if (change.changed != nullptr) (excuses_of(file, change.path).empty() ? to_show : excused).push_back(&change);
    }
    const auto shows = run_replications<bool>(to_show.size(), 2, [&](std::uint64_t k) { return light.differs(lighter(to_show[k]->changed->spec)) || original.differs(to_show[k]->changed->spec); });
    for (std::size_t k = 0; k < to_show.size(); ++k) {
        INFO(file << ": " << to_show[k]->set() << " (was " << to_show[k]->from << ")");
        REQUIRE(shows[k].value);
        CHECK(*shows[k].value);
    }
    std::vector<std::string> shown;
    find_shown(request, original, excused, shown);
    std::vector<std::size_t> needed(kExceptions.size(), 0);
    for (const Perturbation* change : excused)
        if (std::find(shown.begin(), shown.end(), change->path) == shown.end())
            for (const std::size_t e : excuses_of(file, change->path)) ++needed[e];
    for (std::size_t e = 0; e < kExceptions.size(); ++e) {
        INFO(kExceptions[e].scenario << ": " << kExceptions[e].path << ", " << kExceptions[e].why);
        if (file.find(kExceptions[e].scenario) != std::string::npos) CHECK(needed[e] > 0);
    }
}

constexpr std::array<std::string_view, 2> kStories{"exchange-online-2014", "lync-online-2014"};

TEST_CASE("every key of exchange-online-2014 has an effect", "[long]") { check_every_key("scenarios/exchange-online-2014"); }
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

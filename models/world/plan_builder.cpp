#include "models/world/plan_builder.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "models/fault/link_faults.hpp"
#include "models/scenario/own_partitions.hpp"
#include "models/spec/place_text.hpp"
#include "models/traffic/qshape_table.hpp"
#include "models/traffic/replay_file.hpp"
#include "models/spec/quantity_text.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

template <class List>
std::size_t index_of(const List& entries, std::string_view name) {
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == name; });
    MQ_CHECK(at != entries.end(), "a validated scenario names what exists: " + std::string(name));
    return static_cast<std::size_t>(at - entries.begin());
}

std::vector<SimDuration> replayed_times(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto parsed = parse_replay(text);
    auto* offsets = std::get_if<std::vector<SimDuration>>(&parsed);
    MQ_CHECK(offsets != nullptr, "a validated file of arrival times can be read: " + file);
    return std::move(*offsets);
}

HolderPlan holder_of(const RetrySpec& retry, std::optional<SimDuration> notice_after) {
    return HolderPlan{.retry = RetrySchedule(retry), .notice_after = notice_after, .fallback_on = Fallbacks({FallbackOn::connect, FallbackOn::greeting})};
}

}  // namespace

Network planned_network(const ScenarioSpec& scenario, std::span<const FaultOccurrences> fault_times, SimTime end) {
    Topology topology(scenario.sites, scenario.links);
    LinkTimeline timeline = build_link_timeline(topology, scenario.faults, fault_times, end);
    return Network(std::move(topology), std::move(timeline), scenario.network);
}

void PlanBuilder::build() {
    add_sites();
    add_tiers();
    add_policies();
    add_classes();
    add_tenants();
    add_populations();
    add_faults();  // before the sources: a load surge is a source of its own
    mark_hit_places();
    add_health();
    add_sources();
    add_clients();
    add_backlog();
    add_mitigations();
    add_flaws();
    mark_watched();
    mark_slow();
    add_dashboards();
}

/// Which stations look at who comes.
void PlanBuilder::mark_watched() {
    for (StationPlan& station : plan_.stations)
        station.watched = !station.server_faults.empty() || !station.measures.empty() || plan_.tiers[station.tier.index()].flawed_entry;
}

/// In which tiers a service may take longer than drawn.
void PlanBuilder::mark_slow() {
    for (TierPlan& t : plan_.tiers) t.may_slow = t.slope.ns > 0;
    for (const StationPlan& station : plan_.stations) {
        const auto slows = [](const ServerFaultPlan& fault) { return fault.trouble == ServerTrouble::slow; };
        const bool any = !station.gray.empty() || std::any_of(station.server_faults.begin(), station.server_faults.end(), slows);
        plan_.tiers[station.tier.index()].may_slow |= any;
    }
}

std::uint16_t PlanBuilder::site(const std::string& name) const {
    return narrow<std::uint16_t>(index_of(scenario_.sites, name), "sites");
}

TierId PlanBuilder::tier(const std::string& name) const {
    return {narrow<std::uint32_t>(index_of(scenario_.tiers, name), "tiers")};
}

std::size_t PlanBuilder::class_index(const std::string& name) const { return index_of(scenario_.tenants, name); }

std::vector<TierId> PlanBuilder::path(const std::vector<std::string>& names) const {
    std::vector<TierId> ids;
    for (const std::string& name : names) ids.push_back(tier(name));
    return ids;
}

SimDuration PlanBuilder::start_of_day() const {
    const auto parsed = parse_utc(scenario_.start);
    const auto* start = std::get_if<UtcInstant>(&parsed);
    MQ_CHECK(start != nullptr, "a validated scenario starts at a UTC instant");
    const std::int64_t second_of_day = (start->seconds % 86400 + 86400) % 86400;
    return {second_of_day * 1'000'000'000 + start->nanoseconds};
}

void PlanBuilder::add_sites() {
    for (const SiteSpec& spec : scenario_.sites) {
        plan_.sites.push_back(spec.name);
        plan_.inside_latency.push_back(spec.latency);
        plan_.outside.push_back(spec.outside);
    }
    plan_.site_down.resize(plan_.sites.size());
    plan_.site_down_fault.resize(plan_.sites.size());
    plan_.site_trouble.resize(plan_.sites.size());
}

/// Of a tier that is tenants' own: the partition of each class's first one.
std::vector<std::optional<std::uint32_t>> PlanBuilder::own_first(const TierSpec& tier) const {
    std::vector<std::optional<std::uint32_t>> first;
    if (!tier.own) return first;
    std::uint32_t next = 0;
    for (const TenantClassSpec& tenants : scenario_.tenants) {
        const bool is_theirs = passes(tenants, tier.name);
        first.push_back(is_theirs ? std::optional(next) : std::nullopt);
        if (is_theirs) next += narrow<std::uint32_t>(tenants.count, "tenants");
    }
    return first;
}

void PlanBuilder::add_tiers() {
    for (const TierSpec& spec : scenario_.tiers) {
        TierPlan t{.name = spec.name,
                   .spread = spec.spread,
                   .discipline = spec.queue.discipline,
                   .limit = spec.queue.limit,
                   .on_full = spec.queue.on_full,
                   .hand_over = spec.hand_over,
                   .slope = spec.slope,
                   .holder = holder_of(spec.next_hop.retry, spec.next_hop.notice_after),
                   .calls = {},
                   .first_station = std::vector<StationId>(plan_.sites.size()),
                   .sites = {},
                   .partitions = spec.partitions.size(),
                   .partitioned = plan_.partitioned.size(),
                   .outside = true,
                   .known_down = std::vector<std::vector<KnownDown>>(plan_.sites.size()),
                   .flaws = {}};
        t.serves_at_once = spec.calls.empty();
        t.straight = spec.hand_over == HandOver::held ? StraightWay::to_the_last : StraightWay::always;
        t.holder.connections = spec.next_hop.connections;
        t.holder.active = spec.next_hop.active;
        t.holder.concurrency = spec.next_hop.concurrency;
        t.holder.throttle = spec.next_hop.throttle;
        t.holder.ready = spec.next_hop.ready;
        t.holder.processes = spec.next_hop.processes.value_or(0);
        t.holder.addresses = spec.next_hop.addresses;
        t.holder.sessions = spec.next_hop.sessions;
        t.holder.fallback_on = Fallbacks(spec.next_hop.fallback_on);
        t.holder.per_server = spec.next_hop.is_per_server();
        t.hosts = hosts_of(spec.mx);
        t.host_luck = StreamKey(plan_.seed, place_identity("tiers/" + spec.name), draws::destination);
        t.recipient_luck = StreamKey(plan_.seed, place_identity("tiers/" + spec.name), draws::destination);
        plan_.has_hosts = plan_.has_hosts || !t.hosts.empty();
        plan_.has_fallbacks = plan_.has_fallbacks || spec.at.size() > 1;
        for (const CallSpec& call : spec.calls)
            t.calls.push_back({call.name.empty() ? call.to : call.name, tier(call.to), call.timeout,
                               narrow<std::uint16_t>(call.attempts, "attempts of a call"), call.on_failure, call.cached.value,
                               place_identity("caches/" + spec.name + "/" + call.name)});
        if (t.partitions > 0) plan_.partitioned.push_back({spec.name, spec.partitions, own_first(spec)});
        plan_.tiers.push_back(std::move(t));
        add_stations({narrow<std::uint32_t>(plan_.tiers.size() - 1, "tiers")}, spec);
    }
}

void PlanBuilder::add_stations(TierId id, const TierSpec& spec) {
    TierPlan& t = plan_.tiers[id.index()];
    std::vector<std::uint32_t> stations_at(plan_.sites.size(), 0);
    for (const StationPlan& other : plan_.stations) ++stations_at[other.site];
    for (const std::string& name : spec.at) {
        const std::uint16_t where = site(name);
        t.sites.push_back(where);
        t.outside = t.outside && plan_.outside[where];
        t.first_station[where] = {narrow<std::uint32_t>(plan_.stations.size(), "stations")};
        TierSiteSpec own;
        for (const TierSiteSpec& s : spec.sites)
            if (s.name == name) own = s;
        for (std::size_t p = 0; p < std::max<std::size_t>(1, t.partitions); ++p) {
            const std::string place = spec.name + (t.partitions > 0 ? "/" + spec.partitions[p] : "") + "@" + name;
            const std::uint64_t hash = place_identity("tiers/" + place);
            plan_.stations.push_back({.tier = id,
                                      .site = where,
                                      .partition = narrow<std::uint16_t>(p, "partitions"),
                                      .local = stations_at[where]++,
                                      .servers = narrow<std::uint32_t>(own.servers.value_or(spec.servers), "servers"),
                                      .workers = narrow<std::uint32_t>(own.workers.value_or(spec.workers), "workers"),
                                      .place = place,
                                      .hash = hash,
                                      .first_call = narrow<std::uint32_t>(plan_.call_sites.size(), "calls"),
                                      .service = law_of(own.service.value_or(spec.service)),
                                      .service_luck = StreamKey(plan_.seed, hash, draws::service),
                                      .server_luck = StreamKey(plan_.seed, hash, draws::holders_server),
                                      .spread_luck = {StreamKey(plan_.seed, hash, draws::spread), StreamKey(plan_.seed, hash, draws::shard),
                                                      StreamKey(plan_.seed, hash, draws::next_server)},
                                      .no_answer = {},
                                      .server_faults = {},
                                      .answer_faults = {},
                                      .gray = {},
                                      .cache_losses = {},
                                      .cut_offs = {},
                                      .added = {},
                                      .measures = {}});
            for (std::uint16_t c = 0; c < narrow<std::uint16_t>(t.calls.size(), "calls of a tier"); ++c)
                plan_.call_sites.push_back({narrow<std::uint32_t>(plan_.stations.size() - 1, "stations"), c, derived(hash, draws::at, c)});
        }
    }
}

std::vector<MxHost> PlanBuilder::hosts_of(const std::vector<MxSpec>& mx) const {
    std::vector<MxHost> hosts;
    for (const MxSpec& host : mx) hosts.push_back({site(host.name), host.preference});
    std::stable_sort(hosts.begin(), hosts.end(), [](const MxHost& a, const MxHost& b) { return a.preference < b.preference; });
    return hosts;
}

void PlanBuilder::add_classes() {
    for (const TenantClassSpec& spec : scenario_.tenants) {
        ClassPlan c{.name = spec.name,
                    .path = {path(spec.paths.inbound), path(spec.paths.outbound), path(spec.paths.internal)},
                    .sizes = SizeLaw(spec.sizes),
                    .priority = narrow<std::uint8_t>(spec.priority, "priorities"),
                    .mx = {},
                    .mx_luck = {}};
        c.mx = hosts_of(spec.mx);
        c.mx_luck = StreamKey(plan_.seed, place_identity("tenants/" + spec.name), draws::destination);
        if (c.mx.empty() && !spec.paths.inbound.empty())
            for (std::uint16_t at : plan_.tiers[c.path[0].front().index()].sites) c.mx.push_back({at, 10});
        plan_.classes.push_back(std::move(c));
    }
}

void PlanBuilder::add_tenants() {
    std::vector<std::vector<std::uint16_t>> homes;
    for (std::size_t c = 0; c < scenario_.tenants.size(); ++c) {
        std::vector<std::uint16_t> at;
        for (const std::string& name : scenario_.tenants[c].homes) at.push_back(site(name));
        const auto& paths = plan_.classes[c].path;
        if (at.empty()) {
            const auto& last = !paths[0].empty() ? paths[0].back() : !paths[2].empty() ? paths[2].back() : paths[1].front();
            at = plan_.tiers[last.index()].sites;
        }
        homes.push_back(std::move(at));
    }
    plan_.tenants = std::make_unique<TenantDirectory>(scenario_.tenants, homes, plan_.partitioned);
    for (std::size_t c = 0; c < scenario_.tenants.size(); ++c) {
        auto members = std::make_shared<std::vector<std::uint32_t>>();
        std::vector<double> weights;
        for (std::uint32_t t = plan_.tenants->first_of(c); t < plan_.tenants->end_of(c); ++t) {
            members->push_back(t);
            weights.push_back((*plan_.tenants)[t].weight);
        }
        class_alias_.push_back(std::make_shared<AliasTable>(weights));
        class_tenants_.push_back(std::move(members));
    }
}

void PlanBuilder::add_populations() {
    for (const SenderSpec& spec : scenario_.senders)
        plan_.populations.push_back({spec.name, site(spec.at), false, holder_of(spec.retry, spec.notice_after)});
    // The outbox of a site's users: whoever writes mail there tries again every minute.
    CustomRetrySpec every_minute;
    every_minute.waits = {1_min};
    for (std::size_t s = 0; s < plan_.sites.size(); ++s)
        plan_.populations.push_back({"users@" + plan_.sites[s], narrow<std::uint16_t>(s, "sites"), true,
                                     holder_of(every_minute, std::nullopt)});
}

void PlanBuilder::add_sources() {
    for (std::size_t c = 0; c < scenario_.tenants.size(); ++c) {
        add_inbound(narrow<std::uint16_t>(c, "tenant classes"));
        add_from_inside(narrow<std::uint16_t>(c, "tenant classes"), Direction::outbound);
        add_from_inside(narrow<std::uint16_t>(c, "tenant classes"), Direction::internal);
        if (const auto* replay = std::get_if<ReplayArrivalsSpec>(&scenario_.tenants[c].arrivals))
            share_replay(narrow<std::uint16_t>(c, "tenant classes"), replayed_times(replay->file));
    }
}

/// A replayed trace is the whole class's: each of its arrivals goes to one of the class's sources, by their rates.
void PlanBuilder::share_replay(std::uint16_t c, const std::vector<SimDuration>& times) {
    std::vector<SourcePlan*> sources;
    std::vector<double> rates;
    for (SourcePlan& source : plan_.sources) {
        if (source.tenant_class != c || source.surge) continue;
        sources.push_back(&source);
        rates.push_back(source.clock.rate_at(SimTime::zero()));
    }
    const AliasTable choice(rates);
    const StreamKey luck(plan_.seed, place_identity("replay/" + plan_.classes[c].name), draws::replayed_source);
    std::vector<std::vector<SimTime>> parts(sources.size());
    for (std::size_t k = 0; k < times.size(); ++k) {
        RandomStream stream(luck, k);
        parts[choice.pick(stream)].push_back(SimTime::zero() + times[k]);
    }
    for (std::size_t i = 0; i < sources.size(); ++i)
        sources[i]->replay = std::make_shared<const std::vector<SimTime>>(std::move(parts[i]));
}

void PlanBuilder::add_inbound(std::uint16_t c) {
    const TenantClassSpec& spec = scenario_.tenants[c];
    if (spec.directions.inbound.value <= 0) return;
    const auto weight = [&](const SenderSpec& sender) {
        if (spec.senders.empty()) return sender.share.value;
        for (const ShareSpec& own : spec.senders)
            if (own.name == sender.name) return own.share.value > 0 ? own.share.value : sender.share.value;
        return 0.0;
    };
    double total = 0;
    for (const SenderSpec& sender : scenario_.senders) total += weight(sender);
    for (std::size_t p = 0; p < scenario_.senders.size(); ++p) {
        const double share = weight(scenario_.senders[p]) / total;
        if (!(share > 0)) continue;
        SourcePlan source{.name = "inbound/" + spec.name + "/" + scenario_.senders[p].name,
                          .hash = 0,
                          .site = plan_.populations[p].site,
                          .population = narrow<std::uint32_t>(p, "populations"),
                          .tenant_class = c,
                          .direction = Direction::inbound,
                          .clock = ArrivalClock(0, {}, SimDuration::zero(), {}),
                          .batch_mean = 1,
                          .replay = nullptr,
                          .who = class_alias_[c],
                          .tenants = class_tenants_[c],
                          .arrival_luck = {},
                          .tenant_luck = {},
                          .size_luck = {},
                          .batch_luck = {},
                          .surge = std::nullopt};
        add_source(std::move(source), spec.rate.per_second * spec.directions.inbound.value * share, spec.directions.inbound.value * share, spec);
    }
}

void PlanBuilder::add_from_inside(std::uint16_t c, Direction direction) {
    const TenantClassSpec& spec = scenario_.tenants[c];
    const double part = direction == Direction::outbound ? spec.directions.outbound.value : spec.directions.internal.value;
    if (part <= 0) return;
    for (std::size_t s = 0; s < plan_.sites.size(); ++s) {
        auto members = std::make_shared<std::vector<std::uint32_t>>();
        std::vector<double> weights;
        double volume = 0;
        for (std::uint32_t t : *class_tenants_[c]) {
            if ((*plan_.tenants)[t].home != s) continue;
            members->push_back(t);
            weights.push_back((*plan_.tenants)[t].weight);
            volume += weights.back();
        }
        if (members->empty()) continue;
        SourcePlan source{.name = std::string(to_text(direction)) + "/" + spec.name + "/" + plan_.sites[s],
                          .hash = 0,
                          .site = narrow<std::uint16_t>(s, "sites"),
                          .population = narrow<std::uint32_t>(scenario_.senders.size() + s, "populations"),
                          .tenant_class = c,
                          .direction = direction,
                          .clock = ArrivalClock(0, {}, SimDuration::zero(), {}),
                          .batch_mean = 1,
                          .replay = nullptr,
                          .who = std::make_shared<AliasTable>(weights),
                          .tenants = std::move(members),
                          .arrival_luck = {},
                          .tenant_luck = {},
                          .size_luck = {},
                          .batch_luck = {},
                          .surge = std::nullopt};
        add_source(std::move(source), spec.rate.per_second * part * volume, part, spec);
    }
}

void PlanBuilder::add_clients() {
    for (const ClientSpec& spec : scenario_.clients) {
        const std::uint64_t hash = place_identity("clients/" + spec.name);
        plan_.clients.push_back({.name = spec.name,
                                 .hash = hash,
                                 .at = site(spec.at),
                                 .site = site(spec.site),
                                 .count = narrow<std::uint32_t>(spec.count, "clients"),
                                 .tier = tier(spec.tier),
                                 .timeout = spec.timeout,
                                 .notice_loss = spec.notice_loss,
                                 .session = law_of(spec.session),
                                 .retry = spec.retry,
                                 .session_luck = StreamKey(plan_.seed, hash, draws::session),
                                 .wait_luck = StreamKey(plan_.seed, hash, draws::back_off),
                                 .loss_luck = StreamKey(plan_.seed, hash, draws::loss_noticed)});
    }
}

/// Tenants whose mail may wait where a backlog is: on the partition that is named, and, at the last tier of their path, with their home
/// there. None where it may be anybody's of the class, or, by mistake, nobody's.
std::vector<std::uint32_t> PlanBuilder::tenants_at(const BacklogPlan& backlog, std::string_view partition) const {
    const StationPlan& place = plan_.stations[backlog.at.index()];
    const auto& path = plan_.classes[backlog.tenant_class].path[static_cast<std::size_t>(backlog.direction)];
    const bool at_home = !path.empty() && path.back() == place.tier && backlog.direction != Direction::outbound;
    std::vector<std::uint32_t> found;
    const std::uint32_t first = plan_.tenants->first_of(backlog.tenant_class), end = plan_.tenants->end_of(backlog.tenant_class);
    for (std::uint32_t tenant = first; tenant < end; ++tenant) {
        const StationId home = at_home ? plan_.station(place.tier, plan_.tenants->home_of(tenant), tenant) : StationId::none();
        if (home.valid() && plan_.stations[home.index()].site != place.site) continue;
        if (!partition.empty() && plan_.station(place.tier, place.site, tenant) != backlog.at) continue;
        found.push_back(tenant);
    }
    return found.size() == end - first ? std::vector<std::uint32_t>{} : found;
}

void PlanBuilder::add_backlog() {
    for (const BacklogSpec& spec : scenario_.backlog) {
        const std::vector<std::uint32_t> at = stations_of(spec.at);
        BacklogPlan b{.at = {at.front()},
                      .next_hop = spec.queue == BacklogQueue::next_hop,
                      .hash = place_identity("backlog/" + spec.name),
                      .tenant_class = narrow<std::uint16_t>(index_of(scenario_.tenants, spec.tenant_class), "tenant classes"),
                      .tenants = {},
                      .direction = spec.direction,
                      .groups = {}};
        b.tenants = tenants_at(b, split_place(spec.at).partition);
        if (spec.qshape.empty()) {
            b.groups.emplace_back(static_cast<std::uint64_t>(spec.count), Stretch{SimTime::zero(), SimTime{spec.oldest.ns}});
        } else {
            const auto parsed = parse_qshape(spec.qshape);
            const auto* table = std::get_if<QshapeTable>(&parsed);
            MQ_CHECK(table != nullptr, "a validated qshape table can be read");
            const QshapeCounts counts = table->sum();
            // Ages are uniform within a column; the open one ends at twice its beginning.
            for (std::size_t c = 0; c < qshape_columns; ++c) {
                const SimDuration youngest = c == 0 ? SimDuration::zero() : qshape_minutes[c - 1] * 1_min;
                const SimDuration oldest = c + 1 < qshape_columns ? qshape_minutes[c] * 1_min : youngest * 2;
                b.groups.emplace_back(static_cast<std::uint64_t>(counts[c]), Stretch{SimTime{youngest.ns}, SimTime{oldest.ns}});
            }
        }
        plan_.backlog.push_back(std::move(b));
    }
}

}  // namespace mailquake

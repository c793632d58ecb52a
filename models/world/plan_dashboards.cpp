// Dashboards, compiled, and whom they are for.
#include <algorithm>

#include "models/spec/place_text.hpp"
#include "models/world/plan_builder.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr std::int64_t kMailerConnections = 20;  // of a dashboard's mailer to one next hop; an assumption

double drawn(StreamKey luck, std::uint64_t identity, std::uint32_t attempt = 0) {
    RandomStream stream(luck, identity, attempt);
    return stream.uniform();
}

/// What a signal's body says, but for its places.
struct SignalOf {
    const std::vector<ClientSpec>& clients;
    SignalPlan operator()(const OldestSignal& s) const { return {.kind = SignalPlan::Kind::oldest, .queue = s.queue, .age = s.over, .stations = {}, .looks = {}}; }
    SignalPlan operator()(const QueueSignal& s) const { return {.kind = SignalPlan::Kind::queue, .queue = s.queue, .count = s.over, .stations = {}, .looks = {}}; }
    SignalPlan operator()(const LateMailSignal& s) const { return {.kind = SignalPlan::Kind::late_mail, .share = s.over.value, .window = s.window, .stations = {}, .looks = {}}; }
    SignalPlan operator()(const FailedCallsSignal& s) const { return {.kind = SignalPlan::Kind::failed_calls, .count = s.over, .window = s.window, .stations = {}, .looks = {}}; }
    SignalPlan operator()(const SignInSignal& s) const {
        std::uint32_t which = 0;
        while (which < clients.size() && clients[which].name != s.clients) ++which;
        return {.kind = SignalPlan::Kind::sign_ins, .share = s.under.value, .window = s.window, .clients = which, .stations = {}, .looks = {}};
    }
};

}  // namespace

/// A tenant keeps its luck when others come or go.
std::uint64_t Plan::tenant_identity(std::uint32_t tenant) const {
    return derived(place_identity("tenants/" + classes[(*tenants)[tenant].tenant_class].name), draws::member, (*tenants)[tenant].rank);
}

bool DashboardPlan::is_for(const Plan& plan, std::uint32_t tenant) const {
    if (!classes[plan.tenants->class_of(tenant)]) return false;
    if (partitioned && plan.tenants->partition(tenant, *partitioned) != partition) return false;
    return drawn(audience_luck, plan.tenant_identity(tenant)) < opt_in;
}

bool DashboardPlan::uses(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant) {
    return drawn(channel.users_luck, plan.tenant_identity(tenant)) < channel.opt_in;
}

bool DashboardPlan::gets(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant, std::uint32_t incident) {
    return drawn(channel.reach_luck, plan.tenant_identity(tenant), incident) < channel.reach;
}

SimDuration DashboardPlan::phase(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant) {
    RandomStream stream(channel.users_luck, plan.tenant_identity(tenant));
    (void)stream();  // the first word says whether the tenant uses the channel
    return {static_cast<std::int64_t>(stream.uniform() * static_cast<double>(channel.every.ns))};
}

std::uint64_t DashboardPlan::mail_identity(const ChannelPlan& channel, std::uint32_t incident, std::uint64_t tenant_identity) {
    return derived(derived(channel.hash, draws::incident, incident), draws::advisory, tenant_identity);
}

bool DashboardPlan::looks_at(std::uint16_t site) const {
    return std::any_of(signals.begin(), signals.end(), [&](const SignalPlan& s) { return s.looks[site]; });
}

SignalPlan PlanBuilder::signal(const SignalSpec& spec) const {
    SignalPlan plan = std::visit(SignalOf{scenario_.clients}, spec.body);
    plan.held = spec.held;
    plan.stations.resize(plan_.sites.size());
    plan.looks.assign(plan_.sites.size(), plan.kind == SignalPlan::Kind::late_mail);
    if (plan.kind == SignalPlan::Kind::sign_ins) plan.looks[plan_.clients[plan.clients].at] = true;
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { body.target; })
                for (const std::uint32_t s : stations_of(body.target)) {
                    plan.stations[plan_.stations[s].site].push_back(plan_.stations[s].local);
                    plan.looks[plan_.stations[s].site] = true;
                }
        },
        spec.body);
    return plan;
}

ChannelPlan PlanBuilder::channel(const ChannelSpec& spec, const std::string& dashboard, std::uint16_t at) {
    const std::string path = "dashboards/" + dashboard + "/" + spec.name;
    const std::uint64_t hash = place_identity(path);
    ChannelPlan plan{.name = spec.name,
                     .kind = static_cast<ChannelPlan::Kind>(spec.body.index()),
                     .opt_in = spec.opt_in.value,
                     .reach = spec.reach.value,
                     .hash = hash,
                     .users_luck = StreamKey(plan_.seed, hash, draws::audience),
                     .reach_luck = StreamKey(plan_.seed, hash, draws::reach)};
    if (const auto* portal = std::get_if<PortalChannel>(&spec.body)) plan.every = portal->every;
    if (const auto* feed = std::get_if<FeedChannel>(&spec.body)) plan.every = feed->every;
    if (const auto* email = std::get_if<EmailChannel>(&spec.body)) {
        plan.size = saturated<std::uint32_t>(email->size.count);
        plan.population = narrow<std::uint32_t>(plan_.populations.size(), "populations");
        HolderPlan holder{.retry = RetrySchedule(email->retry), .notice_after = std::nullopt};
        holder.connections = kMailerConnections;
        plan_.populations.push_back({path, at, false, std::move(holder)});
    }
    return plan;
}

void PlanBuilder::add_audience(const AudienceSpec& spec, DashboardPlan& plan) const {
    plan.classes.assign(plan_.classes.size(), spec.classes.empty());
    for (const std::string& name : spec.classes) plan.classes[class_index(name)] = true;
    if (spec.partition.empty()) return;
    const PlaceText place = split_place(spec.partition);
    for (std::size_t p = 0; p < plan_.partitioned.size(); ++p) {
        if (plan_.partitioned[p].tier != place.tier) continue;
        const auto& names = plan_.partitioned[p].partitions;
        plan.partitioned = p;
        plan.partition = narrow<std::uint32_t>(std::find(names.begin(), names.end(), place.partition) - names.begin(), "partitions");
    }
}

/// Last of all, so that their mailers stand behind all other populations.
void PlanBuilder::add_dashboards() {
    static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(ChannelPlan::Kind::email), ChannelBody>, EmailChannel>);
    for (const DashboardSpec& spec : scenario_.dashboards) {
        const std::uint64_t hash = place_identity("dashboards/" + spec.name);
        DashboardPlan d{.name = spec.name,
                        .pos = spec.pos,
                        .enabled = spec.enabled,
                        .at = site(spec.at),
                        .look = spec.look,
                        .decide = spec.decide,
                        .clear = spec.clear,
                        .signals = {},
                        .channels = {},
                        .needs = {},
                        .delay = spec.publish.delay,
                        .timeout = spec.publish.timeout,
                        .retry = spec.publish.retry,
                        .fails = spec.publish.fails.value,
                        .classes = {},
                        .partitioned = std::nullopt,
                        .opt_in = spec.audience.opt_in.value,
                        .hash = hash,
                        .audience_luck = StreamKey(plan_.seed, hash, draws::audience),
                        .tries_luck = StreamKey(plan_.seed, hash, draws::tries)};
        for (const SignalSpec& s : spec.signals) d.signals.push_back(signal(s));
        for (const std::string& need : spec.publish.needs) {
            const PlaceText place = split_place(need);
            const StationPlan& station = plan_.stations[stations_of(need).front()];
            d.needs.push_back({station.tier.value, station.partition, place.site.empty() ? std::nullopt : std::optional(station.site)});
        }
        if (const auto& broken = spec.publish.broken) {
            d.broken_from = broken->at.at;
            d.broken_to = broken->length ? saturating_add(d.broken_from, *broken->length) : SimTime::never();
        }
        add_audience(spec.audience, d);
        if (spec.enabled)
            for (const ChannelSpec& c : spec.channels)
                if (c.enabled) d.channels.push_back(channel(c, spec.name, d.at));
        plan_.dashboards.push_back(std::move(d));
    }
}

}  // namespace mailquake

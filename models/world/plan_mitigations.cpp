// What operators do, compiled: at a planned time on the places that they name, or on a condition.
#include <algorithm>

#include "models/fault/condition.hpp"
#include "models/world/plan_builder.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// The part of a measure that its body says; where it acts is its target.
struct MeasureOf {
    const PlanBuilder& builder;
    const std::vector<TenantClassSpec>& classes;
    MeasurePlan plan;

    static SimDuration length_of(const std::optional<SimDuration>& length) { return length.value_or(SimDuration::max()); }
    [[nodiscard]] MeasurePlan with(MeasureKind kind, SimDuration length) const {
        MeasurePlan measure = plan;
        measure.kind = kind;
        measure.length = length;
        return measure;
    }
    MeasurePlan operator()(const HoldMitigation& m) const {
        MeasurePlan measure = with(MeasureKind::hold, length_of(m.length));
        measure.poison_only = m.mail == HeldMail::poison;
        for (std::size_t c = 0; c < classes.size(); ++c)
            if (classes[c].name == m.tenant_class) measure.tenant_class = narrow<std::uint16_t>(c, "tenant classes");
        measure.larger_than = m.larger_than;
        measure.direction = m.direction;
        measure.rate = m.release ? m.release->per_second : 0;
        return measure;
    }
    MeasurePlan operator()(const BypassMitigation& m) const { return with(MeasureKind::bypass, length_of(m.length)); }
    MeasurePlan operator()(const ThrottleMitigation& m) const {
        MeasurePlan measure = with(MeasureKind::throttle, length_of(m.length));
        measure.rate = m.rate.per_second;
        measure.burst = m.burst;
        if (m.up_to && m.over) measure.rate_later = m.up_to->per_second, measure.grows_over = *m.over;
        return measure;
    }
    MeasurePlan operator()(const FlushMitigation&) const { return with(MeasureKind::flush, SimDuration::zero()); }
    MeasurePlan operator()(const DrainAsideMitigation& m) const {
        MeasurePlan measure = with(MeasureKind::drain_aside, SimDuration::zero());
        measure.rate = m.rate.per_second;
        return measure;
    }
    MeasurePlan operator()(const ReplayMitigation& m) const { return with(MeasureKind::replay, length_of(m.of)); }
    MeasurePlan operator()(const SuspendMitigation& m) const { return with(MeasureKind::suspend, length_of(m.length)); }
};

}  // namespace

/// What acts on the mail of stations.
void PlanBuilder::add_measures(std::uint32_t m, SimTime at, DisturbancePlan& d) {
    const MitigationSpec& spec = scenario_.mitigations[m];
    const MeasureOf measure_of{*this, scenario_.tenants, {.mitigation = m, .kind = MeasureKind::hold, .at = at, .length = SimDuration::zero()}};
    std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_invocable_v<const MeasureOf&, const Body&>) {
                MeasurePlan measure = measure_of(body);
                d.target = body.target;
                if constexpr (std::is_same_v<Body, SuspendMitigation>) {
                    if (!body.to.empty()) measure.destinations = stations_of(body.to), d.target += " to " + body.to;
                }
                const bool lasts = measure.kind != MeasureKind::replay && measure.length != SimDuration::max() && measure.length.ns > 0;
                if (lasts) d.length = measure.length;
                if (lasts && at != SimTime::never()) d.end = saturating_add(at, measure.length);
                if (!spec.enabled) return;
                plan_.has_bypasses = plan_.has_bypasses || (measure.kind == MeasureKind::bypass && at != SimTime::never());
                plan_.has_replays = plan_.has_replays || measure.kind == MeasureKind::replay;
                for (std::uint32_t s : stations_of(body.target)) plan_.stations[s].measures.push_back(measure);
            }
        },
        spec.body);
}

/// Who looks and who decides: each site for itself, or one for all. A fail-over is for all in any case.
void PlanBuilder::add_condition(std::uint32_t m, const MitigationCondition& condition) {
    ConditionPlan plan{m, place_identity("mitigations/" + scenario_.mitigations[m].name), condition.what, tier(condition.tier), condition.over, condition.length};
    const TierPlan& looked_at = plan_.tiers[plan.tier.index()];
    if (const auto* move = std::get_if<FailOverMitigation>(&scenario_.mitigations[m].body)) plan.desk = site(move->from);
    if (condition.site == kTogether) plan.desk = looked_at.sites.front();
    else if (!condition.site.empty()) plan.desk = site(condition.site);
    plan.looks.assign(plan_.sites.size(), false);
    if (condition.site == kTogether)
        for (std::uint16_t s : looked_at.sites) plan.looks[s] = true;
    else if (plan.desk)
        plan.looks[*plan.desk] = true;
    plan_.conditions.push_back(std::move(plan));
}

void PlanBuilder::add_mitigations() {
    for (std::uint32_t m = 0; m < scenario_.mitigations.size(); ++m) {
        const MitigationSpec& spec = scenario_.mitigations[m];
        const std::string_view kind = std::visit([](const auto& b) { return std::decay_t<decltype(b)>::kind; }, spec.body);
        DisturbancePlan d{.name = spec.name, .kind = std::string(kind), .target = "", .pos = spec.pos, .enabled = spec.enabled};
        SimTime at = spec.at.at;
        if (!spec.when.empty()) {
            const auto parsed = parse_condition(spec.when);
            const auto* condition = std::get_if<MitigationCondition>(&parsed);
            MQ_CHECK(condition != nullptr, "a validated condition can be read");
            if (spec.enabled) add_condition(m, *condition);
            at = SimTime::never();
        } else {
            d.start = at;
        }
        add_measures(m, at, d);
        if (const auto* cut = std::get_if<CutOffMitigation>(&spec.body)) {
            d.target = cut->target;
            const SimTime to = cut->length ? saturating_add(at, *cut->length) : SimTime::never();
            if (cut->length && at != SimTime::never()) d.end = to;
            d.length = cut->length;
            if (spec.enabled)
                for (std::uint32_t s : stations_of(cut->target)) plan_.stations[s].cut_offs.push_back({m, {at, to}, cut->length.value_or(SimDuration::max())});
        } else if (const auto* fix = std::get_if<RemoveFlawMitigation>(&spec.body)) {
            d.target = fix->flaw;
        } else if (const auto* add = std::get_if<AddServersMitigation>(&spec.body)) {
            d.target = add->target;
            if (spec.enabled)
                for (std::uint32_t s : stations_of(add->target))
                    plan_.stations[s].added.push_back({m, at, narrow<std::uint32_t>(add->servers, "servers")});
        } else if (const auto* move = std::get_if<FailOverMitigation>(&spec.body)) {
            d.target = move->from + " to " + move->to;
            if (spec.enabled)
                plan_.fail_overs.push_back({m, at, site(move->from), site(move->to), move->share.value,
                                            StreamKey(plan_.seed, place_identity("mitigations/" + spec.name), draws::fail_over)});
        } else if (const auto* around = std::get_if<RouteAroundMitigation>(&spec.body)) {
            d.target = around->tier + "@" + around->site;
            const SimTime to = around->length ? saturating_add(at, *around->length) : SimTime::never();
            if (around->length) d.end = to;
            if (spec.enabled) plan_.tiers[tier(around->tier).index()].known_down[site(around->site)].push_back({{at, to}});
            if (spec.enabled) plan_.avoided.push_back({m, tier(around->tier), site(around->site), {at, to}});
        }
        plan_.mitigations.push_back(std::move(d));
    }
    std::stable_sort(plan_.fail_overs.begin(), plan_.fail_overs.end(),
                     [](const FailOverPlan& a, const FailOverPlan& b) { return a.at < b.at; });
}

}  // namespace mailquake

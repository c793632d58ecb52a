#include "tests/oracle/figures.hpp"

#include <algorithm>
#include <cmath>

namespace mailquake::oracle {
namespace {

class Counter {
public:
    Counter(const World& world, const ScenarioSpec& scenario)
        : world_(world), scenario_(scenario), end_(SimTime::zero() + scenario.duration) {}

    Figures count() {
        figures_.classes.resize(scenario_.tenants.size());
        figures_.minutes.resize(minute_of(end_) + 1);
        figures_.tenants.resize(world_.tenants().size());
        for (std::uint32_t t = 0; t < figures_.tenants.size(); ++t)
            figures_.tenants[t].own_healthy = troubles(scenario_.sites[world_.tenants().home_of(t)].name, t).empty();
        for (const Mail& mail : world_.mails()) if (mail.kind == MailKind::mail) count(mail);
        for (const SimTime t : world_.retries()) ++figures_.minutes[minute_of(t)].retries;
        const auto is_hit = [](const auto& hour) {
            const Hour& h = hour.second;
            return h.bad > 0 || (h.late >= 3 && h.late * 100 > h.accepted * 5);
        };
        for (TenantFigures& t : figures_.tenants) {
            t.affected = std::any_of(t.hours.begin(), t.hours.end(), is_hit);
            t.collateral = t.own_healthy && std::any_of(t.healthy_hours.begin(), t.healthy_hours.end(), is_hit);
            t.by_destination = t.affected && std::none_of(t.hours_without_destination.begin(), t.hours_without_destination.end(), is_hit);
        }
        for (ClassFigures& c : figures_.classes) {
            c.all = c.delays;
            c.all.insert(c.all.end(), c.ages.begin(), c.ages.end());
            for (auto* values : {&c.delays, &c.all}) std::sort(values->begin(), values->end());
        }
        return figures_;
    }

private:
    [[nodiscard]] static std::size_t minute_of(SimTime t) { return static_cast<std::size_t>(t.ns / (1_min).ns); }

    /// Does the fault hit a site, a link at it, or a tier there; of a partitioned one the tenant's partition, wherever it stands?
    [[nodiscard]] bool hits(const FaultSpec& fault, const std::string& site, std::optional<std::uint32_t> tenant) const {
        const std::vector<std::string> targets = targets_of(fault);
        const auto names = [&](const std::string& name) { return std::find(targets.begin(), targets.end(), name) != targets.end(); };
        bool hit = names(site);
        for (const LinkSpec& l : scenario_.links) hit |= names(l.name) && (l.from == site || l.to == site);
        std::size_t partitioned = 0;
        for (const TierSpec& t : scenario_.tiers) {
            const std::size_t number = t.partitions.empty() ? 0 : partitioned++;
            const bool of_tenant = !t.partitions.empty() && tenant;
            const std::string own = of_tenant ? t.name + "/" + t.partitions[world_.tenants().partition(*tenant, number)] : t.name;
            for (const std::string& at : t.at)
                hit |= (of_tenant || at == site) && (names(t.name) || names(t.name + "@" + at) || names(own) || names(own + "@" + at));
        }
        return hit;
    }

    /// When a site, or what is there, is hit.
    [[nodiscard]] std::vector<Stretch> troubles(const std::string& site, std::optional<std::uint32_t> tenant = {}) const {
        std::vector<Stretch> all;
        for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
            if (!scenario_.faults[f].enabled || !hits(scenario_.faults[f], site, tenant)) continue;
            for (const Stretch& s : world_.acts()[f].acts) if (s.from < end_) all.push_back(s);
        }
        return all;
    }

    /// Was nothing hit that the mail itself names: its tenant's own, the place outside that it goes to, the MX hosts?
    [[nodiscard]] bool own_is_healthy(const Mail& mail) const {
        if (!figures_.tenants[mail.tenant].own_healthy || (!mail.to.empty() && !troubles(mail.to).empty())) return false;
        const std::vector<MxSpec>& mx = scenario_.tenants[mail.tenant_class].mx;
        return mail.direction != Direction::inbound || std::all_of(mx.begin(), mx.end(), [&](const MxSpec& m) { return troubles(m.name).empty(); });
    }

    void count(const Mail& mail) {
        TenantFigures& tenant = figures_.tenants[mail.tenant];
        std::vector<Hours*> hours;
        const bool measured = !mail.at_start && mail.accepted.ns >= scenario_.warmup.ns && mail.accepted < end_ - scenario_.cooldown;
        if (measured) hours.push_back(&tenant.hours);
        if (measured && own_is_healthy(mail)) hours.push_back(&tenant.healthy_hours);
        if (measured) hours.push_back(&tenant.hours_without_destination);
        for (Hours* h : hours) ++(*h)[mail.accepted.ns / (1_h).ns].accepted;
        if (mail.accepted >= SimTime::zero()) ++figures_.minutes[minute_of(mail.accepted)].accepted;
        tenant.measured += measured ? 1 : 0;
        const auto unheard = std::count_if(mail.unheard.begin(), mail.unheard.end(), [](const auto& reply) { return !reply.second(); });
        const std::size_t copies = mail.copies + static_cast<std::size_t>(unheard), under_way = copies - mail.ends.size();
        std::vector<std::size_t> arrived, lost;
        for (std::size_t i = 0; i < mail.ends.size(); ++i) (mail.ends[i].second == "delivered at" ? arrived : lost).push_back(i);
        for (const std::size_t i : arrived) count_copy(mail, mail.ends[i].first, mail.ends[i].second, hours);
        for (std::size_t i = 0; i < under_way; ++i) count_copy(mail, end_, "", hours);
        // The mail has arrived if one copy has; it is lost once the last copy is.
        const bool is_lost = arrived.empty() && under_way == 0;
        if (is_lost) count_copy(mail, mail.ends[lost.back()].first, mail.ends[lost.back()].second, hours);
        tenant.delivered += arrived.empty() ? 0U : 1U;
        tenant.returned += is_lost && mail.ends[lost.back()].second == "bounced by" ? 1U : 0U;
        tenant.lost += is_lost && mail.ends[lost.back()].second != "bounced by" ? 1U : 0U;
        tenant.false_failures += arrived.empty() ? 0 : lost.size();
    }

    /// `how` it ended; empty: it is under way.
    void count_copy(const Mail& mail, SimTime until, const std::string& how, const std::vector<Hours*>& hours) {
        const bool arrived = how == "delivered at", lost = !how.empty() && !arrived;
        const SimTime over = mail.accepted + scenario_.slo.delay;  // from here on it is late
        const auto excuses = mail.to.empty() ? std::vector<Stretch>{} : troubles(mail.to);
        const bool is_hit = std::any_of(excuses.begin(), excuses.end(), [&](const Stretch& s) { return s.from < until && mail.accepted < s.to; });
        const bool excused = is_hit && !lost, late = lost || (until > over && !excused);
        if (mail.accepted >= SimTime::zero()) {
            figures_.minutes[minute_of(mail.accepted)].late += late ? 1 : 0;
            figures_.minutes[minute_of(mail.accepted)].bad += lost ? 1 : 0;
        }
        for (std::size_t m = minute_of(over); m < figures_.minutes.size(); ++m) {
            const SimTime at = SimTime::zero() + static_cast<std::int64_t>(m + 1) * 1_min;
            const bool is_there = until > at || (how.empty() && at == end_);
            if (at > over && is_there && !excused) ++figures_.minutes[m].overdue;
        }
        if (hours.empty()) return;
        const SimDuration age = until - mail.accepted;
        TenantFigures& tenant = figures_.tenants[mail.tenant];
        tenant.late += late ? 1 : 0;
        tenant.measured_delivered += arrived ? 1 : 0;
        tenant.delay_sum += arrived ? age.ns : 0;
        tenant.delay_max = std::max(tenant.delay_max, age);
        figures_.oldest = std::max(figures_.oldest, age);
        ClassFigures& its_class = figures_.classes[mail.tenant_class];
        if (lost) ++its_class.lost;
        else (how.empty() ? its_class.ages : its_class.delays).push_back(age.ns);
        if (until > over && excused) ++its_class.excused;
        for (Hours* h : hours) {
            if (!late || (lost && is_hit && h == &tenant.hours_without_destination)) continue;
            Hour& hour = (*h)[mail.accepted.ns / (1_h).ns];
            hour.late += late ? 1 : 0;
            hour.bad += lost ? 1 : 0;
            hour.trouble_from = std::min(hour.trouble_from, std::min(over, until));
            hour.trouble_to = std::max(hour.trouble_to, until);
        }
    }

    const World& world_;
    const ScenarioSpec& scenario_;
    SimTime end_;
    Figures figures_;
};

}  // namespace

std::optional<std::int64_t> quantile(const std::vector<std::int64_t>& ascending, std::uint64_t lost, double q) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * static_cast<double>(ascending.size() + lost))));
    return rank > ascending.size() ? std::nullopt : std::optional(ascending[rank - 1]);
}

/// A minute is well if at most 5 % of its mail is late, and no more is overdue at its end than in any minute before the first fault. What
/// is not late yet because the run ends proves nothing.
std::optional<SimDuration> Figures::recovered_after(SimTime fault_end, SimTime first_fault, const ScenarioSpec& scenario) const {
    const auto end_of = [](std::size_t m) { return SimTime::zero() + static_cast<std::int64_t>(m + 1) * 1_min; };
    std::uint64_t allowed = 0;
    for (std::size_t m = 0; end_of(m) <= first_fault && m < minutes.size(); ++m) allowed = std::max(allowed, minutes[m].overdue);
    const auto is_well = [&](std::size_t m) { return minutes[m].late * 100 <= minutes[m].accepted * 5 && minutes[m].overdue <= allowed; };
    for (std::size_t t = 0; end_of(t + 29) + scenario.slo.delay <= SimTime::zero() + scenario.duration; ++t) {
        if (end_of(t) - 1_min < fault_end) continue;
        bool all = true;
        for (std::size_t m = t; m < t + 30; ++m) all &= is_well(m);
        if (all) return end_of(t) - 1_min - fault_end;
    }
    return std::nullopt;
}

StationFigures figures_of(const StationRecord& record, const ScenarioSpec& scenario) {
    StationFigures figures;
    const std::int64_t warmup = scenario.warmup.ns, end = scenario.duration.ns;
    for (std::size_t i = 0; i < record.moments.size(); ++i) {
        const StationRecord::Moment& m = record.moments[i];
        const std::int64_t until = i + 1 < record.moments.size() ? record.moments[i + 1].time.ns : end;
        const double share = static_cast<double>(std::max<std::int64_t>(0, until - std::max(m.time.ns, warmup))) / static_cast<double>(end - warmup);
        figures.busy += share * static_cast<double>(m.busy);
        figures.workers += share * static_cast<double>(m.workers);
        figures.queue_mean += share * static_cast<double>(m.waiting);
        if (m.waiting > figures.queue_max) figures.queue_max_at = m.time;
        figures.queue_max = std::max<std::uint64_t>(figures.queue_max, m.waiting);
    }
    for (const auto& [ended, wait] : record.waits) if (ended.ns >= warmup) figures.waits.push_back(wait.ns);
    std::sort(figures.waits.begin(), figures.waits.end());
    return figures;
}

Figures figures_of(const World& world, const ScenarioSpec& scenario) { return Counter(world, scenario).count(); }

}  // namespace mailquake::oracle

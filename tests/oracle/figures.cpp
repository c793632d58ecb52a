#include "tests/oracle/figures.hpp"

#include <algorithm>
#include <cmath>

namespace mailquake::oracle {
namespace {

/// Of one copy: how long it took, or has been under way, and what became of it.
struct Fate {
    SimTime until;
    bool under_way = false, arrived = false;  // neither: lost or bounced
};

class Counter {
public:
    Counter(const World& world, const ScenarioSpec& scenario, Rules rules)
        : world_(world), scenario_(scenario), rules_(rules), end_(SimTime::zero() + scenario.duration) {}

    /// Does a fault that acts within the run hit a site, a link at it, or a tier there (of a partitioned one: the tenant's own partition,
    /// wherever it stands, if there is a tenant)?
    [[nodiscard]] bool hits(const FaultSpec& fault, const std::string& site, std::optional<std::uint32_t> tenant) const {
        const std::vector<std::string> targets = targets_of(fault);
        const auto names = [&](const std::string& name) { return std::find(targets.begin(), targets.end(), name) != targets.end(); };
        bool hit = names(site);
        for (const LinkSpec& l : scenario_.links) hit |= names(l.name) && (l.from == site || l.to == site);
        std::size_t partitioned = 0;
        for (const TierSpec& t : scenario_.tiers) {
            const bool has_partitions = !t.partitions.empty();
            const std::size_t number = has_partitions ? partitioned++ : 0;
            for (const std::string& at : t.at) {
                const bool all = names(t.name) || names(t.name + "@" + at);
                if (!has_partitions || !tenant) {
                    hit |= at == site && all;
                } else {
                    const std::string own = t.name + "/" + t.partitions[world_.tenants().partition(*tenant, number)];
                    hit |= all || names(own) || names(own + "@" + at);
                }
            }
        }
        return hit;
    }

    /// When a site, or what is there, is hit.
    [[nodiscard]] std::vector<Stretch> troubles(const std::string& site, std::optional<std::uint32_t> tenant) const {
        std::vector<Stretch> all;
        for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
            if (!scenario_.faults[f].enabled || !hits(scenario_.faults[f], site, tenant)) continue;
            for (const Stretch& s : world_.acts()[f].acts) if (s.from < end_) all.push_back(s);
        }
        return all;
    }

    Figures count() {
        figures_.classes.resize(scenario_.tenants.size());
        figures_.minutes.resize(static_cast<std::size_t>((scenario_.duration.ns + (1_min).ns - 1) / (1_min).ns));
        figures_.tenants.resize(world_.tenants().size());
        healthy_hours_.resize(figures_.tenants.size());
        for (std::uint32_t t = 0; t < figures_.tenants.size(); ++t) {
            const std::string& home = scenario_.sites[world_.tenants().home_of(t)].name;
            figures_.tenants[t].own_healthy = troubles(home, t).empty();
        }
        for (const Mail& mail : world_.mails()) if (mail.kind == MailKind::mail) count(mail);
        for (const SimTime t : world_.retries()) ++figures_.minutes[minute_of(t)].retries;
        const auto is_hit = [](const auto& hour) { return hour.second.is_hit(); };
        for (std::uint32_t t = 0; t < figures_.tenants.size(); ++t) {
            TenantFigures& tenant = figures_.tenants[t];
            tenant.affected = std::any_of(tenant.hours.begin(), tenant.hours.end(), is_hit);
            tenant.collateral = std::any_of(healthy_hours_[t].begin(), healthy_hours_[t].end(), is_hit);
        }
        for (ClassFigures& c : figures_.classes) std::sort(c.delays.begin(), c.delays.end());
        return figures_;
    }

private:
    [[nodiscard]] static std::size_t minute_of(SimTime t) { return static_cast<std::size_t>(t.ns / (1_min).ns); }

    void count(const Mail& mail) {
        const bool measured = mail.accepted.ns >= scenario_.warmup.ns && mail.accepted < end_ - scenario_.cooldown;
        ++figures_.minutes[minute_of(mail.accepted)].accepted;
        if (measured) ++figures_.tenants[mail.tenant].measured;
        if (measured) ++hours(mail, 0).accepted;
        if (measured && own_is_healthy(mail)) ++hours(mail, 1).accepted;
        const auto unheard = std::count_if(mail.unheard.begin(), mail.unheard.end(), [](const auto& reply) { return !reply.second(); });
        for (std::size_t i = 0; i < mail.copies + static_cast<std::size_t>(unheard); ++i) {
            const bool ended = i < mail.ends.size();
            count(mail, {ended ? mail.ends[i].first : end_, !ended, ended && mail.ends[i].second == "delivered at"}, measured);
        }
    }

    Hour& hours(const Mail& mail, int healthy) {
        auto& all = healthy == 1 ? healthy_hours_[mail.tenant] : figures_.tenants[mail.tenant].hours;
        return all[mail.accepted.ns / (1_h).ns];
    }

    /// Was nothing hit that the copy itself names: its tenant's home and partitions, the place outside that it goes to, the MX hosts?
    [[nodiscard]] bool own_is_healthy(const Mail& mail) const {
        if (!figures_.tenants[mail.tenant].own_healthy) return false;
        if (!mail.to.empty() && !troubles(mail.to, std::nullopt).empty()) return false;
        const TenantClassSpec& spec = scenario_.tenants[mail.tenant_class];
        if (mail.direction != Direction::inbound) return true;
        return std::all_of(spec.mx.begin(), spec.mx.end(), [&](const MxSpec& mx) { return troubles(mx.name, std::nullopt).empty(); });
    }

    void count(const Mail& mail, const Fate& fate, bool measured) {
        const SimDuration age = fate.until - mail.accepted;
        const bool lost = !fate.under_way && !fate.arrived;
        const SimTime over = mail.accepted + scenario_.slo.delay;  // from here on it is late
        const auto excuses = mail.to.empty() ? std::vector<Stretch>{} : troubles(mail.to, std::nullopt);
        const bool excused = std::any_of(excuses.begin(), excuses.end(), [&](const Stretch& s) { return s.from < fate.until && mail.accepted < s.to; });
        const bool late = (fate.until > over || (lost && rules_ == Rules::of_design)) && !excused;
        Minute& minute = figures_.minutes[minute_of(mail.accepted)];
        minute.late += late ? 1 : 0;
        minute.bad += lost ? 1 : 0;
        for (std::size_t m = 0; m < figures_.minutes.size(); ++m) {
            const SimTime at = SimTime::zero() + static_cast<std::int64_t>(m + 1) * 1_min;
            if (at > over && mail.accepted < at && fate.until > at && at <= end_ && !excused) ++figures_.minutes[m].overdue;
        }
        if (!measured) return;
        TenantFigures& tenant = figures_.tenants[mail.tenant];
        ClassFigures& its_class = figures_.classes[mail.tenant_class];
        tenant.late += late ? 1 : 0;
        tenant.measured_delivered += fate.arrived ? 1 : 0;
        tenant.delay_sum += fate.arrived ? age.ns : 0;
        its_class.lost += lost ? 1 : 0;
        its_class.censored += fate.under_way ? 1 : 0;
        if (!lost) its_class.delays.push_back(age.ns);
        tenant.delay_max = std::max(tenant.delay_max, age);
        figures_.oldest = std::max(figures_.oldest, age);
        for (const int healthy : {0, 1}) {
            if ((healthy == 1 && !own_is_healthy(mail)) || !(late || lost)) continue;
            Hour& hour = hours(mail, healthy);
            hour.late += late ? 1 : 0;
            hour.bad += lost ? 1 : 0;
            hour.trouble_from = std::min(hour.trouble_from, late && !(lost && rules_ == Rules::of_engine) ? over : fate.until);
            hour.trouble_to = std::max(hour.trouble_to, fate.until);
        }
    }

    const World& world_;
    const ScenarioSpec& scenario_;
    Rules rules_;
    SimTime end_;
    Figures figures_;
    std::vector<std::map<std::int64_t, Hour>> healthy_hours_;  // by tenant: of mail whose own places were all healthy
};

}  // namespace

std::optional<std::int64_t> ClassFigures::quantile(double q, Rules rules) const {
    const std::size_t n = delays.size() + (rules == Rules::of_design ? lost : 0);
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * static_cast<double>(n))));
    if (rank > delays.size()) return std::nullopt;
    return delays[rank - 1];
}

StationFigures figures_of(const StationRecord& record, const ScenarioSpec& scenario) {
    StationFigures figures;
    const std::int64_t warmup = scenario.warmup.ns, end = scenario.duration.ns;
    for (std::size_t i = 0; i < record.moments.size(); ++i) {
        const StationRecord::Moment& m = record.moments[i];
        const std::int64_t until = i + 1 < record.moments.size() ? record.moments[i + 1].time.ns : end;
        const double share = static_cast<double>(std::max<std::int64_t>(0, until - std::max(m.time.ns, warmup))) / static_cast<double>(end - warmup);
        figures.busy += share * static_cast<double>(m.busy);
        figures.queue_mean += share * static_cast<double>(m.waiting);
        if (m.waiting <= figures.queue_max) continue;
        figures.queue_max = m.waiting;
        figures.queue_max_at = m.time;
    }
    for (const auto& [ended, wait] : record.waits) if (ended.ns >= warmup) figures.waits.push_back(wait.ns);
    std::sort(figures.waits.begin(), figures.waits.end());
    return figures;
}

Figures figures_of(const World& world, const ScenarioSpec& scenario, Rules rules) { return Counter(world, scenario, rules).count(); }

}  // namespace mailquake::oracle

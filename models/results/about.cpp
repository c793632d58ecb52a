#include "models/results/about.hpp"

#include <string_view>
#include <variant>

#include "models/results/seconds.hpp"

namespace mailquake {

namespace {

void note(std::vector<Assumption>& list, std::string what, const Entry& entry) {
    switch (entry.basis) {
        case Basis::unstated:
        case Basis::fact: return;
        case Basis::inference:
        case Basis::choice: break;
    }
    list.push_back({std::move(what), std::string(to_text(entry.basis)), entry.source});
}

template <class Spec>
void note_all(std::vector<Assumption>& list, std::string_view kind, const std::vector<Spec>& entries) {
    for (const Spec& e : entries) note(list, std::string(kind) + "." + e.name, e);
}

void note_tiers(std::vector<Assumption>& list, const std::vector<TierSpec>& tiers) {
    for (const TierSpec& t : tiers) {
        const std::string path = "tiers." + t.name;
        note(list, path, t);
        note_all(list, path + ".calls", t.calls);
        note_all(list, path + ".sites", t.sites);
    }
}

void note_dashboards(std::vector<Assumption>& list, const std::vector<DashboardSpec>& dashboards) {
    for (const DashboardSpec& d : dashboards) {
        const std::string path = "dashboards." + d.name;
        note(list, path, d);
        note_all(list, path + ".signals", d.signals);
        note_all(list, path + ".channels", d.channels);
    }
}

void note_tenants(std::vector<Assumption>& list, const std::vector<TenantClassSpec>& classes) {
    for (const TenantClassSpec& c : classes) {
        note(list, "tenants." + c.name, c);
        if (const auto* zipf = std::get_if<ZipfSkewSpec>(&c.skew)) {
            std::string exponent = std::to_string(zipf->exponent);
            exponent.erase(exponent.find_last_not_of('0') + 1);
            if (exponent.back() == '.') exponent.pop_back();
            list.push_back({"tenants." + c.name + ".skew", "assumption",
                            "Zipf, exponent " + exponent + ": no public figures per tenant exist"});
        }
    }
}

}  // namespace

About about(const ScenarioSpec& s) {
    About a;
    a.name = s.name;
    a.description = s.description;
    a.start = s.start;
    a.objective = exact_seconds(s.slo.delay);
    a.duration = exact_seconds(s.duration);
    a.warmup = exact_seconds(s.warmup);
    a.cooldown = exact_seconds(s.cooldown);
    note(a.assumptions, "scenario", s);
    note_all(a.assumptions, "sites", s.sites);
    note_all(a.assumptions, "links", s.links);
    note_tiers(a.assumptions, s.tiers);
    note_all(a.assumptions, "senders", s.senders);
    note_tenants(a.assumptions, s.tenants);
    note_all(a.assumptions, "clients", s.clients);
    note_all(a.assumptions, "backlog", s.backlog);
    note_all(a.assumptions, "faults", s.faults);
    note_all(a.assumptions, "flaws", s.flaws);
    note_all(a.assumptions, "mitigations", s.mitigations);
    note_dashboards(a.assumptions, s.dashboards);
    return a;
}

}  // namespace mailquake

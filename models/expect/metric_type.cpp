#include "models/expect/metric_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mailquake {

namespace {

using enum SelectorKind;

const std::vector<SelectorKind> kTenants{tenant_class, tier, partition};
const std::vector<SelectorKind> kStations{tier, site, partition};
const std::vector<SelectorKind> kTierSites{tier, site};

void add_distributions(std::vector<MetricType>& all) {
    struct Of {
        std::string_view word, sentence;
        std::vector<SelectorKind> selectors;
    };
    const std::array<Of, 4> things{
        Of{"delay", "of the delays of measured copies, from acceptance to delivery; lost mail is slower than any other (never), what is under way at the end at least as old as it is", {tenant_class}},
        Of{"wait", "of the waits in input queues, from the end of the warm-up on", kStations},
        Of{"sign_in", "of the times from a client's first try to its session", {clients}},
        Of{"time_to_notify", "of the times from an affected tenant's first late copy until a dashboard told it; those never told are lower bounds", {tenant_class}}};
    struct Quantile {
        std::string_view name, words;
        double q;
    };
    constexpr std::array quantiles{Quantile{"p50", "median", 0.5}, Quantile{"p90", "90 % quantile", 0.9}, Quantile{"p95", "95 % quantile", 0.95},
                                   Quantile{"p99", "99 % quantile", 0.99}, Quantile{"p999", "99.9 % quantile", 0.999}};
    for (const Of& of : things) {
        for (const Quantile& one : quantiles)
            all.push_back({one.name, of.word, MetricUnit::duration, MetricSource::quantile, of.word, {}, one.q, Better::lower, of.selectors, of.sentence});
        all.push_back({"max", of.word, MetricUnit::duration, MetricSource::greatest, of.word, {}, 0, Better::lower, of.selectors, of.sentence});
    }
    all.push_back({"mean_delay", {}, MetricUnit::duration, MetricSource::mean, "delay", {}, 0, Better::lower, {tenant_class},
                   "mean delay of measured copies without what was lost; a lower bound where some were under way at the end"});
    all.push_back({"mean_wait", {}, MetricUnit::duration, MetricSource::mean, "wait", {}, 0, Better::lower, kStations,
                   "mean wait in input queues"});
}

void add_tenants(std::vector<MetricType>& all) {
    const auto share = [&](std::string_view name, std::string_view stored, std::string_view base, std::string_view sentence) {
        all.push_back({name, {}, MetricUnit::share, MetricSource::tenant_share, stored, base, 0, Better::lower, kTenants, sentence});
    };
    const auto count = [&](std::string_view name, Better better, std::string_view sentence) {
        all.push_back({name, {}, MetricUnit::count, MetricSource::tenants, name, {}, 0, better, kTenants, sentence});
    };
    share("affected", "affected", "tenants", "share of tenants with an hour in which over 5 % and at least 3 of their copies were late, or one was lost or wrongly bounced");
    share("collateral", "collateral", "tenants", "share of tenants that are affected by copies whose own places (home, partition, MX list, outside destination) were all healthy");
    share("late", "late", "measured", "share of measured copies that took longer than the objective, or were lost or wrongly bounced; not for their own hit outside destination or greylisting alone");
    count("accepted", Better::neither, "copies accepted");
    count("delivered", Better::higher, "accepted mail that arrived; further copies of it, bounces and notices do not count");
    count("lost", Better::lower, "accepted mail that was dropped or expired, no copy of which arrived");
    count("bounced", Better::lower, "copies bounced");
    count("wrongly_bounced", Better::lower, "copies bounced though the recipient exists");
    all.push_back({"hit_hours", {}, MetricUnit::count, MetricSource::tenants, "hit_hours", {}, 0, Better::lower, {tenant_class},
                   "hours in which a tenant was hit (as affected() has it), summed over tenants: how many for how long"});
    all.push_back({"late_minutes", {}, MetricUnit::count, MetricSource::tenants, "late_minutes", {}, 0, Better::lower, {tenant_class},
                   "minutes for which a hit tenant had late mail, by age where it is still under way, summed over tenants"});
    all.push_back({"oldest", {}, MetricUnit::duration, MetricSource::oldest, "oldest", {}, 0, Better::lower, {},
                   "greatest age that a measured copy reached"});
    all.push_back({"recovered", {}, MetricUnit::duration, MetricSource::recovery, "recovered.after", {}, 0, Better::lower, {fault},
                   "from the end of the fault until all is well again; without a selector the longest of all faults"});
}

void add_stations(std::vector<MetricType>& all) {
    const auto sum = [&](std::string_view name, std::string_view stored, Better better, std::string_view sentence) {
        all.push_back({name, {}, MetricUnit::count, MetricSource::sum, stored, {}, 0, better, kStations, sentence});
    };
    all.push_back({"utilization", {}, MetricUnit::share, MetricSource::most, "tiers.utilization", {}, 0, Better::neither, kStations,
                   "busy share of the workers' time; of several places the greatest"});
    all.push_back({"max", "queue", MetricUnit::count, MetricSource::most, "tiers.queue.max", {}, 0, Better::lower, kStations,
                   "most waiting in an input queue at once; of several places the greatest"});
    all.push_back({"mean_queue", {}, MetricUnit::count, MetricSource::most, "tiers.queue.mean", {}, 0, Better::lower, kStations,
                   "mean number waiting in an input queue; of several places the greatest"});
    all.push_back({"backlog", {}, MetricUnit::count, MetricSource::most, "backlogs.max", {}, 0, Better::lower, kTierSites,
                   "most copies waiting at a tier of a site, next-hop queues included; of several the greatest"});
    all.push_back({"drained", {}, MetricUnit::duration, MetricSource::drain, "backlogs.drain", {}, 0, Better::lower, kTierSites,
                   "from the end of a fault (without faults: from the start) until 95 % of what waited there then had left; of several places and faults the longest"});
    sum("arrivals", "tiers.arrivals", Better::neither, "messages and requests that came to the tier");
    sum("served", "tiers.served", Better::neither, "messages and requests served");
    sum("refused", "tiers.refused", Better::lower, "refused by a full queue");
    sum("timed_out", "tiers.timed_out", Better::lower, "calls of the tier that timed out");
    sum("wasted", "tiers.wasted", Better::lower, "requests served in vain, since the caller had given up");
}

void add_rest(std::vector<MetricType>& all) {
    all.push_back({"signed_in", {}, MetricUnit::share, MetricSource::least_share, "clients.signed_in.min", "clients.count", 0, Better::higher, {clients},
                   "least share of the clients that was signed in at any time"});
    all.push_back({"below_90", {}, MetricUnit::duration, MetricSource::most, "clients.signed_in.below_90", {}, 0, Better::lower, {clients},
                   "time with fewer than 90 % of the clients signed in; of several populations the longest"});
    all.push_back({"given_up", {}, MetricUnit::count, MetricSource::sum, "clients.given_up", {}, 0, Better::lower, {clients},
                   "sign-ins that clients gave up"});
    all.push_back({"retries", {}, MetricUnit::count, MetricSource::sum, "retries.attempts", {}, 0, Better::lower, {},
                   "attempts that were not a copy's first at that hop"});
    all.push_back({"retry_peak", {}, MetricUnit::rate, MetricSource::sum, "retries.peak_rate", {}, 0, Better::lower, {},
                   "retries in the busiest minute"});
    all.push_back({"notices", {}, MetricUnit::count, MetricSource::sum, "notices.count", {}, 0, Better::lower, {},
                   "delay notices sent"});
    all.push_back({"duplicated", {}, MetricUnit::count, MetricSource::sum, "messages.duplicated", {}, 0, Better::lower, {},
                   "copies that became two"});
    all.push_back({"in_system", {}, MetricUnit::count, MetricSource::sum, "messages.in_system", {}, 0, Better::lower, {},
                   "copies still under way when the run ends"});
    all.push_back({"touched", {}, MetricUnit::count, MetricSource::touched, {}, {}, 0, Better::neither, {fault, flaw, mitigation},
                   "what the one named fault, flaw or mitigation met"});
}

void add_dashboards(std::vector<MetricType>& all) {
    const std::size_t before = all.size();
    all.push_back({"notified", {}, MetricUnit::share, MetricSource::tenant_share, "notified", "affected", 0, Better::higher, kTenants,
                   "share of the affected tenants that were told by a dashboard, at any time"});
    all.push_back({"never_told", {}, MetricUnit::count, MetricSource::tenants, "never_told", {}, 0, Better::lower, kTenants,
                   "affected tenants that no dashboard told"});
    all.push_back({"told_in_error", {}, MetricUnit::share, MetricSource::tenant_share, "told_in_error", "tenants", 0, Better::lower, kTenants,
                   "share of the tenants that were told and never affected"});
    all.push_back({"unaware", {}, MetricUnit::duration, MetricSource::tenant_share, "unaware", "affected", 0, Better::lower, kTenants,
                   "time in trouble without being told, on average over affected tenants"});
    all.push_back({"time_to_detect", {}, MetricUnit::duration, MetricSource::sum, "dashboard.detected", {}, 0, Better::lower, {},
                   "from the begin of the first fault until a dashboard first noticed"});
    all.push_back({"time_to_publish", {}, MetricUnit::duration, MetricSource::sum, "dashboard.published", {}, 0, Better::lower, {},
                   "from the begin of the first fault until a dashboard first published a notice"});
    for (std::size_t i = before; i < all.size(); ++i) all[i].of_dashboards = true;
    for (MetricType& type : all) type.of_dashboards = type.of_dashboards || type.of == "time_to_notify";
}

std::string_view unit_words(MetricUnit unit) {
    switch (unit) {
        case MetricUnit::duration: return "duration";
        case MetricUnit::share: return "share in %";
        case MetricUnit::count: return "count";
        case MetricUnit::rate: return "rate";
        case MetricUnit::number: return "number";
    }
    return {};
}

}  // namespace

std::string MetricType::title() const { return of.empty() ? std::string(name) : fmt::format("{}({})", name, of); }

bool MetricType::takes(SelectorKind kind) const { return std::find(selectors.begin(), selectors.end(), kind) != selectors.end(); }

std::span<const MetricType> metric_types() {
    static const std::vector<MetricType> all = [] {
        std::vector<MetricType> types;
        add_distributions(types);
        add_tenants(types);
        add_stations(types);
        add_rest(types);
        add_dashboards(types);
        return types;
    }();
    return all;
}

std::string_view uom_of(MetricUnit unit) {
    switch (unit) {
        case MetricUnit::duration: return "s";
        case MetricUnit::rate: return "1/s";
        case MetricUnit::share:
        case MetricUnit::count:
        case MetricUnit::number: return "1";
    }
    return {};
}

std::string metrics_markdown() {
    std::string out = "| metric | unit | selectors | what it is |\n|---|---|---|---|\n";
    const auto types = metric_types();
    for (std::size_t i = 0; i < types.size(); ++i) {
        const MetricType& type = types[i];
        std::string title = fmt::format("`{}`", type.of.empty() ? type.title() + "()" : type.title());
        while (i + 1 < types.size() && !type.of.empty() && types[i + 1].of == type.of && types[i + 1].sentence == type.sentence)
            title += fmt::format(" `{}`", types[++i].title());
        std::string selectors;
        for (const SelectorKind kind : type.selectors) selectors += fmt::format("{}`{}`", selectors.empty() ? "" : ", ", selector_type(kind).name);
        const std::string quantiles = type.source == MetricSource::quantile ? "quantiles and the greatest " : "";
        out += fmt::format("| {} | {} | {} | {}{} |\n", title, unit_words(type.unit), selectors, quantiles, type.sentence);
    }
    return out;
}

}  // namespace mailquake

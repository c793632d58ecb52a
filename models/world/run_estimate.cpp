#include "models/world/run_estimate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/fault/fault_timeline.hpp"
#include "models/traffic/qshape_table.hpp"
#include "models/world/load_shares.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

namespace {

constexpr double kEventsPerSecond = 3e6;     // of a slow scenario on one core
constexpr double kBytesPerWaiting = 56;      // record, and its place in a queue
constexpr double kBytesPerMinute = 64;       // a site's tally and its series
constexpr double kBytesPerQueueMinute = 8;
constexpr double kBytesPerTenantHour = 40;
constexpr double kBytesPerTenant = 300;
constexpr double kEventsPerHop = 4;          // attempt, transfer, reply, service
constexpr double kEventsPerLook = 1;

/// A path as of --set, put together only where it is wanted.
struct Key {
    std::string_view section, name, key;
    std::string_view more = {};   // behind `key` and a dot

    explicit Key(std::string_view only) : key(only) {}
    Key(std::string_view section_, std::string_view name_, std::string_view key_, std::string_view more_ = {}) : section(section_), name(name_), key(key_), more(more_) {}
    [[nodiscard]] std::string text() const {
        if (section.empty()) return std::string(key);
        return fmt::format("{}.{}.{}{}{}", section, name, key, more.empty() ? "" : ".", more);
    }
};

/// Sums, and remembers which key adds most to each.
class Sum {
public:
    void events(const Key& key, double n) { add(estimate_.events, most_events_, estimate_.biggest, key, n); }
    void bytes(const Key& key, double n) { add(estimate_.bytes, most_bytes_, estimate_.heaviest, key, n); }
    void messages(double n) { estimate_.messages += n; }

    [[nodiscard]] RunEstimate estimate() const {
        RunEstimate done = estimate_;
        done.seconds = done.events / kEventsPerSecond;
        return done;
    }

private:
    static void add(double& sum, double& most, std::string& of, const Key& key, double n) {
        sum += n;
        if (n <= most) return;
        most = n;
        of = key.text();
    }

    RunEstimate estimate_;
    double most_events_ = 0, most_bytes_ = 0;
};

/// Events of one copy of the class on its way.
double events_of(const ScenarioSpec& scenario, const NameIndex& tiers, const TenantClassSpec& tenants) {
    double most = 0;
    for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal}) {
        double events = 1;
        for (const std::string& name : *path) {
            const auto tier = tiers.find(name);
            events += kEventsPerHop + (tier ? 3 * static_cast<double>(scenario.tiers[*tier].calls.size()) : 0);
        }
        most = std::max(most, events);
    }
    return most;
}

double length_in_run(const FaultSpec& fault, double seconds) {
    return std::clamp(seconds - (fault.at.at - SimTime::zero()).seconds(), 0.0, fault.length.ns > 0 ? fault.length.seconds() : seconds);
}

void add_faults(const ScenarioSpec& scenario, const TenantClassSpec& tenants, double seconds, double events, Sum& sum) {
    for (const FaultSpec& fault : scenario.faults) {
        const auto targets = targets_of(fault);
        if (!fault.enabled || std::find(targets.begin(), targets.end(), tenants.name) == targets.end()) continue;
        double more = 0;
        if (const auto* surge = std::get_if<LoadSurgeFault>(&fault.body)) more = tenants.rate.per_second * (surge->factor.value - 1) * length_in_run(fault, seconds);
        if (const auto* campaign = std::get_if<CampaignFault>(&fault.body)) more = static_cast<double>(campaign->copies);
        if (more <= 0) continue;
        const bool is_campaign = std::holds_alternative<CampaignFault>(fault.body);
        sum.messages(more);
        sum.events(Key("faults", fault.name, is_campaign ? "copies" : "factor"), more * events);
        sum.bytes(Key("faults", fault.name, is_campaign ? "copies" : "factor"), more * kBytesPerWaiting);  // as if all of it waited at once
    }
}

double copies_of(const BacklogSpec& backlog) {
    if (backlog.qshape.empty()) return static_cast<double>(backlog.count);
    const auto parsed = parse_qshape(backlog.qshape);
    const auto* table = std::get_if<QshapeTable>(&parsed);
    double copies = 0;
    if (table != nullptr)
        for (const std::int64_t count : table->sum()) copies += static_cast<double>(count);
    return copies;
}

void add_mail(const ScenarioSpec& scenario, double seconds, Sum& sum) {
    const NameIndex tiers(scenario.tiers, [](const TierSpec& tier) -> std::string_view { return tier.name; });
    for (const TenantClassSpec& tenants : scenario.tenants) {
        const double copies = tenants.rate.per_second * seconds, events = events_of(scenario, tiers, tenants);
        const auto count = static_cast<double>(tenants.count);
        sum.messages(copies);
        sum.events(Key("tenants", tenants.name, "rate"), copies * events);
        sum.bytes(Key("tenants", tenants.name, "count"), count * kBytesPerTenant + std::min(copies, count * std::ceil(seconds / 3600)) * kBytesPerTenantHour);
        add_faults(scenario, tenants, seconds, events, sum);
    }
    for (const BacklogSpec& backlog : scenario.backlog) {
        const Key key("backlog", backlog.written_as.empty() ? backlog.name : backlog.written_as, backlog.qshape.empty() ? "count" : "qshape");
        sum.messages(copies_of(backlog));
        sum.events(key, copies_of(backlog) * 2 * kEventsPerHop);
        sum.bytes(key, copies_of(backlog) * kBytesPerWaiting);
    }
    for (const ClientSpec& clients : scenario.clients) {
        const double session = std::max(1e-3, mean_seconds(clients.session));
        sum.events(Key("clients", clients.name, "count"), static_cast<double>(clients.count) * (1 + seconds / session) * kEventsPerHop);
        sum.bytes(Key("clients", clients.name, "count"), static_cast<double>(clients.count) * kBytesPerTenant);
    }
}

std::string_view tier_of(std::string_view place) { return place.substr(0, place.find_first_of("/@")); }

/// Queues that grow all the time hold what they have not got done when the run ends.
void add_growth(const OfferedLoad& load, double seconds, Sum& sum) {
    for (const OfferedLoadRow& row : load.tiers)
        if (row.condition == "normal") sum.bytes(Key("tiers", tier_of(row.place), "servers"), row.growth_per_second * seconds * kBytesPerWaiting);
    for (const NextHopRow& row : load.next_hops)
        if (row.condition == "normal") sum.bytes(Key("tiers", tier_of(row.place), "next_hop", text_of(row.limit)), row.growth_per_second * seconds * kBytesPerWaiting);
}

void add_looks(const ScenarioSpec& scenario, double seconds, Sum& sum) {
    const auto looks = [&](const Key& key, SimDuration every, double at_once) {
        if (every.ns > 0) sum.events(key, seconds / every.seconds() * at_once * kEventsPerLook);
    };
    for (const DashboardSpec& dashboard : scenario.dashboards) {
        if (!dashboard.enabled) continue;
        looks(Key("dashboards", dashboard.name, "look"), dashboard.look, static_cast<double>(dashboard.signals.size()) + 1);
    }
    for (const TierSpec& tier : scenario.tiers) {
        if (tier.autoscale) looks(Key("tiers", tier.name, "autoscale", "period"), tier.autoscale->period, static_cast<double>(tier.at.size()));
        if (tier.queue.back_pressure) looks(Key("tiers", tier.name, "queue", "back_pressure.poll"), tier.queue.back_pressure->poll, static_cast<double>(tier.at.size()));
    }
    double places = 0;
    for (const TierSpec& tier : scenario.tiers) places += static_cast<double>(tier.at.size() * std::max<std::size_t>(1, tier.partitions.size()));
    const double minutes = seconds / 60;
    sum.bytes(Key("duration"), minutes * (static_cast<double>(scenario.sites.size()) * kBytesPerMinute + 2 * places * kBytesPerQueueMinute));
    sum.events(Key("duration"), minutes * places);
}

std::string amount(double n) {
    if (n >= 9.95e11) return fmt::format("{:.2g}", n);
    if (n >= 9.995e8) return fmt::format("{:.1f} billion", n / 1e9);
    if (n >= 9.995e5) return fmt::format("{:.1f} million", n / 1e6);
    return n >= 1000 ? fmt::format("{:.0f} thousand", n / 1000) : fmt::format("{:.0f}", n);
}

std::string bytes(double n) { return n >= 9.995e8 ? fmt::format("{:.1f} GB", n / 1e9) : fmt::format("{:.0f} MB", std::max(1.0, n / 1e6)); }

std::string time(double seconds) {
    if (seconds < 1) return "under a second";
    if (seconds < 120) return fmt::format("{:.0f} s", seconds);
    if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
    return seconds < 2 * 86400 ? fmt::format("{:.0f} h", seconds / 3600) : fmt::format("{:.0f} days", seconds / 86400);
}

}  // namespace

RunEstimate estimate_run(const ScenarioSpec& scenario, const std::optional<SimDuration>& until) { return estimate_run(scenario, normal_load(scenario), until); }

RunEstimate estimate_run(const ScenarioSpec& scenario, const OfferedLoad& load, const std::optional<SimDuration>& until) {
    const double seconds = until.value_or(scenario.duration).seconds();
    Sum sum;
    add_mail(scenario, seconds, sum);
    add_growth(load, seconds, sum);
    add_looks(scenario, seconds, sum);
    return sum.estimate();
}

double most_bytes() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? static_cast<double>(pages) * static_cast<double>(page) : 8e9;
}

std::optional<std::string> too_large(const RunEstimate& estimate) {
    if (estimate.events > kMostEvents) return fmt::format("a run makes {}; {} makes most of it", text_of(estimate), estimate.biggest);
    if (estimate.bytes > most_bytes()) return fmt::format("a run makes {}, and this machine has {}; {} takes most of it", text_of(estimate), bytes(most_bytes()), estimate.heaviest);
    return std::nullopt;
}

std::string text_of(const RunEstimate& estimate) {
    return fmt::format("about {} messages, {} events, {}, {}", amount(estimate.messages), amount(estimate.events), bytes(estimate.bytes), time(estimate.seconds));
}

}  // namespace mailquake

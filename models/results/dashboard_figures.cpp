#include "models/results/dashboard_figures.hpp"

#include <algorithm>

#include "models/results/affected.hpp"
#include "models/results/figures.hpp"
#include "models/results/seconds.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

namespace {

/// When the tenant's trouble began and ended.
void take_trouble(const TenantOutcome& tenant, TenantNotice& notice, SimTime& until) {
    for (const HourTally& hour : tenant.hours) {
        if (!hit_in(hour)) continue;
        notice.affected = true;
        notice.from = std::min(notice.from, hour.trouble_from);
        until = std::max(until, hour.trouble_to);
    }
}

constexpr double kBucket = 0.002;   // more than a histogram rounds by

std::optional<double> since(const std::optional<SimTime>& t, const std::optional<SimTime>& fault) {
    if (!t || !fault) return std::nullopt;
    return exact_seconds(*t - *fault);
}

/// The earlier of the two, where there is one.
void take_earlier(std::optional<SimTime>& first, SimTime t) { first = std::min(first.value_or(t), t); }

ChannelFigures channel_figures(const DashboardOutcome& d, std::uint32_t channel, const std::vector<TenantNotice>& tenants) {
    ChannelFigures f;
    f.name = d.name + "/" + d.channels[channel].name;
    f.kind = d.channels[channel].kind;
    f.audience = static_cast<double>(d.channels[channel].audience);
    std::vector<bool> seen(tenants.size(), false);
    std::vector<SimDuration> delays;   // of the first notice that anybody saw
    std::optional<std::uint32_t> first;
    for (const Told& told : d.told) {
        if (told.channel != channel) continue;
        first = first.value_or(told.notice);
        if (told.notice == *first) delays.push_back(told.at - *d.notices[told.notice].published);
        if (seen[told.tenant]) continue;
        seen[told.tenant] = true;
        f.told += 1;
        f.notified += tenants[told.tenant].notified;
    }
    if (delays.empty()) return f;
    std::sort(delays.begin(), delays.end());
    f.first = exact_seconds(delays.front());
    f.median = exact_seconds(delays[(delays.size() - 1) / 2]);
    return f;
}

void add_board(DashboardFigures& f, const DashboardOutcome& d, const std::vector<TenantNotice>& tenants) {
    BoardFigures board;
    board.name = d.name;
    if (d.pos.line > 0) board.where = print(d.pos);
    board.enabled = d.enabled;
    board.audience = static_cast<double>(d.audience);
    board.incidents = static_cast<double>(d.notices.size());
    const auto seconds = [](const std::optional<SimTime>& t) { return t ? std::optional(exact_seconds(*t)) : std::nullopt; };
    for (const DashboardNotice& n : d.notices) {
        board.failed_tries += n.failed_tries;
        board.published += n.published.has_value();
        if (!board.first_detected) board.first_detected = exact_seconds(n.detected);
        if (!board.first_published) board.first_published = seconds(n.published);
        f.notices.push_back({d.name, exact_seconds(n.detected), seconds(n.published), seconds(n.withdrawn), static_cast<double>(n.failed_tries)});
    }
    f.dashboards.push_back(std::move(board));
    for (std::uint32_t c = 0; c < d.channels.size(); ++c) f.channels.push_back(channel_figures(d, c, tenants));
}

NotifyFigures notify_figures(const Outcome& o, const std::vector<TenantNotice>& tenants) {
    Histogram all;
    for (const Histogram& of_class : times_to_notify(o, tenants)) all.merge(of_class);
    std::optional<SimDuration> least_bound;
    for (const TenantNotice& t : tenants)
        if (t.affected && !t.notified) least_bound = std::min(least_bound.value_or(t.to_notify), t.to_notify);
    const DelayFigures d = delay_figures(all);
    NotifyFigures f{d.mean, d.p50, d.p90, d.max, {}};
    const auto may_rest_on_bounds = [&](const char* name, const std::optional<double>& value, bool always) {
        if (least_bound && value && (always || *value >= exact_seconds(*least_bound) * (1 - kBucket))) f.at_least.emplace_back(name);
    };
    may_rest_on_bounds("mean", f.mean, true);
    may_rest_on_bounds("p50", f.p50, false);
    may_rest_on_bounds("p90", f.p90, false);
    may_rest_on_bounds("max", f.max, true);
    return f;
}

}  // namespace

std::vector<TenantNotice> tenant_notices(const Outcome& o) {
    std::vector<TenantNotice> all;
    if (o.dashboards.empty()) return all;
    std::vector<SimTime> until(o.tenants.size(), SimTime::zero()), known(o.tenants.size(), SimTime::never());
    all.resize(o.tenants.size());
    for (std::size_t t = 0; t < all.size(); ++t) take_trouble(o.tenants[t], all[t], until[t]);
    for (const DashboardOutcome& d : o.dashboards)
        for (const Told& told : d.told) {
            TenantNotice& notice = all[told.tenant];
            notice.told = true;
            const auto& withdrawn = d.notices[told.notice].withdrawn;
            if (!notice.affected || (withdrawn && *withdrawn < notice.from)) continue;
            notice.notified = true;
            known[told.tenant] = std::min(known[told.tenant], told.at);
        }
    for (std::size_t t = 0; t < all.size(); ++t) {
        if (!all[t].affected) continue;
        const SimTime knows = std::min(known[t], o.end);
        all[t].to_notify = std::max(SimDuration::zero(), knows - all[t].from);
        all[t].unaware = std::max(SimDuration::zero(), std::min(knows, until[t]) - all[t].from);
    }
    return all;
}

std::vector<Histogram> times_to_notify(const Outcome& o, const std::vector<TenantNotice>& tenants) {
    std::vector<Histogram> by_class(tenants.empty() ? 0 : o.classes.size());
    for (std::size_t t = 0; t < tenants.size(); ++t)
        if (tenants[t].affected) by_class.at(o.tenants[t].tenant_class).add(tenants[t].to_notify);
    return by_class;
}

DashboardFigures dashboard_figures(const Outcome& o, const std::vector<TenantNotice>& tenants) {
    DashboardFigures f;
    for (const TenantNotice& t : tenants) {
        f.affected += t.affected;
        f.notified += t.notified;
        f.told_in_error += t.told && !t.affected;
        f.unaware += exact_seconds(t.unaware);
    }
    f.never_told = f.affected - f.notified;
    if (f.affected > 0) f.share = f.notified / f.affected;
    f.time_to_notify = notify_figures(o, tenants);
    std::optional<SimTime> detected, published;
    for (const DashboardOutcome& d : o.dashboards) {
        add_board(f, d, tenants);
        for (const DashboardNotice& n : d.notices) {
            take_earlier(detected, n.detected);
            if (n.published) take_earlier(published, *n.published);
        }
    }
    f.detected = since(detected, o.fault_window.first_start);
    f.published = since(published, o.fault_window.first_start);
    return f;
}

}  // namespace mailquake

// Who was told, against who was hit. Words, per tenant:
//   trouble   of an affected tenant: from when the first copy of an hour in which it was hit was over the objective (or lost, or
//             bounced) until the last such copy was through (or the run ended)
//   notified  an affected tenant that has seen, by any channel of any dashboard, a notice which was not withdrawn before its trouble
//   time to notify   from the begin of its trouble until it first saw such a notice; zero if it knew before
//   not knowing      the same, but no longer than its trouble; of a tenant that was never told, all of its trouble
//   told in error    it has seen a notice, and was never affected
// A tenant that is never told is in the distribution of the time to notify with the time until the run ended, as a lower bound.
// What the rule of "affected" is: affected.hpp. Left out: whether the notice said what was wrong.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/results/fields.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// Time to notify, of affected tenants [s]; nothing where there was none.
struct NotifyFigures {
    std::optional<double> mean, p50, p90, max;
    std::vector<std::string> at_least;   // names of those above that rest on tenants never told
    template <class S = NotifyFigures>
    static constexpr auto fields() {
        return std::tuple{field("mean", &S::mean).in("s"), field("p50", &S::p50).in("s"), field("p90", &S::p90).in("s"),
                          field("max", &S::max).in("s"), field("at_least", &S::at_least)};
    }
};

struct ChannelFigures {
    std::string name;   // `DASHBOARD/CHANNEL`
    std::string kind;
    double audience = 0, told = 0, notified = 0;   // tenants: whom it is for, who has seen a notice by it, and of these affected ones
    std::optional<double> first, median;           // from the first notice's publication until one, or half of those told, have seen it [s]
    [[nodiscard]] const std::string& label() const { return name; }
    template <class S = ChannelFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("kind", &S::kind), field("audience", &S::audience), field("told", &S::told),
                          field("notified", &S::notified), field("first", &S::first).in("s"), field("median", &S::median).in("s")};
    }
};

/// One dashboard, as an entry of the scenario.
struct BoardFigures {
    std::string name;
    std::string where;   // file:line:column
    bool enabled = true;
    double audience = 0;                           // tenants
    double incidents = 0, published = 0, failed_tries = 0;
    std::optional<double> first_detected, first_published;   // [s]
    [[nodiscard]] const std::string& label() const { return name; }
    template <class S = BoardFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("where", &S::where), field("enabled", &S::enabled), field("audience", &S::audience),
                          field("incidents", &S::incidents), field("published", &S::published), field("failed_tries", &S::failed_tries),
                          field("first_detected", &S::first_detected).in("s"), field("first_published", &S::first_published).in("s")};
    }
};

/// One incident of a dashboard.
struct NoticedFigures {
    std::string dashboard;
    double detected = 0;                           // [s]
    std::optional<double> published, withdrawn;    // [s]
    double failed_tries = 0;
    [[nodiscard]] const std::string& label() const { return dashboard; }
    template <class S = NoticedFigures>
    static constexpr auto fields() {
        return std::tuple{field("dashboard", &S::dashboard), field("detected", &S::detected).in("s"), field("published", &S::published).in("s"),
                          field("withdrawn", &S::withdrawn).in("s"), field("failed_tries", &S::failed_tries)};
    }
};

/// All dashboards together. Shares are of affected tenants.
struct DashboardFigures {
    double affected = 0, notified = 0, never_told = 0, told_in_error = 0;   // tenants
    std::optional<double> share;                   // notified / affected
    NotifyFigures time_to_notify;
    double unaware = 0;                            // not knowing, summed over affected tenants [s]
    std::optional<double> detected, published;     // the first time, from the begin of the first fault [s]
    std::vector<BoardFigures>   dashboards;
    std::vector<ChannelFigures> channels;
    std::vector<NoticedFigures> notices;           // of the first replication
    template <class S = DashboardFigures>
    static constexpr auto fields() {
        return std::tuple{field("affected", &S::affected), field("notified", &S::notified), field("never_told", &S::never_told),
                          field("told_in_error", &S::told_in_error), field("share", &S::share), field("time_to_notify", &S::time_to_notify),
                          field("unaware", &S::unaware).in("s"), field("detected", &S::detected).in("s"), field("published", &S::published).in("s"),
                          field("dashboards", &S::dashboards), field("channels", &S::channels), field("notices", &S::notices).by(Merge::first)};
    }
};

/// What one tenant knew.
struct TenantNotice {
    bool affected = false, told = false;           // told: of anything
    bool notified = false;
    SimTime     from = SimTime::never();           // of its trouble, if it is affected
    SimDuration to_notify{0};                      // of an affected one; never told: until the run ended
    SimDuration unaware{0};
};

/// By tenant, in the order of Outcome::tenants; empty without dashboards.
[[nodiscard]] std::vector<TenantNotice> tenant_notices(const Outcome& outcome);

/// Times to notify by class [ns]; never-told ones included, as lower bounds. Empty without dashboards.
[[nodiscard]] std::vector<Histogram> times_to_notify(const Outcome& outcome, const std::vector<TenantNotice>& notices);

[[nodiscard]] DashboardFigures dashboard_figures(const Outcome& outcome, const std::vector<TenantNotice>& notices);

}  // namespace mailquake

#include <algorithm>

#include "models/report/page_series.hpp"
#include "models/report/page_why.hpp"
#include "models/results/dashboard_figures.hpp"

namespace mailquake {

nlohmann::ordered_json told_for_page(const Outcome& outcome) {
    const std::vector<TenantNotice> tenants = tenant_notices(outcome);
    if (tenants.empty()) return nullptr;
    const auto minutes = static_cast<std::size_t>((outcome.end.ns + (60_s).ns - 1) / (60_s).ns);
    std::vector<double> affected(minutes, 0), notified(minutes, 0);
    const auto from = [&](std::vector<double>& curve, SimTime at) {   // counts from then on
        if (at < outcome.end) ++curve[static_cast<std::size_t>(std::max<std::int64_t>(at.ns, 0) / (60_s).ns)];
    };
    for (const TenantNotice& t : tenants) {
        if (!t.affected) continue;
        from(affected, t.from);
        if (t.notified) from(notified, t.from + t.to_notify);
    }
    for (std::size_t k = 1; k < minutes; ++k) affected[k] += affected[k - 1], notified[k] += notified[k - 1];
    const auto series = [&](const std::vector<double>& curve) { return series_json(down_sample(minutes, kChartStretches, [&](std::size_t k) { return curve[k]; }), 60); };
    return {{"affected", series(affected)}, {"notified", series(notified)}};
}

}  // namespace mailquake

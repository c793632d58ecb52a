#include "models/report/collateral_delay.hpp"

#include <algorithm>
#include <map>

#include "models/report/split.hpp"
#include "models/results/affected.hpp"

namespace mailquake {

namespace {

/// Of one class: collateral delay in queues, by place and state.
std::map<std::uint32_t, std::map<std::uint32_t, TimeArea>> queues_of(const LivesOutcome& lives,
                                                                     std::uint32_t tenant_class) {
    std::map<std::uint32_t, std::map<std::uint32_t, TimeArea>> by_place;
    for (const BookedRow& row : lives.rows)
        if (row.tenant_class == tenant_class && row.collateral > 0 &&
            row.column < lives.places[row.place].states.size())
            by_place[row.place][row.column] += row.collateral;
    return by_place;
}

TimeArea sum_of(const std::map<std::uint32_t, TimeArea>& states) {
    TimeArea sum = 0;
    for (const auto& [state, time] : states) sum += time;
    return sum;
}

std::vector<Neighbour> neighbours_at(const Outcome& outcome, std::uint32_t place,
                                     const std::map<std::uint32_t, TimeArea>& states) {
    std::map<std::pair<std::string, std::string>, TimeArea> by_whom;
    for (const auto& [state, time] : states) {
        std::vector<std::pair<std::string, std::string>> whose;
        std::vector<TimeArea> weights;
        for (const WorkerHold& hold : outcome.lives->holds) {
            if (hold.place != place || hold.state != state) continue;
            whose.emplace_back(
                hold.tenant_class < outcome.classes.size() ? outcome.classes[hold.tenant_class].name : "clients",
                hold.partition);
            weights.push_back(hold.time);
        }
        if (whose.empty()) {
            by_whom[{"", ""}] += time;
            continue;
        }
        const std::vector<TimeArea> parts = split(time, weights);
        for (std::size_t i = 0; i < whose.size(); ++i) by_whom[whose[i]] += parts[i];
    }
    std::vector<Neighbour> list;
    for (const auto& [who, time] : by_whom)
        if (time > 0) list.push_back({who.first, who.second, time});
    std::stable_sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) { return a.late > b.late; });
    return list;
}

}  // namespace

std::vector<CollateralDelay> collateral_delays(const Outcome& outcome) {
    std::vector<CollateralDelay> all;
    for (std::uint32_t c = 0; c < outcome.classes.size(); ++c) {
        const CopyTotal& total = outcome.lives->classes[c].collateral;
        if (total.copies == 0) continue;
        CollateralDelay d;
        d.tenant_class = outcome.classes[c].name;
        d.copies = total.copies;
        d.delay = total.delay;
        d.tenants = static_cast<double>(
            std::count_if(outcome.tenants.begin(), outcome.tenants.end(),
                          [&](const TenantOutcome& t) { return t.tenant_class == c && is_collateral(t); }));
        for (const auto& [place, states] : queues_of(*outcome.lives, c)) {
            if (sum_of(states) <= d.there) continue;
            d.place = outcome.lives->places[place].name;
            d.there = sum_of(states);
            d.neighbours = neighbours_at(outcome, place, states);
        }
        all.push_back(std::move(d));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const CollateralDelay& a, const CollateralDelay& b) { return a.delay > b.delay; });
    return all;
}

}  // namespace mailquake

#include "models/report/page_why.hpp"

#include <map>

#include "models/report/explanation.hpp"
#include "models/report/page_series.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostParts = 240, kMostNeighbours = 24;

double copy_seconds(TimeArea ns) { return three_digits(static_cast<double>(ns) / 1e9); }

Json total_json(const DelayTotal& total) {
    return {{"copies", total.copies}, {"delay", static_cast<double>(total.delay) / 1e9}};
}

Json parts_json(const std::vector<DelayPart>& parts) {
    Json list = Json::array();
    struct Rest {
        TimeArea all = 0, late = 0, collateral = 0;
    };
    std::map<std::string, Rest> rests;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const DelayPart& p = parts[i];
        if (i < kMostParts) {
            list.push_back({{"class", p.tenant_class}, {"place", p.place}, {"text", cause_text(p)}, {"all", copy_seconds(p.all)}, {"late", copy_seconds(p.late)},
                            {"collateral", copy_seconds(p.collateral)}});
            continue;
        }
        Rest& rest = rests[p.tenant_class];
        rest.all += p.all;
        rest.late += p.late;
        rest.collateral += p.collateral;
    }
    for (const auto& [name, rest] : rests)
        list.push_back({{"class", name}, {"place", ""}, {"text", "all else"}, {"all", copy_seconds(rest.all)}, {"late", copy_seconds(rest.late)},
                        {"collateral", copy_seconds(rest.collateral)}});
    return list;
}

Json cascade_json(const CascadeGraph& graph) {
    Json nodes = Json::array(), edges = Json::array();
    for (const CascadeNode& n : graph.nodes)
        nodes.push_back({{"kind", to_text(n.kind)}, {"name", n.name}, {"at", n.at}, {"end", n.end ? Json(*n.end) : Json(nullptr)}, {"oldest", n.oldest}, {"waiting", n.waiting}});
    for (const CascadeEdge& e : graph.edges)
        edges.push_back({{"from", e.from}, {"to", e.to}, {"way", to_text(e.way)}, {"lag", e.lag}, {"in_tree", e.in_tree}});
    return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

Json collaterals_json(const std::vector<CollateralDelay>& all) {
    Json list = Json::array();
    for (const CollateralDelay& c : all) {
        Json neighbours = Json::array();
        TimeArea rest = 0;
        for (std::size_t i = 0; i < c.neighbours.size(); ++i) {
            const Neighbour& n = c.neighbours[i];
            if (i >= kMostNeighbours) rest += n.late;
            else neighbours.push_back({{"class", n.tenant_class}, {"partition", n.partition}, {"late", copy_seconds(n.late)}});
        }
        if (rest > 0) neighbours.push_back({{"class", "others'"}, {"partition", ""}, {"late", copy_seconds(rest)}});
        list.push_back({{"class", c.tenant_class}, {"tenants", c.tenants}, {"copies", c.copies}, {"delay", copy_seconds(c.delay)}, {"place", c.place},
                        {"there", copy_seconds(c.there)}, {"neighbours", std::move(neighbours)}});
    }
    return list;
}

}  // namespace

Json explanation_for_page(const ScenarioSpec& scenario, const Outcome& outcome) {
    if (!outcome.lives) return nullptr;
    const Explanation why = explain(scenario, outcome);
    if (why.parts.empty() && why.cascade.nodes.empty()) return nullptr;
    return {{"mail", total_json(why.mail)},     {"late", total_json(why.late)},           {"collateral", total_json(why.collateral)},
            {"parts", parts_json(why.parts)},   {"cascade", cascade_json(why.cascade)},   {"collaterals", collaterals_json(why.collaterals)}};
}


}  // namespace mailquake

#include "models/report/topology_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace mailquake {

namespace {

constexpr double kBoxWidth = 184, kHead = 30, kRow = 26, kRowGap = 4, kInset = 8, kColumnGap = 72, kRowSpace = 84, kEdge = 12;
constexpr std::size_t kMostTried = 7, kMostInRow = 5;

/// Tiers as mail passes them, then those that no path names.
std::vector<const TierSpec*> tiers_in_order(const ScenarioSpec& scenario) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const auto& one : scenario.tenants)
        for (const auto* path : {&one.paths.inbound, &one.paths.internal, &one.paths.outbound})
            for (const std::string& tier : *path) add(tier);
    for (const TierSpec& tier : scenario.tiers) add(tier.name);
    std::vector<const TierSpec*> tiers;
    for (const std::string& name : names)
        for (const TierSpec& tier : scenario.tiers)
            if (tier.name == name) tiers.push_back(&tier);
    return tiers;
}

SiteBox box_of(const SiteSpec& site, const std::vector<const TierSpec*>& tiers) {
    SiteBox box{site.name, site.outside, 0, 0, kBoxWidth, kHead, {}};
    for (const TierSpec* tier : tiers) {
        if (std::find(tier->at.begin(), tier->at.end(), site.name) == tier->at.end()) continue;
        box.tiers.push_back({tier->name, tier->partitions.size(), kInset, box.height, kBoxWidth - 2 * kInset, kRow});
        box.height += kRow + kRowGap;
    }
    if (!box.tiers.empty()) box.height += kInset - kRowGap;
    return box;
}

/// Closeness of two sites: 1 / latency of the link between them [1/s], 0 without one.
double closeness(const ScenarioSpec& scenario, const std::string& a, const std::string& b) {
    double most = 0;
    for (const LinkSpec& link : scenario.links)
        if ((link.from == a && link.to == b) || (link.from == b && link.to == a))
            most = std::max(most, 1 / std::max(link.latency.seconds(), 1e-4));
    return most;
}

/// The order in which near ones are neighbours.
void put_near_ones_together(std::vector<SiteBox>& row, const ScenarioSpec& scenario) {
    if (row.size() < 3 || row.size() > kMostTried) return;
    std::vector<std::size_t> order(row.size()), best;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> near(row.size() * row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
        for (std::size_t j = 0; j < row.size(); ++j) near[i * row.size() + j] = closeness(scenario, row[i].name, row[j].name);
    double least = 0;
    do {
        double cost = 0;
        for (std::size_t i = 0; i < order.size(); ++i)
            for (std::size_t j = i + 1; j < order.size(); ++j)
                cost += static_cast<double>(j - i) * near[order[i] * row.size() + order[j]];
        if (best.empty() || cost < least * (1 - 1e-9)) {
            least = cost;
            best = order;
        }
    } while (std::next_permutation(order.begin(), order.end()));
    std::vector<SiteBox> sorted;
    for (const std::size_t i : best) sorted.push_back(row[i]);
    row = std::move(sorted);
}

/// Outside sites above those that they are near to.
void put_above_near_ones(std::vector<SiteBox>& outside, const std::vector<SiteBox>& inside, const ScenarioSpec& scenario) {
    std::vector<std::pair<double, std::size_t>> keys;
    for (std::size_t i = 0; i < outside.size(); ++i) {
        double sum = 0, weight = 0;
        for (std::size_t j = 0; j < inside.size(); ++j) {
            const double near = closeness(scenario, outside[i].name, inside[j].name);
            sum += near * inside[j].x;
            weight += near;
        }
        keys.emplace_back(weight > 0 ? sum / weight : 0, i);
    }
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<SiteBox> sorted;
    for (const auto& [key, i] : keys) sorted.push_back(outside[i]);
    outside = std::move(sorted);
}

/// Boxes in rows from `top` on; returns where they end.
double place_rows(std::vector<SiteBox>& boxes, double top, double width) {
    for (std::size_t first = 0; first < boxes.size(); first += kMostInRow) {
        const std::size_t n = std::min(kMostInRow, boxes.size() - first);
        double x = (width - (static_cast<double>(n) * (kBoxWidth + kColumnGap) - kColumnGap)) / 2, height = 0;
        for (std::size_t i = first; i < first + n; ++i) {
            SiteBox& box = boxes[i];
            box.x = x;
            box.y = top;
            for (TierBox& tier : box.tiers) tier.x += x, tier.y += top;
            x += kBoxWidth + kColumnGap;
            height = std::max(height, box.height);
        }
        top += height + kRowSpace;
    }
    return boxes.empty() ? top : top - kRowSpace;
}

double row_width(std::size_t n) {
    const auto in_row = static_cast<double>(std::min(n, kMostInRow));
    return n == 0 ? 0 : in_row * (kBoxWidth + kColumnGap) - kColumnGap;
}

/// A curve between two boxes; `lane` keeps those apart that pass below the same boxes.
std::string curve(const SiteBox& a, const SiteBox& b, double& lane) {
    const double ax = a.x + a.width / 2, bx = b.x + b.width / 2;
    if (a.y == b.y) {
        const SiteBox &left = a.x < b.x ? a : b, &right = a.x < b.x ? b : a;
        if (right.x - left.x - left.width <= kColumnGap + 1) {
            const double y = left.y + kHead / 2;
            return fmt::format("M{:.1f} {:.1f}H{:.1f}", left.x + left.width, y, right.x);
        }
        const double low = std::max(a.y + a.height, b.y + b.height) + 22 + lane;
        lane += 10;
        return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", ax, a.y + a.height, ax, low, bx, low, bx, b.y + b.height);
    }
    const SiteBox &top = a.y < b.y ? a : b, &bottom = a.y < b.y ? b : a;
    const double tx = top.x + top.width / 2, ty = top.y + top.height, ux = bottom.x + bottom.width / 2, uy = bottom.y;
    const double middle = (ty + uy) / 2;
    return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", tx, ty, tx, middle, ux, middle, ux, uy);
}

}  // namespace

TopologyLayout lay_out(const ScenarioSpec& scenario) {
    TopologyLayout layout;
    if (scenario.sites.size() > kMostDrawnSites) return layout;
    const auto tiers = tiers_in_order(scenario);
    std::vector<SiteBox> outside, inside;
    for (const SiteSpec& site : scenario.sites) (site.outside ? outside : inside).push_back(box_of(site, tiers));
    put_near_ones_together(inside, scenario);
    layout.width = std::max(row_width(outside.size()), row_width(inside.size())) + 2 * kEdge;
    std::vector<SiteBox> trial = inside;
    (void)place_rows(trial, 0, layout.width);
    put_above_near_ones(outside, trial, scenario);
    double end = place_rows(outside, kEdge, layout.width);
    end = place_rows(inside, outside.empty() ? kEdge : end + kRowSpace, layout.width);
    layout.sites = std::move(outside);
    layout.sites.insert(layout.sites.end(), inside.begin(), inside.end());
    const auto find = [&](const std::string& name) {
        return std::find_if(layout.sites.begin(), layout.sites.end(), [&](const SiteBox& s) { return s.name == name; });
    };
    double lane = 0;
    for (const LinkSpec& link : scenario.links) {
        const auto from = find(link.from), to = find(link.to);
        if (from == layout.sites.end() || to == layout.sites.end() || from == to) continue;
        layout.links.push_back({link.name, link.from, link.to, link.latency.seconds(), curve(*from, *to, lane)});
    }
    layout.height = end + kEdge + (lane > 0 ? 16 + lane : 0);
    return layout;
}

}  // namespace mailquake

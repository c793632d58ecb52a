// Where the page draws sites, tiers and links.
#include "tests/catch.hpp"

#include <algorithm>

#include "models/report/topology_layout.hpp"
#include "models/scenario/load.hpp"

namespace mailquake {

namespace {

ScenarioSpec story(const std::string& name) {
    Diagnostics said;
    const auto loaded = load_scenario({.file = std::string(MAILQUAKE_SCENARIOS_DIR) + "/" + name}, said);
    REQUIRE(loaded);
    return loaded->spec;
}

bool overlap(const SiteBox& a, const SiteBox& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const SiteBox& site(const TopologyLayout& layout, const std::string& name) {
    return *std::find_if(layout.sites.begin(), layout.sites.end(), [&](const SiteBox& s) { return s.name == name; });
}

ScenarioSpec chain(std::size_t n) {
    ScenarioSpec spec;
    for (std::size_t i = 0; i < n; ++i) {
        SiteSpec s;
        s.name = "s" + std::to_string(i);
        spec.sites.push_back(s);
    }
    return spec;
}

void join(ScenarioSpec& spec, std::size_t a, std::size_t b, SimDuration latency) {
    LinkSpec link;
    link.from = spec.sites[a].name;
    link.to = spec.sites[b].name;
    link.name = link.from + "--" + link.to;
    link.latency = latency;
    spec.links.push_back(link);
}

}  // namespace

TEST_CASE("sites do not overlap, and everything is within the picture") {
    for (const char* name : {"exchange-online-2014", "lync-online-2014", "retry-storm", "staffing"}) {
        INFO(name);
        const ScenarioSpec spec = story(name);
        const TopologyLayout layout = lay_out(spec);
        CHECK(layout.sites.size() == spec.sites.size());
        CHECK(layout.links.size() == spec.links.size());
        for (std::size_t i = 0; i < layout.sites.size(); ++i) {
            const SiteBox& a = layout.sites[i];
            for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(overlap(a, layout.sites[j]));
            CHECK(a.x >= 0);
            CHECK(a.y >= 0);
            CHECK(a.x + a.width <= layout.width);
            CHECK(a.y + a.height <= layout.height);
            for (const TierBox& t : a.tiers) {
                CHECK(t.x >= a.x);
                CHECK(t.x + t.width <= a.x + a.width);
                CHECK(t.y + t.height <= a.y + a.height);
            }
        }
    }
}

TEST_CASE("tiers stand in the order in which mail passes them, callees last") {
    const TopologyLayout layout = lay_out(story("exchange-online-2014"));
    std::vector<std::string> names;
    for (const TierBox& t : site(layout, "na-east").tiers) names.push_back(t.name);
    CHECK(names == std::vector<std::string>{"edge", "filter", "transport", "mailbox", "outbound", "directory"});
    CHECK(site(layout, "na-east").tiers.back().partitions == 12);
}

TEST_CASE("near sites become neighbours, in whatever order the scenario has them") {
    ScenarioSpec spec = chain(4);   // near pairs: 0-2, 2-1, 1-3
    join(spec, 0, 2, 1_ms);
    join(spec, 2, 1, 1_ms);
    join(spec, 1, 3, 1_ms);
    join(spec, 0, 3, 100_ms);
    const TopologyLayout layout = lay_out(spec);
    const auto distance = [&](const char* a, const char* b) { return std::abs(site(layout, a).x - site(layout, b).x); };
    const double step = distance("s0", "s2");
    CHECK(distance("s2", "s1") == Approx(step));
    CHECK(distance("s1", "s3") == Approx(step));
    CHECK(distance("s0", "s3") == Approx(3 * step));
}

TEST_CASE("outside sites stand above, many sites in rows, too many are not drawn") {
    const TopologyLayout story_layout = lay_out(story("exchange-online-2014"));
    CHECK(site(story_layout, "internet-east").y < site(story_layout, "na-east").y);
    const TopologyLayout rows = lay_out(chain(12));
    CHECK(rows.sites[0].y == rows.sites[4].y);
    CHECK(rows.sites[5].y > rows.sites[4].y + rows.sites[4].height);
    CHECK(lay_out(chain(kMostDrawnSites)).sites.size() == kMostDrawnSites);
    CHECK(lay_out(chain(kMostDrawnSites + 1)).sites.empty());
}

}  // namespace mailquake

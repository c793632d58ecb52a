#include "models/results/other_builds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/experiment/sources.hpp"

namespace mailquake {

namespace {

constexpr std::size_t kShownDigits = 8;

std::string runs(std::size_t n) { return fmt::format("{} run{}", n, n == 1 ? "" : "s"); }

std::string this_build() { return build_text(MAILQUAKE_VERSION, sources_hash()); }

/// What a reader takes for the same results.
auto label_of(const Campaign& c) { return std::tuple(c.about.name, parameters_json(c.about), c.seed); }

}  // namespace

bool is_this_build(std::string_view sources) { return sources == sources_hash(); }

std::string build_text(std::string_view version, std::string_view sources) {
    return fmt::format("mailquake {} (sources {})", version, sources.substr(0, kShownDigits));
}

std::string unused_of_other_builds(const Ledger& ledger, const std::string& path) {
    std::size_t units = 0;
    std::set<std::string> builds;
    for (const HeldPoint& point : ledger.points()) {
        if (is_this_build(point.sources)) continue;
        units += point.units;
        builds.insert(build_text(point.version, point.sources));
    }
    if (units == 0) return {};
    return fmt::format("{}: warning: {} in it {} made by {} ({}) and {} not used; this one is {}\n", path, runs(units), units == 1 ? "was" : "were",
                       builds.size() == 1 ? "another build" : "other builds", fmt::join(builds, ", "), units == 1 ? "is" : "are", this_build());
}

std::vector<std::string> prefer_this_build(std::vector<Campaign>& campaigns, const std::string& path) {
    std::set<decltype(label_of(campaigns.front()))> own;
    for (const Campaign& c : campaigns)
        if (is_this_build(c.sources)) own.insert(label_of(c));
    std::vector<std::string> said;
    std::erase_if(campaigns, [&](const Campaign& c) {
        if (is_this_build(c.sources) || !own.contains(label_of(c))) return false;
        said.push_back(fmt::format("{}: warning: {} of '{}' by another build, {}, {} left out; {} has its own\n", path, runs(c.units.size()), c.about.name,
                                   build_text(c.version, c.sources), c.units.size() == 1 ? "is" : "are", this_build()));
        return true;
    });
    for (const Campaign& c : campaigns)
        if (!is_this_build(c.sources))
            said.push_back(fmt::format("{}: warning: '{}' was run by another build, {}; this one, {}, may come to other figures\n", path, c.about.name,
                                       build_text(c.version, c.sources), this_build()));
    return said;
}

}  // namespace mailquake

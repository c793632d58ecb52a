#include "models/net/topology.hpp"

#include "sim/base/check.hpp"

namespace mailquake {

Topology::Topology(std::span<const SiteSpec> sites, std::span<const LinkSpec> links) {
    for (const SiteSpec& site : sites) sites_.push_back({site.name, site.outside, site.latency});
    for (const LinkSpec& link : links) {
        const SiteId from = find_site(link.from);
        const SiteId to = find_site(link.to);
        MQ_CHECK(from.valid() && to.valid() && from != to, "a link joins two sites of the scenario");
        const std::string name = link.name.empty() ? link.from + "--" + link.to : link.name;
        links_.push_back({name, from, to, link.latency, link.jitter, link.bandwidth.bits_per_second, link.loss.value});
        if (link.two_way) {
            links_.push_back({name, to, from, link.latency, link.jitter, link.bandwidth.bits_per_second, link.loss.value});
        }
    }
}

SiteId Topology::find_site(std::string_view name) const {
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
        if (sites_[i].name == name) return SiteId{i};
    }
    return SiteId::none();
}

std::vector<LinkId> Topology::links_named(std::string_view name) const {
    std::vector<LinkId> found;
    for (std::uint32_t i = 0; i < links_.size(); ++i) {
        if (links_[i].name == name) found.push_back(LinkId{i});
    }
    return found;
}

}  // namespace mailquake

// Small networks that the tests of this folder share.
#pragma once

#include <string>
#include <vector>

#include "models/net/transfer.hpp"

namespace mailquake::test {

inline SiteSpec site(const std::string& name) {
    SiteSpec spec;
    spec.name = name;
    return spec;
}

inline LinkSpec link(const std::string& from, const std::string& to, SimDuration latency) {
    LinkSpec spec;
    spec.name = from + "--" + to;
    spec.from = from;
    spec.to = to;
    spec.latency = latency;
    return spec;
}

/// a --10ms-- b --10ms-- c, and a --30ms-- c.
inline Topology triangle() {
    const std::vector<SiteSpec> sites{site("a"), site("b"), site("c")};
    const std::vector<LinkSpec> links{link("a", "b", 10_ms), link("b", "c", 10_ms), link("a", "c", 30_ms)};
    return Topology(sites, links);
}

inline SimTime at(SimDuration since_start) { return SimTime::zero() + since_start; }

/// Both directions of a link in another mode from `from` to `to`.
inline void set_mode(LinkTimeline& timeline, const Topology& topology, const std::string& name, LinkMode mode, SimTime from, SimTime to) {
    for (LinkId id : topology.links_named(name)) {
        LinkState state = timeline.base(id);
        state.mode = mode;
        timeline.change(id, from, state);
        timeline.change(id, to, timeline.base(id));
    }
}

/// The names of the links of a route, joined by blanks.
inline std::string names(const Topology& topology, std::span<const LinkId> route) {
    std::string text;
    for (LinkId id : route) text += (text.empty() ? "" : " ") + topology.link(id).name;
    return text;
}

inline RandomStream luck(std::uint64_t identity = 1) { return RandomStream(StreamKey(1, 2, 3), identity); }

}  // namespace mailquake::test

#include "models/net/link_timeline.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace mailquake {

LinkTimeline::LinkTimeline(const Topology& topology) {
    for (std::uint32_t i = 0; i < topology.link_count(); ++i) {
        const DirectedLink& link = topology.link(LinkId{i});
        links_.push_back({{LinkMode::up, link.latency, link.jitter, link.bits_per_second, link.loss}, {}});
    }
}

void LinkTimeline::change(LinkId link, SimTime at, const LinkState& state) {
    History& history = links_[link.index()];
    const LinkState& before = history.changes.empty() ? history.base : history.changes.back().state;
    MQ_CHECK(history.changes.empty() || history.changes.back().at < at, "a link's changes ascend in time");
    MQ_CHECK(state.latency >= history.base.latency, "latency only grows over a link's base, else the lookahead is void");
    if (state == before) return;
    history.changes.push_back({at, state});
    const auto place = std::lower_bound(times_.begin(), times_.end(), at);
    if (place == times_.end() || *place != at) times_.insert(place, at);
}

const LinkState& LinkTimeline::at(LinkId link, SimTime t) const {
    const History& history = links_[link.index()];
    const auto later = std::upper_bound(history.changes.begin(), history.changes.end(), t,
                                        [](SimTime x, const Change& change) { return x < change.at; });
    return later == history.changes.begin() ? history.base : std::prev(later)->state;
}

SimTime LinkTimeline::next_change(SimTime t) const {
    const auto later = std::upper_bound(times_.begin(), times_.end(), t);
    return later == times_.end() ? SimTime::never() : *later;
}

SimTime LinkTimeline::next_change(LinkId link, SimTime t) const {
    const std::vector<Change>& changes = links_[link.index()].changes;
    const auto later = std::upper_bound(changes.begin(), changes.end(), t,
                                        [](SimTime x, const Change& change) { return x < change.at; });
    return later == changes.end() ? SimTime::never() : later->at;
}

}  // namespace mailquake
